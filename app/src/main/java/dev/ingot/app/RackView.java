package dev.ingot.app;

import dev.ingot.cli.Column;
import dev.ingot.client.ClientException;
import dev.ingot.client.IngotClient;
import dev.ingot.core.Json;
import dev.ingot.simulator.rack.Rack;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The machines of a rack, as they stand and as the server knows them. */
final class RackView {
  static final List<Column> COLUMNS =
      List.of(
          Column.of("NAME", "name"),
          Column.of("ADDRESS", "address"),
          Column.of("POWER", "power"),
          Column.of("BMC", "bmc"),
          Column.id("NODE", "node"),
          Column.of("STATE", "state"));

  private static final String OWN_DISK = "boots its own disk";

  private final Rack rack;

  RackView(Rack rack) {
    this.rack = rack;
  }

  /**
   * A document for each machine.
   *
   * @param client null when no server can be asked
   */
  List<JsonNode> items(@Nullable IngotClient client) {
    List<JsonNode> items = new ArrayList<>();
    for (Rack.State state : rack.states()) {
      ObjectNode item = Json.MAPPER.createObjectNode();
      item.put("name", state.machine().name());
      item.put("address", state.address());
      item.put("power", state.on() ? "on" : "off");
      item.put("bmc", rack.settings().bmc() ? state.machine().bmcAddress() : null);
      item.put("mac", state.machine().mac(0));
      item.put("serial", state.machine().serial());
      if (client != null) {
        JsonNode node = node(client, state);
        item.put("node", node == null ? null : node.path("id").asString());
        item.put("state", said(state, node, client));
        item.put("online", isOnline(item));
      }
      items.add(item);
    }
    return items;
  }

  static boolean isOnline(JsonNode item) {
    return item.path("state").asString("").equals("online");
  }

  /** A node, or a machine that was told to boot its own disk and so never becomes one. */
  static boolean isSettled(JsonNode item) {
    return isOnline(item) || item.path("state").asString("").equals(OWN_DISK);
  }

  /** The ids of those that are nodes. */
  List<String> nodes(IngotClient client) {
    return items(client).stream()
        .filter(item -> item.path("node").isString())
        .map(item -> item.path("node").asString())
        .toList();
  }

  /**
   * The node that the machine is. It joins with its system's UUID; its ports are known with its
   * inventory, which comes after that.
   */
  private static @Nullable JsonNode node(IngotClient client, Rack.State state) {
    JsonNode node = node(client, state.machine().uuid());
    return node == null ? node(client, state.machine().mac(0)) : node;
  }

  private static @Nullable JsonNode node(IngotClient client, String key) {
    try {
      JsonNode found = client.lookup(key).path("items");
      return found.isEmpty() ? null : client.node(found.path(0).path("id").asString());
    } catch (ClientException e) {
      if (e.status() == 404) {
        return null; // not yet
      }
      throw e;
    }
  }

  /** One word or a few: what it does now. */
  private String said(Rack.State state, @Nullable JsonNode node, IngotClient client) {
    if (!state.on()) {
      return "off";
    }
    JsonNode last = last(client.boot().history(state.machine().mac(0)).path("attempts"));
    if (last == null) {
      return "starts its firmware";
    }
    if (node != null
        && node.path("presence").path("state").asString("").equals("online")
        && isLater(node.path("presence"), last)) {
      String standing = node.path("standing").asString("");
      return standing.equals("pending") ? "waits for approval" : "online";
    }
    return doing(last);
  }

  /** A session that is as new as this boot; the one before may not have been missed yet. */
  private static boolean isLater(JsonNode presence, JsonNode last) {
    Instant at = instant(last.path("at"));
    Instant since = instant(presence.path("since"));
    Instant seen = instant(presence.path("lastSeen"));
    return at == null || (since != null && since.isAfter(at)) || (seen != null && seen.isAfter(at));
  }

  /** What was seen last of this rack; there may have been one of the same name before. */
  private @Nullable JsonNode last(JsonNode attempts) {
    JsonNode last = null;
    Instant when = rack.started();
    for (JsonNode attempt : attempts) {
      for (JsonNode item : attempt.path("items")) {
        Instant at = instant(item.path("at"));
        if (at != null && !at.isBefore(when)) {
          when = at;
          last = item;
        }
      }
    }
    return last;
  }

  private static @Nullable Instant instant(JsonNode value) {
    return value.isString() ? Instant.parse(value.asString()) : null;
  }

  private static String doing(JsonNode item) {
    String kind = item.path("kind").asString("");
    for (JsonNode reason : item.path("data").path("reasons")) {
      if (reason.asString("").startsWith("it " + OWN_DISK)) {
        return OWN_DISK; // somebody set that for its node, maybe of an earlier rack
      }
    }
    boolean tftp = item.path("data").path("protocol").asString("").equals("tftp");
    return switch (kind) {
      case "file-sent" -> tftp ? "starts iPXE" : "starts the microkernel";
      case "script-sent" -> "loads the microkernel";
      default -> kind.startsWith("dhcp-") ? "asks the network" : item.path("text").asString(kind);
    };
  }
}
