package dev.ingot.server.nodes.lookup;

import dev.ingot.server.access.Principal;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.problem.Problem;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Finds nodes by anything that is written on them or seen of them. */
public final class Lookup {
  private static final int MOST = 100;

  /** Of which those that somebody may not see are left out. */
  private static final int MOST_CANDIDATES = 10_000;

  /**
   * A node that the key may mean.
   *
   * @param matched what the key is of it: id, alias, hostname, address, mac, uuid, system-serial,
   *     board-serial, chassis-serial, install
   */
  public record Found(String id, @Nullable String hostname, boolean online, String matched) {}

  private Lookup() {}

  /**
   * The nodes that the key means and the principal may see, those by id first. Somebody finds a
   * node only by what it may also read of it.
   *
   * @throws Problem if there are none
   */
  public static List<Found> find(
      Handle handle, VisibleNodes visible, Principal principal, String key) {
    Collection<String> forms = LookupKey.forms(key);
    List<String> byId = visible.byPrefix(handle, principal, key);
    LookupKinds kinds = LookupKinds.of(principal.segment().read());
    boolean all = principal.segment().nodes() == null;
    List<Found> rows =
        handle
            .createQuery(
                """
                SELECT DISTINCT ON (node, rank) node, hostname, online, matched
                FROM (
                  SELECT id AS node, 0 AS rank, 'id' AS matched FROM node WHERE id = ANY (:ids)
                  UNION ALL
                  SELECT node, 1, kind FROM node_identifier
                    WHERE value = ANY (:forms) AND kind = ANY (:identifiers)
                  UNION ALL
                  SELECT id, 2, 'hostname' FROM node WHERE lower(hostname) = ANY (:forms)
                  UNION ALL
                  SELECT node, 3, kind FROM node_address
                    WHERE value = ANY (:forms) AND kind = ANY (:addresses)
                  UNION ALL
                  SELECT node, 4, 'ip' FROM agent_session WHERE remote_address = ANY (:forms)
                ) AS found JOIN node n ON n.id = found.node JOIN agent_session s USING (node)
                ORDER BY node, rank, matched LIMIT :most
                """)
            .bind("ids", new TextArray(byId))
            .bind("forms", new TextArray(forms))
            .bind("identifiers", new TextArray(kinds.identifiers()))
            .bind("addresses", new TextArray(kinds.addresses()))
            .bind("most", all ? MOST : MOST_CANDIDATES)
            .map(
                (row, context) ->
                    new Found(
                        row.getString("node"),
                        row.getString("hostname"),
                        row.getBoolean("online"),
                        row.getString("matched")))
            .list();
    if (!all) {
      Set<String> seen =
          Set.copyOf(
              visible.of(handle, principal, rows.stream().map(Found::id).distinct().toList()));
      rows = rows.stream().filter(row -> seen.contains(row.id())).limit(MOST).toList();
    }
    if (rows.isEmpty()) {
      throw Problem.notFound("no node is known by " + forms.iterator().next());
    }
    Map<String, Found> first = new LinkedHashMap<>();
    Stream.concat(
            rows.stream().filter(row -> row.matched().equals("id")),
            rows.stream().filter(row -> !row.matched().equals("id")))
        .forEach(row -> first.putIfAbsent(row.id(), row));
    return List.copyOf(first.values());
  }
}
