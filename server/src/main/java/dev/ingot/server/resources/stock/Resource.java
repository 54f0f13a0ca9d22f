package dev.ingot.server.resources.stock;

import dev.ingot.core.Json;
import dev.ingot.server.resources.kind.Kind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One resource as it is now.
 *
 * @param key in the form in which it is unique
 * @param owner who has it; empty while it is free
 * @param fields those that its kind declares, and the key as it was written
 * @param node what it is a view of
 * @param claim what holds it; null when it is free or was given to its owner by hand
 */
public record Resource(
    String id,
    String kind,
    String key,
    @Nullable String state,
    String owner,
    ObjectNode fields,
    @Nullable LinkedNode node,
    @Nullable String network,
    @Nullable String pool,
    @Nullable Holder claim,
    boolean claimable,
    long version,
    Instant created,
    Instant updated) {

  /**
   * The node that a machine is.
   *
   * @param by how that is known: id, mac or hostname
   */
  public record LinkedNode(String id, @Nullable String hostname, @Nullable String by) {}

  /** The claim that holds it. */
  public record Holder(
      String id,
      String owner,
      @Nullable String reason,
      String state,
      @Nullable Instant since,
      @Nullable Instant until) {}

  /** Whether somebody has it. */
  public boolean isHeld() {
    return !owner.isEmpty() || claim != null;
  }

  public boolean isFree() {
    return !isHeld() && claimable;
  }

  /** As it is shown: what every resource has, then the fields of its kind. */
  public ObjectNode shown(Kind of) {
    ObjectNode shown = Json.MAPPER.createObjectNode();
    shown.put("id", id).put("kind", kind);
    shown.set(of.key(), fields.path(of.key()));
    if (of.hasStates()) {
      shown.put("state", state);
    }
    shown.put("owner", owner).put("free", isFree());
    fields.forEachEntry(
        (name, value) -> {
          if (!name.equals(of.key())) {
            shown.set(name, value);
          }
        });
    shown.set("claim", Json.MAPPER.valueToTree(claim));
    if (of.node()) {
      shown.set("node", Json.MAPPER.valueToTree(node));
    }
    if (of.isOfAddresses()) {
      shown.put("network", network).put("pool", pool);
    }
    shown.put("version", version);
    shown.set("created", Json.MAPPER.valueToTree(created));
    shown.set("updated", Json.MAPPER.valueToTree(updated));
    return shown;
  }

  /** What of it changes, for the audit. */
  public ObjectNode audited(Kind of) {
    ObjectNode shown = fields.deepCopy();
    if (of.hasStates()) {
      shown.put("state", state);
    }
    shown.put("owner", owner);
    if (node != null) {
      shown.put("node", node.id());
    }
    if (network != null) {
      shown.put("network", network);
    }
    if (claim != null) {
      shown.put("claim", claim.id());
    }
    return shown;
  }

  /** Under what name the audit knows it. */
  public String target() {
    return target(kind, key);
  }

  public static String target(String kind, String key) {
    return "resource:" + kind + "/" + key;
  }
}
