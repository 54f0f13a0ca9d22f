package dev.ingot.server.resources.claim;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What is claimed, as it is sent.
 *
 * @param owner for whom
 * @param count how many, all or none; 1 when it is not said
 * @param where a filter that each must match
 * @param keys exactly these
 * @param network addresses out of a pool of this network
 * @param pool addresses out of this pool
 * @param prefixLength all addresses of one free block of this size
 * @param until when it ends; neither it nor {@code length}: never
 * @param length how long it holds, from when it does
 * @param waitFor how long it may wait until enough are free; none: it is refused at once
 * @param dryRun say whether it would be held, and do nothing
 */
public record ClaimRequest(
    String owner,
    @Nullable String reason,
    @Nullable Integer count,
    @Nullable JsonNode where,
    @Nullable List<String> keys,
    @Nullable String network,
    @Nullable String pool,
    @Nullable Integer prefixLength,
    @Nullable String until,
    @Nullable String length,
    @Nullable String waitFor,
    @Nullable Boolean dryRun) {
  static final int MOST = 4096;
  private static final int LONGEST_OWNER = 253;
  private static final int LONGEST_REASON = 1000;
  private static final int LAST_YEAR = 9998;

  /** Refuses what no claim can be, whatever is free. */
  public void check(Kind kind) {
    if (owner.isBlank()
        || owner.length() > LONGEST_OWNER
        || owner.codePoints().anyMatch(ClaimRequest::cannotBe)) {
      throw Problem.invalid(
          "owner", "must say for whom, in at most " + LONGEST_OWNER + " characters");
    }
    if (reason != null
        && (reason.length() > LONGEST_REASON
            || reason.codePoints().anyMatch(each -> each != '\n' && cannotBe(each)))) {
      throw Problem.invalid(
          "reason", "must have at most %d characters, no control ones".formatted(LONGEST_REASON));
    }
    int asked = wanted();
    if (asked < 1 || asked > MOST) {
      throw Problem.invalid("count", "must be from 1 to " + MOST);
    }
    if (until != null && length != null) {
      throw Problem.invalid("length", "say until or length, not both");
    }
    end();
    seconds();
    waiting();
    if (keys != null) {
      checkKeys(kind, keys);
    }
    if ((network != null || pool != null || prefixLength != null) && !kind.isOfAddresses()) {
      throw Problem.invalid(
          network != null ? "network" : pool != null ? "pool" : "prefixLength",
          kind.name() + " are no addresses");
    }
    if (prefixLength != null && (network == null && pool == null)) {
      throw Problem.invalid("prefixLength", "a block is of a network or a pool: say which");
    }
    if (prefixLength != null && (count != null || keys != null || where != null)) {
      throw Problem.invalid("prefixLength", "a block goes without count, keys and where");
    }
  }

  private static boolean cannotBe(int codePoint) {
    return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
  }

  private void checkKeys(Kind kind, List<String> named) {
    if (named.isEmpty() || named.size() > MOST) {
      throw Problem.invalid("keys", "must name from 1 to " + MOST);
    }
    if (count != null && count != named.size()) {
      throw Problem.invalid("count", "must be left out, or be the number of keys");
    }
    Set<String> seen = new TreeSet<>();
    for (int i = 0; i < named.size(); i++) {
      String canonical = kind.form().canonical(named.get(i));
      if (canonical == null) {
        throw Problem.invalid("keys." + i, kind.form().rule());
      }
      if (!seen.add(canonical)) {
        throw Problem.invalid("keys." + i, named.get(i) + " is named twice");
      }
    }
  }

  /** The keys in the form in which they are unique. */
  List<String> canonicalKeys(Kind kind) {
    List<String> canonical = new ArrayList<>();
    for (String key : keys == null ? List.<String>of() : keys) {
      String form = kind.form().canonical(key);
      if (form != null) {
        canonical.add(form);
      }
    }
    return canonical;
  }

  /** How many; of a block it is not known here. */
  int wanted() {
    return keys != null ? keys.size() : count == null ? 1 : count;
  }

  @Nullable Instant end() {
    return until == null ? null : instant(until);
  }

  static Instant instant(String text) {
    try {
      OffsetDateTime time = OffsetDateTime.parse(text);
      if (time.getYear() > LAST_YEAR || time.getYear() < 0) {
        throw Problem.invalid("until", "must be before the year " + (LAST_YEAR + 1));
      }
      return time.toInstant();
    } catch (DateTimeParseException e) {
      throw new Problem(
          Problem.Kind.INVALID,
          "must be a time with its zone, e.g. 2026-12-24T18:00:00Z",
          "until",
          e);
    }
  }

  @Nullable Long seconds() {
    return length == null ? null : Lengths.parse(length, "length").toSeconds();
  }

  @Nullable Duration waiting() {
    return waitFor == null ? null : Lengths.parse(waitFor, "waitFor");
  }

  boolean isDryRun() {
    return dryRun != null && dryRun;
  }
}
