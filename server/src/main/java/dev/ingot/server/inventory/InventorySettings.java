package dev.ingot.server.inventory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How the inventory answers, {@code inventory} in the configuration.
 *
 * @param queryLimit how long a query may take in the database
 * @param precedence every source once: of several that have a section the first one's is served;
 *     {@code mercury} may be left out, and is the last then
 */
public record InventorySettings(Duration queryLimit, List<Source> precedence) {
  public static final InventorySettings DEFAULT =
      new InventorySettings(Duration.ofSeconds(10), List.of(Source.values()));

  public InventorySettings {
    precedence = withMercury(precedence);
    List<String> wrong = new ArrayList<>();
    for (Source source : Source.values()) {
      int times = Collections.frequency(precedence, source);
      if (times != 1) {
        wrong.add(source.word() + (times == 0 ? " is missing" : " is there " + times + " times"));
      }
    }
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(
          "inventory.precedence must name each of "
              + Arrays.stream(Source.values()).map(Source::word).collect(Collectors.joining(", "))
              + " once: "
              + String.join(", ", wrong));
    }
  }

  /** Few have agents of Mercury, whose protocol is off unless it is configured. */
  private static List<Source> withMercury(List<Source> named) {
    if (named.contains(Source.MERCURY)) {
      return List.copyOf(named);
    }
    List<Source> all = new ArrayList<>(named);
    all.add(Source.MERCURY);
    return List.copyOf(all);
  }
}
