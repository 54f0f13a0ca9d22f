package dev.ingot.server.inventory;

import java.time.Duration;

/**
 * How the inventory answers, {@code inventory} in the configuration.
 *
 * @param queryLimit how long a query may take in the database
 */
public record InventorySettings(Duration queryLimit) {
  public static final InventorySettings DEFAULT = new InventorySettings(Duration.ofSeconds(10));
}
