package dev.ingot.server.workflow.run;

import dev.ingot.server.workflow.definition.Step;
import dev.ingot.server.workflow.machine.Progress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * What runs hold against others: a node for a run that is destructive to it, a place in a group, a
 * share of a rack. Who does not get it is told who has it, and is woken when it is free.
 */
final class Holds {
  private static final int WOKEN = 20;
  private static final String NODE = "node";
  private static final String ACTS = "acts";
  private static final String GROUP = "group";

  private Holds() {}

  /** Takes everything that a step needs; null when it has it. */
  static Progress.@Nullable Held take(
      Handle handle, RunRow run, int place, Step step, boolean destructive) {
    Step.Group group = step.group();
    if (group != null) {
      Progress.Held held = group(handle, run, place, group);
      if (held != null) {
        return held;
      }
    }
    String node = run.node();
    if (!destructive || node == null) {
      return null;
    }
    Progress.Held held = node(handle, run, node);
    if (held != null) {
      return held;
    }
    if (step.spread() != null) {
      held = Spreading.full(handle, node, step.spread());
      if (held != null) {
        return held;
      }
    }
    insert(handle, ACTS, node, run, place);
    return null;
  }

  /** Whoever asks for the same at the same time asks again in a moment. */
  private static Progress.@Nullable Held alone(Handle handle, String key) {
    boolean alone =
        handle
            .createQuery(
                "SELECT pg_try_advisory_xact_lock(hashtextextended('ingot.hold.' || :key, 0))")
            .bind("key", key)
            .mapTo(Boolean.class)
            .one();
    return alone ? null : Progress.Held.busy("hold:" + key);
  }

  private static Progress.@Nullable Held group(
      Handle handle, RunRow run, int place, Step.Group group) {
    String key = GROUP + ":" + group.name();
    Progress.Held busy = alone(handle, key);
    if (busy != null) {
      return busy;
    }
    int held =
        handle
            .createQuery("SELECT count(*) FROM run_hold WHERE kind = 'group' AND key = :key")
            .bind("key", group.name())
            .mapTo(Integer.class)
            .one();
    if (held >= group.most()) {
      return new Progress.Held(
          "its turn in the group %s: %d of %d act".formatted(group.name(), held, group.most()),
          "hold:" + key);
    }
    insert(handle, GROUP, group.name(), run, place);
    return null;
  }

  private static Progress.@Nullable Held node(Handle handle, RunRow run, String node) {
    String key = NODE + ":" + node;
    Progress.Held busy = alone(handle, key);
    if (busy != null) {
      return busy;
    }
    Long holder =
        handle
            .createQuery(
                "SELECT root FROM run_hold WHERE kind = 'node' AND key = :key AND root <> :root"
                    + " LIMIT 1")
            .bind("key", node)
            .bind("root", run.root())
            .mapTo(Long.class)
            .findOne()
            .orElse(null);
    if (holder != null) {
      return new Progress.Held("run " + holder + ", which has the node for itself", "hold:" + key);
    }
    handle
        .createUpdate(
            "INSERT INTO run_hold (kind, key, run, step, root) VALUES ('node', :key, :root, -1,"
                + " :root) ON CONFLICT DO NOTHING")
        .bind("key", node)
        .bind("root", run.root())
        .execute();
    return null;
  }

  private static void insert(Handle handle, String kind, String key, RunRow run, int place) {
    handle
        .createUpdate(
            "INSERT INTO run_hold (kind, key, run, step, root) VALUES (:kind, :key, :run, :step,"
                + " :root) ON CONFLICT DO NOTHING")
        .bind("kind", kind)
        .bind("key", key)
        .bind("run", run.id())
        .bind("step", place)
        .bind("root", run.root())
        .execute();
  }

  /** A step ended: what it held is free. */
  static void release(Handle handle, long run, int place) {
    free(
        handle,
        handle
            .createQuery(
                "DELETE FROM run_hold WHERE run = :run AND step = :step RETURNING kind, key")
            .bind("run", run)
            .bind("step", place)
            .map((row, _) -> new String[] {row.getString("kind"), row.getString("key")})
            .list());
  }

  /** Runs ended: if one is the root of others, its nodes are free. */
  static void releaseAll(Handle handle, Collection<Long> runs) {
    if (!runs.isEmpty()) {
      free(
          handle,
          handle
              .createQuery("DELETE FROM run_hold WHERE run = ANY(:runs) RETURNING kind, key")
              .bindArray("runs", Long.class, runs.toArray())
              .map((row, _) -> new String[] {row.getString("kind"), row.getString("key")})
              .list());
    }
  }

  private static void free(Handle handle, List<String[]> freed) {
    List<String> keys = new ArrayList<>();
    for (String[] each : freed) {
      if (each[0].equals(ACTS)) {
        keys.addAll(Spreading.keys(handle, each[1]));
      } else {
        keys.add("hold:" + each[0] + ":" + each[1]);
      }
    }
    Wakes.keys(handle, keys, WOKEN);
  }

  /** Who has the node for itself, null for nobody. */
  static @Nullable Long holder(Handle handle, String node) {
    return handle
        .createQuery("SELECT root FROM run_hold WHERE kind = 'node' AND key = :key LIMIT 1")
        .bind("key", node)
        .mapTo(Long.class)
        .findOne()
        .orElse(null);
  }
}
