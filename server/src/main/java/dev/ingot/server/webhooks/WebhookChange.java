package dev.ingot.server.webhooks;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What somebody changes about a webhook: what is not given stays.
 *
 * @param events put in the place of the present ones as a whole
 * @param nodes JSON null for no filter any more
 */
record WebhookChange(
    @Nullable String url,
    @Nullable String secret,
    @Nullable Wanted events,
    @Nullable JsonNode nodes,
    @Nullable Integer batch,
    @Nullable Boolean paused) {

  Webhook of(Webhook before) {
    return new Webhook(
        before.id(),
        before.name(),
        url == null ? before.url() : url,
        events == null ? before.wanted() : events,
        nodes == null ? before.nodes() : nodes.isNull() ? null : nodes,
        batch == null ? before.batch() : batch,
        paused == null ? before.paused() : paused,
        before.version(),
        before.created(),
        before.createdBy());
  }

  /** The secret never prints. */
  @Override
  public String toString() {
    return "WebhookChange[]";
  }
}
