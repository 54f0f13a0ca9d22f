package dev.ingot.server.resources.stock;

import dev.ingot.server.resources.kind.Fields;
import dev.ingot.server.resources.kind.Issue;
import dev.ingot.server.resources.kind.Issue.Fault;
import dev.ingot.server.resources.kind.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A resource as somebody wants it to be.
 *
 * @param key canonical; empty when something is wrong with it
 * @param state null where none was said
 * @param owner null where none was said
 * @param fields with the key as it was written, without state and owner
 */
record Draft(
    String key,
    @Nullable String state,
    @Nullable String owner,
    ObjectNode fields,
    List<Issue> issues) {
  static final int LONGEST_OWNER = 253;

  static Draft of(Kind kind, ObjectNode document) {
    List<Issue> issues = new ArrayList<>(Fields.check(kind, document));
    boolean unknown = issues.stream().anyMatch(issue -> issue.fault() == Fault.UNKNOWN_FIELD);
    ObjectNode fields = document.deepCopy();
    JsonNode owner = fields.remove("owner");
    JsonNode state = kind.hasStates() ? fields.remove("state") : null;
    String key = key(kind, document.get(kind.key()), issues);
    return new Draft(
        key == null ? "" : key,
        unknown ? null : state(kind, state, issues),
        unknown ? null : owner(owner, issues),
        fields,
        issues);
  }

  private static @Nullable String key(Kind kind, @Nullable JsonNode given, List<Issue> issues) {
    if (given == null) {
      issues.add(new Issue(kind.key(), Fault.MISSING, "is missing"));
      return null;
    }
    if (given.isNull()) {
      issues.add(new Issue(kind.key(), Fault.NULL, "must not be null"));
      return null;
    }
    if (!given.isString()) {
      issues.add(new Issue(kind.key(), Fault.WRONG_TYPE, "must be of type string", "string"));
      return null;
    }
    String canonical = kind.form().canonical(given.stringValue());
    if (canonical == null) {
      issues.add(new Issue(kind.key(), Fault.OTHER, kind.form().rule()));
    }
    return canonical;
  }

  private static @Nullable String owner(@Nullable JsonNode given, List<Issue> issues) {
    if (given == null) {
      return null;
    }
    if (given.isNull()) {
      issues.add(new Issue("owner", Fault.NULL, "must not be null; \"\" is free"));
      return null;
    }
    if (!given.isString()) {
      issues.add(new Issue("owner", Fault.WRONG_TYPE, "must be of type string", "string"));
      return null;
    }
    String owner = given.stringValue();
    if (owner.length() > LONGEST_OWNER || owner.codePoints().anyMatch(Draft::cannotBe)) {
      issues.add(
          new Issue(
              "owner",
              Fault.OTHER,
              "must have at most " + LONGEST_OWNER + " characters, none of them control ones"));
    }
    return owner;
  }

  private static boolean cannotBe(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private static @Nullable String state(Kind kind, @Nullable JsonNode given, List<Issue> issues) {
    if (given == null) {
      return null;
    }
    if (given.isNull()) {
      issues.add(new Issue("state", Fault.NULL, "must not be null"));
      return null;
    }
    if (!given.isString()) {
      issues.add(new Issue("state", Fault.WRONG_TYPE, "must be of type string", "string"));
      return null;
    }
    String state = given.stringValue();
    if (!kind.states().containsKey(state)) {
      issues.add(
          new Issue(
              "state",
              Fault.NOT_ALLOWED,
              "must be one of " + String.join(", ", kind.states().keySet()),
              state));
    }
    return state;
  }
}
