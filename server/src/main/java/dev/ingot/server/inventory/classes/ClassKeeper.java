package dev.ingot.server.inventory.classes;

import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.store.Repeating;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Keeps every node's class true, behind the writes: a rule that is slow or fails can neither keep a
 * machine out of the inventory nor make its acknowledgement wait. What is to be done stands in the
 * database, written with what caused it; a turn takes some of it, and its effect commits with that.
 * So it may be killed at any moment, and of several servers one works at a time.
 */
final class ClassKeeper implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int DUE_PER_TURN = 500;
  private static final int SWEPT_PER_TURN = 500;

  private final Jdbi jdbi;
  private final Classifier classifier;
  private volatile boolean closing;
  private @Nullable Repeating repeating;

  /** The sweep that {@link #fence} belongs to. */
  private long fencedGeneration = -1;

  private String fence = "";

  ClassKeeper(Jdbi engine, Classifier classifier) {
    this.jdbi = engine;
    this.classifier = classifier;
  }

  void start() {
    repeating = Repeating.every(PAUSE, "classes", this::catchUp);
  }

  @Override
  public void close() {
    closing = true;
    if (repeating != null) {
      repeating.close();
    }
  }

  private void catchUp() {
    while (!closing && jdbi.withHandle(ClassKeeper::isSomethingToDo) && turn()) {
      // until a turn finds nothing more
    }
  }

  private static boolean isSomethingToDo(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT EXISTS (SELECT FROM node_class_due WHERE due <= now())
              OR EXISTS (SELECT FROM node_class_sweep WHERE after IS NOT NULL)
            """)
        .mapTo(Boolean.class)
        .one();
  }

  /** Does a part of what there is to do; says whether it did anything. */
  private boolean turn() {
    return jdbi.inTransaction(
        handle -> {
          Optional<Sweep> locked = Sweep.tryLock(handle);
          if (locked.isEmpty()) {
            return false;
          }
          Sweep sweep = locked.get();
          Set<String> nodes = new LinkedHashSet<>(takeDue(handle));
          boolean sweeps = sweep.isRunning() && mayBegin(handle, sweep.generation());
          if (sweeps) {
            List<String> next = sweep.next(handle, SWEPT_PER_TURN);
            nodes.addAll(next);
            Sweep.advance(handle, next);
          }
          if (!nodes.isEmpty()) {
            later(handle, classifier.classify(handle, nodes));
          }
          return sweeps || !nodes.isEmpty();
        });
  }

  private static List<String> takeDue(Handle handle) {
    return handle
        .createQuery(
            """
            DELETE FROM node_class_due WHERE ctid = ANY (ARRAY (
              SELECT ctid FROM node_class_due WHERE due <= now() LIMIT :most))
            RETURNING node
            """)
        .bind("most", DUE_PER_TURN)
        .mapTo(String.class)
        .list();
  }

  /** Nodes of which it could not be found out are tried again in a while. */
  private static void later(Handle handle, Collection<String> nodes) {
    if (!nodes.isEmpty()) {
      handle
          .createUpdate(
              "INSERT INTO node_class_due SELECT node, now() + interval '30 seconds'"
                  + " FROM unnest(:nodes) AS node")
          .bind("nodes", new TextArray(nodes))
          .execute();
    }
  }

  /**
   * Whether every writer that may not have seen the rules of this sweep has ended. Such a writer
   * left no word that its node is due; it began to write before the rule was committed, so its
   * transaction's number is below the one that comes next when we first see the sweep. In memory:
   * numbers mean nothing in a database that was restored elsewhere.
   */
  private boolean mayBegin(Handle handle, long generation) {
    if (fencedGeneration != generation) {
      fence =
          handle
              .createQuery("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
              .mapTo(String.class)
              .one();
      fencedGeneration = generation;
    }
    return handle
        .createQuery("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= :fence::xid8")
        .bind("fence", fence)
        .mapTo(Boolean.class)
        .one();
  }
}
