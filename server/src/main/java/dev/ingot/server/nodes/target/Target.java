package dev.ingot.server.nodes.target;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Which nodes a request means: the one grammar of {@code --on} and {@code ?on=}. */
public sealed interface Target {
  /** {@code all}: every node. */
  record All() implements Target {}

  /** {@code tag:x}: every node with the tag. */
  record Tagged(String tag) implements Target {}

  /** A node id, an alias, the unique beginning of one, or a hostname. */
  record Named(String name) implements Target {}

  /** A hostname with {@code *} for any characters and {@code ?} for one. */
  record HostnameGlob(String glob) implements Target {}

  /** {@code view:NAME}: every node that the view shows. */
  record View(String name) implements Target {}

  /** A JSON object: a query over the inventory. */
  record Filter(JsonNode filter) implements Target {}

  /**
   * Reads a target.
   *
   * @throws Problem on the field {@code on}, saying what would be right
   */
  static Target parse(String text) {
    String target = text.strip();
    if (target.isEmpty()) {
      throw Problem.invalid(
          "on", "is empty; say a node id, a hostname, tag:x, view:NAME, all or a JSON filter");
    }
    if (target.chars().anyMatch(Character::isISOControl) && !target.startsWith("{")) {
      throw Problem.invalid("on", "has a control character in it");
    }
    if (target.startsWith("{")) {
      return filter(target);
    }
    if (target.equals("all")) {
      return new All();
    }
    if (target.startsWith("tag:")) {
      return new Tagged(target.substring("tag:".length()));
    }
    if (target.startsWith("view:")) {
      return new View(target.substring("view:".length()));
    }
    if (target.contains(":")) {
      throw Problem.invalid(
          "on",
          "unknown kind of target "
              + shown(target.substring(0, target.indexOf(':') + 1))
              + "; say a node id, a hostname, tag:x, view:NAME, all or a JSON filter");
    }
    return target.contains("*") || target.contains("?")
        ? new HostnameGlob(target)
        : new Named(target);
  }

  private static Target filter(String text) {
    try {
      return new Filter(Json.read(text));
    } catch (JacksonException e) {
      throw new Problem(
          Problem.Kind.INVALID, "the filter is not JSON: " + e.getOriginalMessage(), "on", e);
    }
  }

  private static String shown(String text) {
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }
}
