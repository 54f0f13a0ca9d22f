package dev.ingot.server.workflow.definition;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** Workflows and their versions in the database. */
public final class WorkflowTable {
  private static final String SELECT = "SELECT v.*, w.latest FROM workflow_version v";
  private static final String JOIN = " JOIN workflow w ON w.name = v.name ";

  private WorkflowTable() {}

  /**
   * One version.
   *
   * @param id of the version, in runs
   * @param origin {@code stored}, {@code shipped} or {@code rackhd}
   */
  public record Version(
      long id,
      String name,
      int version,
      int latest,
      ObjectNode definition,
      String origin,
      Instant created,
      String createdBy) {}

  /** The last version of each, by name. */
  static List<Version> page(Handle handle, String after, int limit) {
    return handle
        .createQuery(
            SELECT
                + " JOIN workflow w ON w.name = v.name AND w.latest = v.version"
                + " WHERE v.name > :after ORDER BY v.name LIMIT :limit")
        .bind("after", after)
        .bind("limit", limit)
        .map((row, _) -> version(row))
        .list();
  }

  /** A version of a workflow, null for the last. */
  public static Optional<Version> find(Handle handle, String name, @Nullable Integer version) {
    return handle
        .createQuery(
            SELECT + JOIN + "WHERE v.name = :name AND v.version = coalesce(:version, w.latest)")
        .bind("name", name)
        .bind("version", version)
        .map((row, _) -> version(row))
        .findOne();
  }

  /** The same; a workflow or version that is not there is a problem. */
  public static Version require(Handle handle, String name, @Nullable Integer version) {
    return find(handle, name, version).orElseThrow(() -> missing(name, version));
  }

  /** Which version that is, without what it says. */
  public record Numbered(long id, String name, int version) {}

  /** As {@link #require}. */
  public static Numbered number(Handle handle, String name, @Nullable Integer version) {
    return handle
        .createQuery(
            "SELECT v.id, v.version FROM workflow_version v JOIN workflow w ON w.name = v.name"
                + " WHERE v.name = :name AND v.version = coalesce(:version, w.latest)")
        .bind("name", name)
        .bind("version", version)
        .map((row, _) -> new Numbered(row.getLong("id"), name, row.getInt("version")))
        .findOne()
        .orElseThrow(() -> missing(name, version));
  }

  private static Problem missing(String name, @Nullable Integer version) {
    return Problem.notFound(
        "there is no "
            + (version == null ? "" : "version " + version + " of the ")
            + "workflow "
            + Fields.shortened(name));
  }

  static List<Version> versions(Handle handle, String name, int before, int limit) {
    return handle
        .createQuery(
            SELECT
                + JOIN
                + "WHERE v.name = :name AND v.version < :before ORDER BY v.version DESC"
                + " LIMIT :limit")
        .bind("name", name)
        .bind("before", before)
        .bind("limit", limit)
        .map((row, _) -> version(row))
        .list();
  }

  static Optional<Version> byId(Handle handle, long id) {
    return handle
        .createQuery(SELECT + JOIN + "WHERE v.id = :id")
        .bind("id", id)
        .map((row, _) -> version(row))
        .findOne();
  }

  /** Adds a version; who adds one of the same name waits. */
  static Version add(Handle handle, String name, ObjectNode definition, String origin, String who) {
    int version =
        handle
            .createQuery(
                """
                INSERT INTO workflow (name, latest, changed_by) VALUES (:name, 1, :who)
                ON CONFLICT (name) DO UPDATE
                  SET latest = workflow.latest + 1, changed = now(), changed_by = :who
                RETURNING latest
                """)
            .bind("name", name)
            .bind("who", who)
            .mapTo(Integer.class)
            .one();
    handle
        .createUpdate(
            "INSERT INTO workflow_version (name, version, definition, origin, created_by)"
                + " VALUES (:name, :version, :definition, :origin, :who)")
        .bind("name", name)
        .bind("version", version)
        .bind("definition", Json.write(definition))
        .bind("origin", origin)
        .bind("who", who)
        .execute();
    return require(handle, name, version);
  }

  static long count(Handle handle) {
    return handle.createQuery("SELECT count(*) FROM workflow").mapTo(Long.class).one();
  }

  private static Version version(ResultSet row) throws SQLException {
    return new Version(
        row.getLong("id"),
        row.getString("name"),
        row.getInt("version"),
        row.getInt("latest"),
        (ObjectNode) Json.read(row.getString("definition")),
        row.getString("origin"),
        row.getObject("created", OffsetDateTime.class).toInstant(),
        row.getString("created_by"));
  }
}
