package dev.ingot.server.webhooks;

import dev.ingot.server.problem.Problem;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A webhook that somebody wants.
 *
 * @param secret null to have one made
 * @param events which ones; null for all
 * @param nodes a filter of the inventory; null for every event
 * @param after the id of the event after which it begins; null for now
 */
record NewWebhook(
    String name,
    String url,
    @Nullable String secret,
    @Nullable Wanted events,
    @Nullable JsonNode nodes,
    @Nullable Integer batch,
    @Nullable String after) {

  Webhook hook(String by) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
      throw Problem.invalid("name", "must be 1 to 63 letters, digits, dots, dashes or underscores");
    }
    return new Webhook(
        0,
        name,
        url,
        events == null ? Wanted.ALL : events,
        nodes == null || nodes.isNull() ? null : nodes,
        batch == null ? 1 : batch,
        false,
        1,
        Instant.EPOCH,
        by);
  }

  /** The secret never prints. */
  @Override
  public String toString() {
    return "NewWebhook[" + name + "]";
  }
}
