package dev.ingot.server.nodes;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a node beside its inventory, as it is shown: a row of {@code node_attributes}.
 *
 * @param aliases ids that its facts computed to at other times
 * @param since since when it is online or not
 * @param version its ETag
 */
public record NodeRecord(
    String id,
    NodeStanding standing,
    boolean isProtected,
    @Nullable String hostname,
    @Nullable String agentVersion,
    String idReason,
    @Nullable String network,
    List<String> tags,
    Location location,
    List<String> aliases,
    boolean online,
    Instant since,
    @Nullable Instant lastSeen,
    @Nullable String lostReason,
    @Nullable String address,
    Instant firstSeen,
    long version) {

  /** Where it stands. */
  public record Location(@Nullable String site, @Nullable String rack, @Nullable String unit) {}

  /** Reads a row of {@code SELECT * FROM node_attributes}. */
  public static final RowMapper<NodeRecord> MAPPER =
      (row, context) ->
          new NodeRecord(
              row.getString("id"),
              NodeStanding.of(row.getString("standing")),
              row.getBoolean("protected"),
              row.getString("hostname"),
              row.getString("agent_version"),
              row.getString("id_reason"),
              row.getString("network"),
              texts(row.getArray("tags")),
              new Location(row.getString("site"), row.getString("rack"), row.getString("unit")),
              texts(row.getArray("aliases")),
              row.getBoolean("online"),
              instant(row.getObject("since", OffsetDateTime.class)),
              nullable(row.getObject("last_seen", OffsetDateTime.class)),
              row.getString("lost_reason"),
              row.getString("remote_address"),
              instant(row.getObject("first_seen", OffsetDateTime.class)),
              row.getLong("version"));

  private static List<String> texts(java.sql.Array array) throws java.sql.SQLException {
    return List.of((String[]) array.getArray());
  }

  private static Instant instant(OffsetDateTime time) {
    return time.toInstant();
  }

  private static @Nullable Instant nullable(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
