package dev.ingot.server.resources.claim;

import dev.ingot.core.Json;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A claim as people see it.
 *
 * @param state waiting, held or reclaiming; released, expired, cancelled or timed-out when it ended
 * @param resources keys of what it holds, or held
 * @param deadline when waiting ends
 * @param since when it began to hold
 * @param until when it ends; null for never
 * @param detail why it waits, or how it ended
 */
public record Claim(
    String id,
    String kind,
    String owner,
    @Nullable String reason,
    String state,
    int wanted,
    List<String> resources,
    JsonNode request,
    Instant made,
    String madeBy,
    @Nullable Instant deadline,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable Instant ended,
    @Nullable String endedBy,
    @Nullable String detail,
    long version) {
  static final String COLUMNS =
      "id, kind, owner, reason, state, wanted, resources, request::text AS request, made, made_by,"
          + " since, until, detail, version";

  boolean isHeld() {
    return state.equals("held");
  }

  boolean isWaiting() {
    return state.equals("waiting");
  }

  boolean hasEnded() {
    return ended != null;
  }

  static Claim live(ResultSet row) throws SQLException {
    return of(row, instant(row.getTimestamp("deadline")), null, null);
  }

  /** Of a list of both. */
  static Claim any(ResultSet row) throws SQLException {
    return of(
        row,
        instant(row.getTimestamp("deadline")),
        instant(row.getTimestamp("ended")),
        row.getString("ended_by"));
  }

  static Claim past(ResultSet row) throws SQLException {
    return of(row, null, instant(row.getTimestamp("ended")), row.getString("ended_by"));
  }

  private static Claim of(
      ResultSet row, @Nullable Instant deadline, @Nullable Instant ended, @Nullable String endedBy)
      throws SQLException {
    Array resources = row.getArray("resources");
    return new Claim(
        row.getString("id"),
        row.getString("kind"),
        row.getString("owner"),
        row.getString("reason"),
        row.getString("state"),
        row.getInt("wanted"),
        List.of((String[]) resources.getArray()),
        Json.read(row.getString("request")),
        row.getTimestamp("made").toInstant(),
        row.getString("made_by"),
        deadline,
        instant(row.getTimestamp("since")),
        instant(row.getTimestamp("until")),
        ended,
        endedBy,
        row.getString("detail"),
        row.getLong("version"));
  }

  private static @Nullable Instant instant(@Nullable Timestamp time) {
    return time == null ? null : time.toInstant();
  }
}
