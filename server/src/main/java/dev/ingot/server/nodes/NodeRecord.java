package dev.ingot.server.nodes;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jspecify.annotations.Nullable;

/**
 * Everything about a node beside its inventory, as it is shown: a row of {@code node_attributes}.
 *
 * @param isProtected the machine that the server runs on: left out of what would cut its own branch
 * @param network the boot network that brought it
 * @param nodeClass the class whose rule matches first, null for none
 * @param aliases ids that its facts computed to at other times
 * @param version its ETag
 */
public record NodeRecord(
    String id,
    NodeStanding standing,
    @JsonProperty("protected") boolean isProtected,
    @Nullable String hostname,
    @Nullable String agentVersion,
    String idReason,
    @Nullable String network,
    List<String> tags,
    Location location,
    @JsonProperty("class") @Nullable String nodeClass,
    List<String> aliases,
    Connection presence,
    Instant firstSeen,
    long version) {

  /** Where it stands. */
  public record Location(@Nullable String site, @Nullable String rack, @Nullable String unit) {}

  /**
   * Whether its agent is connected.
   *
   * @param state {@code online} or {@code lost}
   * @param since since when
   * @param lastSeen null for a node that never came
   * @param reason why it was lost
   * @param address the address that the server saw last
   */
  public record Connection(
      String state,
      Instant since,
      @Nullable Instant lastSeen,
      @Nullable String reason,
      @Nullable String address) {}

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
              row.getString("class"),
              texts(row.getArray("aliases")),
              new Connection(
                  row.getBoolean("online") ? "online" : "lost",
                  row.getObject("since", OffsetDateTime.class).toInstant(),
                  nullable(row.getObject("last_seen", OffsetDateTime.class)),
                  row.getString("lost_reason"),
                  row.getString("remote_address")),
              row.getObject("first_seen", OffsetDateTime.class).toInstant(),
              row.getLong("version"));

  /** Whether its agent is connected. */
  public boolean online() {
    return presence.state().equals("online");
  }

  private static List<String> texts(Array array) throws SQLException {
    return List.of((String[]) array.getArray());
  }

  private static @Nullable Instant nullable(@Nullable OffsetDateTime time) {
    return time == null ? null : time.toInstant();
  }
}
