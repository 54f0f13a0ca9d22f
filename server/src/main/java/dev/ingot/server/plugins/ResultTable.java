package dev.ingot.server.plugins;

import dev.ingot.core.Json;
import dev.ingot.server.store.AppendOnlyTable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The last result of each plugin of each node, and all that were before. */
final class ResultTable {
  static final AppendOnlyTable HISTORY =
      new AppendOnlyTable("plugin_history", "time", Duration.ofDays(90), 4L << 30);

  /** More names than a node has plugins: what others send is bounded too. */
  static final int MOST_NAMES = 256;

  private ResultTable() {}

  /** What is known of a plugin of a node. */
  private record Known(byte @Nullable [] digest, @Nullable String error, boolean keptToday) {}

  /**
   * What storing came to.
   *
   * @param duplicate it was stored before; nothing was written
   * @param first the plugin has had no value before
   * @param changed its value is another than before
   * @param failsAnew it has an error that it had not before
   */
  record Stored(boolean duplicate, boolean first, boolean changed, boolean failsAnew) {
    static final Stored DUPLICATE = new Stored(true, false, false, false);
  }

  /** Empty when there is no such node. */
  static Optional<Stored> store(Handle handle, ArrivedResult result) {
    boolean there =
        handle
            .createQuery("SELECT 1 FROM node WHERE id = :node FOR KEY SHARE")
            .bind("node", result.node())
            .mapTo(Integer.class)
            .findOne()
            .isPresent();
    if (!there) {
      return Optional.empty();
    }
    if (result.origin() != null && !isNews(handle, result)) {
      return Optional.of(Stored.DUPLICATE);
    }
    Known known = known(handle, result);
    if (known == null && count(handle, result.node()) >= MOST_NAMES) {
      throw new TooManyNames();
    }
    JsonNode value = result.value();
    String text = value == null ? null : Json.write(value);
    byte[] digest = text == null ? null : sha256(text);
    byte[] before = known == null ? null : known.digest();
    boolean changed = digest != null && !MessageDigest.isEqual(digest, before);
    boolean whole = changed || (text != null && (known == null || !known.keptToday()));
    write(handle, result, text, digest, whole);
    remember(handle, result, whole ? text : null, changed);
    boolean failsAnew =
        result.error() != null && (known == null || !result.error().equals(known.error()));
    return Optional.of(new Stored(false, changed && before == null, changed, failsAnew));
  }

  /** A node has names enough. */
  static final class TooManyNames extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyNames() {
      super("the node has results of " + MOST_NAMES + " plugins already");
    }
  }

  /** One store on a node sends one result at a time: only its last can come again. */
  private static boolean isNews(Handle handle, ArrivedResult result) {
    return handle
            .createUpdate(
                """
                INSERT INTO plugin_origin AS known (node, origin, last) VALUES (:node, :origin, :id)
                ON CONFLICT (node, origin) DO UPDATE SET last = excluded.last, seen = now()
                WHERE known.last <> excluded.last
                """)
            .bind("node", result.node())
            .bind("origin", result.origin())
            .bind("id", result.id())
            .execute()
        > 0;
  }

  private static @Nullable Known known(Handle handle, ArrivedResult result) {
    return handle
        .createQuery(
            """
            SELECT digest, error, whole >= date_trunc('day', now()) AS kept FROM plugin_result
            WHERE node = :node AND name = :name FOR UPDATE
            """)
        .bind("node", result.node())
        .bind("name", result.name())
        .map(
            (row, _) ->
                new Known(row.getBytes("digest"), row.getString("error"), row.getBoolean("kept")))
        .findOne()
        .orElse(null);
  }

  private static int count(Handle handle, String node) {
    return handle
        .createQuery("SELECT count(*) FROM plugin_result WHERE node = :node")
        .bind("node", node)
        .mapTo(Integer.class)
        .one();
  }

  private static void write(
      Handle handle,
      ArrivedResult result,
      @Nullable String value,
      byte @Nullable [] digest,
      boolean whole) {
    handle
        .createUpdate(
            """
            INSERT INTO plugin_result AS known (node, name, node_time, milliseconds, exit, error,
              format, source, job, raw, value, value_time, digest, whole)
            VALUES (:node, :name, :nodeTime, :milliseconds, :exit, :error, :format, :source, :job,
              :raw, :value::jsonb, CASE WHEN :value IS NOT NULL THEN now() END, :digest,
              CASE WHEN :whole THEN now() END)
            ON CONFLICT (node, name) DO UPDATE SET
              time = now(), node_time = excluded.node_time, milliseconds = excluded.milliseconds,
              exit = excluded.exit, error = excluded.error, format = excluded.format,
              source = excluded.source, job = excluded.job, raw = excluded.raw,
              value = coalesce(excluded.value, known.value),
              value_time = coalesce(excluded.value_time, known.value_time),
              digest = coalesce(excluded.digest, known.digest),
              whole = coalesce(excluded.whole, known.whole)
            """)
        .bind("node", result.node())
        .bind("name", result.name())
        .bind("nodeTime", time(result))
        .bind("milliseconds", result.milliseconds())
        .bind("exit", result.exit())
        .bind("error", result.error())
        .bind("format", result.format())
        .bind("source", result.source())
        .bind("job", result.job())
        .bind("raw", result.raw())
        .bind("value", value)
        .bind("digest", digest)
        .bind("whole", whole)
        .execute();
  }

  private static void remember(
      Handle handle, ArrivedResult result, @Nullable String value, boolean changed) {
    handle
        .createUpdate(
            """
            INSERT INTO plugin_history (node, name, node_time, milliseconds, exit, error, format,
              source, job, raw, value, changed)
            VALUES (:node, :name, :nodeTime, :milliseconds, :exit, :error, :format, :source, :job,
              :raw, :value::jsonb, :changed)
            """)
        .bind("node", result.node())
        .bind("name", result.name())
        .bind("nodeTime", time(result))
        .bind("milliseconds", result.milliseconds())
        .bind("exit", result.exit())
        .bind("error", result.error())
        .bind("format", result.format())
        .bind("source", result.source())
        .bind("job", result.job())
        .bind("raw", result.raw())
        .bind("value", value)
        .bind("changed", changed)
        .execute();
  }

  private static @Nullable OffsetDateTime time(ArrivedResult result) {
    return result.time() == null ? null : result.time().atOffset(ZoneOffset.UTC);
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Forgets stores of systems that nobody started for long. */
  static void tidy(Handle handle) {
    handle.execute("DELETE FROM plugin_origin WHERE seen < now() - interval '90 days'");
  }

  /** Two nodes are one: of what both have the younger stays. */
  static void merge(Handle handle, String from, String into) {
    for (String statement :
        List.of(
            """
            DELETE FROM plugin_result t USING plugin_result f
            WHERE t.node = :into AND f.node = :from AND t.name = f.name AND f.time > t.time
            """,
            """
            UPDATE plugin_result f SET node = :into WHERE node = :from
              AND NOT EXISTS (SELECT FROM plugin_result t WHERE t.node = :into AND t.name = f.name)
            """,
            "UPDATE plugin_history SET node = :into WHERE node = :from",
            """
            UPDATE plugin_origin f SET node = :into WHERE node = :from AND NOT EXISTS
              (SELECT FROM plugin_origin t WHERE t.node = :into AND t.origin = f.origin)
            """)) {
      handle.createUpdate(statement).bind("from", from).bind("into", into).execute();
    }
  }

  static void remove(Handle handle, String node) {
    handle
        .createUpdate("DELETE FROM plugin_history WHERE node = :node")
        .bind("node", node)
        .execute();
  }
}
