package dev.ingot.server.workflow.run;

import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.machine.Progress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** How much of a rack, a site or a tag is in destructive steps at once. */
final class Spreading {
  private Spreading() {}

  /** True of every node: every condition has the same parameters. */
  private static final String ANY_SITE = " AND (:site::text IS NULL OR true)";

  private record Where(@Nullable String site, @Nullable String rack, List<String> tags) {}

  private static Optional<Where> where(Handle handle, String node) {
    return handle
        .createQuery("SELECT site, rack, tags FROM node WHERE id = :id")
        .bind("id", node)
        .map(
            (row, _) ->
                new Where(
                    row.getString("site"),
                    row.getString("rack"),
                    Arrays.asList((String[]) row.getArray("tags").getArray())))
        .findOne();
  }

  /** Why there is no room, null when there is. */
  static Progress.@Nullable Held full(Handle handle, String node, Step.Spread spread) {
    Where where = where(handle, node).orElse(new Where(null, null, List.of()));
    String condition;
    String value;
    if (spread.of().startsWith("tag:")) {
      value = spread.of().substring(4);
      if (!where.tags().contains(value)) {
        return null; // it is not of that place
      }
      condition = "n.tags @> ARRAY[:value::text]" + ANY_SITE;
    } else {
      value =
          switch (spread.of()) {
            case "rack" -> where.rack();
            case "site" -> where.site();
            default -> "";
          };
      // Nodes of which nobody said where they are share one place: nothing is known of them.
      condition =
          switch (spread.of()) {
            case "rack" ->
                "n.rack IS NOT DISTINCT FROM :value AND n.site IS NOT DISTINCT FROM :site";
            case "site" -> "n.site IS NOT DISTINCT FROM :value" + ANY_SITE;
            default -> ":value::text IS NOT NULL" + ANY_SITE;
          };
    }
    String key = key(spread.of(), value, where);
    boolean alone =
        handle
            .createQuery(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('ingot.hold.' || :key, 0))")
            .bind("key", key)
            .mapTo(Boolean.class)
            .one();
    if (!alone) {
      return Progress.Held.busy(key);
    }
    int acting =
        handle
            .createQuery(
                "SELECT count(DISTINCT n.id) FROM run_hold h JOIN node n ON n.id = h.key"
                    + " WHERE h.kind = 'acts' AND n.id <> :node AND "
                    + condition)
            .bind("node", node)
            .bind("value", value)
            .bind("site", where.site())
            .mapTo(Integer.class)
            .one();
    Integer said = spread.most();
    int most = said != null ? said : share(handle, spread, condition, value, where);
    return acting < most
        ? null
        : new Progress.Held(
            "%s%s: %d of at most %d nodes are worked on"
                .formatted(
                    spread.of(),
                    value == null || value.isEmpty() || spread.of().startsWith("tag:")
                        ? ""
                        : " " + value,
                    acting,
                    most),
            key);
  }

  private static int share(
      Handle handle, Step.Spread spread, String condition, @Nullable String value, Where where) {
    int all =
        handle
            .createQuery("SELECT count(*) FROM node n WHERE " + condition)
            .bind("value", value)
            .bind("site", where.site())
            .mapTo(Integer.class)
            .one();
    Integer percent = spread.percent();
    return Math.max(1, (int) ((long) all * (percent == null ? 100 : percent) / 100));
  }

  private static String key(String of, @Nullable String value, Where where) {
    return of.equals("rack")
        ? "hold:rack:" + where.site() + "/" + value
        : "hold:" + of + ":" + (value == null ? "" : value);
  }

  /** What is woken when a node is no longer worked on. */
  static List<String> keys(Handle handle, String node) {
    Where where = where(handle, node).orElse(new Where(null, null, List.of()));
    List<String> keys = new ArrayList<>();
    keys.add(key("rack", where.rack(), where));
    keys.add(key("site", where.site(), where));
    keys.add(key("all", "", where));
    where.tags().forEach(tag -> keys.add(key("tag:" + tag, tag, where)));
    return keys;
  }
}
