package dev.ingot.server.workflow.fleet;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The nodes of a fleet run. */
final class FleetNodes {
  private static final int LONGEST = 500;

  private FleetNodes() {}

  /** One as it is shown. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record NodeView(
      int place,
      String node,
      int wave,
      String status,
      @Nullable String run,
      @Nullable String reason) {}

  /**
   * One that may begin.
   *
   * @param known whether it is still a node
   */
  record Candidate(int place, String node, boolean known) {}

  static void insert(
      Handle handle,
      long fleet,
      List<String> nodes,
      List<Integer> waves,
      List<String> protectedOnes) {
    int[] wave = new int[nodes.size()];
    int at = 0;
    for (int i = 0; i < waves.size(); i++) {
      for (int j = 0; j < waves.get(i); j++) {
        wave[at++] = i + 1;
      }
    }
    Integer[] boxed = java.util.Arrays.stream(wave).boxed().toArray(Integer[]::new);
    handle
        .createUpdate(
            "INSERT INTO fleet_node (fleet, place, node, wave) SELECT :fleet, o - 1, n, w FROM"
                + " unnest(:nodes, :waves) WITH ORDINALITY AS t(n, w, o)")
        .bind("fleet", fleet)
        .bindArray("nodes", String.class, nodes.toArray())
        .bindArray("waves", Integer.class, (Object[]) boxed)
        .execute();
    handle
        .createUpdate(
            "INSERT INTO fleet_node (fleet, place, node, wave, outcome, reason) SELECT :fleet,"
                + " :from + o - 1, n, 0, :out, 'the machine is protected: the server runs on it;"
                + " name it to have it done all the same' FROM unnest(:nodes) WITH ORDINALITY AS"
                + " t(n, o)")
        .bind("fleet", fleet)
        .bind("from", nodes.size())
        .bind("out", NodeOutcome.LEFT_OUT.ordinal())
        .bindArray("nodes", String.class, protectedOnes.toArray())
        .execute();
  }

  /** Takes down what became of runs that have ended. */
  static int gather(Handle handle, long fleet) {
    return handle
        .createUpdate(
            """
            UPDATE fleet_node f SET
              outcome = CASE r.status WHEN 2 THEN 2 WHEN 4 THEN 4 ELSE 3 END,
              reason = CASE r.status WHEN 2 THEN NULL ELSE
                coalesce(left(r.reason, :longest), CASE WHEN r.id IS NULL THEN 'its run is gone' END)
                END
            FROM (SELECT o.place, r.id, r.status, r.reason
                    FROM fleet_node o LEFT JOIN run r ON r.id = o.run
                   WHERE o.fleet = :fleet AND o.outcome = 1 AND (r.id IS NULL OR r.status >= 2)) r
            WHERE f.fleet = :fleet AND f.place = r.place AND f.outcome = 1
            """)
        .bind("fleet", fleet)
        .bind("longest", LONGEST)
        .execute();
  }

  static List<Candidate> next(Handle handle, long fleet, int wave, int most) {
    return handle
        .createQuery(
            """
            SELECT f.place, f.node, n.id IS NOT NULL AS known
              FROM fleet_node f LEFT JOIN node n ON n.id = f.node
             WHERE f.fleet = :fleet AND f.wave = :wave AND f.outcome = 0
             ORDER BY f.place LIMIT :most
            """)
        .bind("fleet", fleet)
        .bind("wave", wave)
        .bind("most", most)
        .map(
            (row, _) ->
                new Candidate(row.getInt("place"), row.getString("node"), row.getBoolean("known")))
        .list();
  }

  static void set(
      Handle handle,
      long fleet,
      int place,
      NodeOutcome outcome,
      @Nullable Long run,
      @Nullable String reason) {
    handle
        .createUpdate(
            "UPDATE fleet_node SET outcome = :outcome, run = :run, reason = :reason"
                + " WHERE fleet = :fleet AND place = :place")
        .bind("fleet", fleet)
        .bind("place", place)
        .bind("outcome", outcome.ordinal())
        .bind("run", run)
        .bind("reason", reason)
        .execute();
  }

  /** What has not begun never does. */
  static void leaveOut(Handle handle, long fleet, String reason) {
    handle
        .createUpdate(
            "UPDATE fleet_node SET outcome = 4, reason = :reason WHERE fleet = :fleet AND outcome"
                + " = 0")
        .bind("fleet", fleet)
        .bind("reason", reason)
        .execute();
  }

  static List<Long> openRuns(Handle handle, long fleet) {
    return handle
        .createQuery("SELECT run FROM fleet_node WHERE fleet = :fleet AND outcome = 1")
        .bind("fleet", fleet)
        .mapTo(Long.class)
        .list();
  }

  /** Failed runs that somebody had tried again count as they are now. */
  static void lookAgain(Handle handle, long fleet) {
    handle
        .createUpdate(
            """
            UPDATE fleet_node f SET outcome = 1, reason = NULL FROM run r
             WHERE f.fleet = :fleet AND f.outcome IN (3, 4) AND r.id = f.run
               AND r.status NOT IN (3, 4)
            """)
        .bind("fleet", fleet)
        .execute();
  }

  /** What failed or was cancelled begins anew; the first wave that has something to do. */
  static int again(Handle handle, long fleet, int wave) {
    handle
        .createUpdate(
            "UPDATE fleet_node SET outcome = 0, run = NULL, reason = NULL WHERE fleet = :fleet AND"
                + " outcome IN (3, 4)")
        .bind("fleet", fleet)
        .execute();
    return handle
        .createQuery("SELECT min(wave) FROM fleet_node WHERE fleet = :fleet AND outcome < 2")
        .bind("fleet", fleet)
        .mapTo(Integer.class)
        .findOne()
        .orElse(wave);
  }

  /** In their order. */
  static List<NodeView> page(
      Handle handle, long fleet, long after, @Nullable NodeOutcome outcome, int limit) {
    return handle
        .createQuery(
            "SELECT * FROM fleet_node WHERE fleet = :fleet AND place > :after AND"
                + " (:outcome::smallint IS NULL OR outcome = :outcome) ORDER BY place LIMIT :limit")
        .bind("fleet", fleet)
        .bind("after", after)
        .bind("outcome", outcome == null ? null : outcome.ordinal())
        .bind("limit", limit)
        .map(
            (row, _) ->
                new NodeView(
                    row.getInt("place"),
                    row.getString("node"),
                    row.getInt("wave"),
                    NodeOutcome.values()[row.getInt("outcome")].word(),
                    row.getString("run"),
                    row.getString("reason")))
        .list();
  }
}
