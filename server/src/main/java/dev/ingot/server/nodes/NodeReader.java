package dev.ingot.server.nodes;

import dev.ingot.core.MercuryId;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Reads nodes. What people type for a node is resolved here and nowhere else. */
public final class NodeReader {
  /** How many of several possible nodes an error names. */
  static final int NAMED = 5;

  private NodeReader() {}

  /** The node with exactly this id. */
  public static Optional<NodeRecord> find(Handle handle, String id) {
    return handle
        .createQuery("SELECT * FROM node_attributes WHERE id = :id")
        .bind("id", id)
        .map(NodeRecord.MAPPER)
        .findOne();
  }

  /**
   * The id of the node that is meant by an id, an alias or the unique beginning of one.
   *
   * @throws Problem if there is none, or more than one
   */
  public static String resolve(Handle handle, String reference) {
    return one(reference, byPrefix(handle, reference));
  }

  /** The one that was found, or what to say instead. */
  static String one(String reference, List<String> found) {
    if (found.isEmpty()) {
      throw Problem.notFound("no node has the id " + shown(reference));
    }
    if (found.size() > 1) {
      throw ambiguous(reference, found);
    }
    return found.getFirst();
  }

  /** The node that is meant by an id, an alias or the unique beginning of one. */
  public static NodeRecord require(Handle handle, String reference) {
    // A whole id, which most programs have, alone wins: no other has to be looked for.
    return MercuryId.prefix(reference)
        .flatMap(id -> find(handle, id))
        .or(() -> find(handle, resolve(handle, reference)))
        .orElseThrow(() -> Problem.notFound("no node has the id " + shown(reference)));
  }

  /** The nodes whose id, or an alias of theirs, begins so; a whole id alone wins. */
  public static List<String> byPrefix(Handle handle, String reference) {
    Optional<String> prefix = MercuryId.prefix(reference);
    if (prefix.isEmpty()) {
      return List.of();
    }
    List<String> found =
        handle
            .createQuery(
                """
                SELECT id FROM (
                  (SELECT id FROM node WHERE id >= :prefix AND id < :end ORDER BY id LIMIT :most)
                  UNION
                  (SELECT node FROM node_alias WHERE alias >= :prefix AND alias < :end
                   ORDER BY alias LIMIT :most)) AS any_id
                ORDER BY id LIMIT :most
                """)
            .bind("prefix", prefix.get())
            .bind("end", end(prefix.get()))
            .bind("most", NAMED + 1)
            .mapTo(String.class)
            .list();
    return found.contains(prefix.get()) ? List.of(prefix.get()) : found;
  }

  /** A page of those whose id, or an alias of theirs, begins so, by their ids. */
  static List<String> byPrefix(Handle handle, String prefix, String after, int most) {
    return handle
        .createQuery(
            """
            SELECT id FROM (
              (SELECT id FROM node WHERE id >= :prefix AND id < :end AND id > :after
               ORDER BY id LIMIT :most)
              UNION
              (SELECT node FROM node_alias WHERE alias >= :prefix AND alias < :end
               AND node > :after ORDER BY node LIMIT :most)) AS any_id
            ORDER BY id LIMIT :most
            """)
        .bind("prefix", prefix)
        .bind("end", end(prefix))
        .bind("after", after)
        .bind("most", most)
        .mapTo(String.class)
        .list();
  }

  /** Ids are of 0-9a-f; 'g' is after all that begin so. */
  private static String end(String prefix) {
    return prefix + "g";
  }

  /** What to say when a reference means several nodes. */
  public static Problem ambiguous(String reference, List<String> found) {
    boolean more = found.size() > NAMED;
    return Problem.conflict(
        shown(reference)
            + " is not one node: "
            + String.join(", ", found.subList(0, Math.min(NAMED, found.size())))
            + (more ? " and more" : ""));
  }

  private static String shown(String reference) {
    return reference.length() > 64 ? reference.substring(0, 64) + "…" : reference;
  }
}
