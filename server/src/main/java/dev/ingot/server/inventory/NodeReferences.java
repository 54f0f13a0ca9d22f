package dev.ingot.server.inventory;

import dev.ingot.core.MercuryId;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Whom the lines of an import mean: a whole id (of a node, of an alias, or of a machine that has
 * not come yet) or a hostname.
 */
final class NodeReferences {
  private final Map<String, List<String>> found = new HashMap<>();

  private NodeReferences() {}

  /**
   * Whom one line means.
   *
   * @param known whether there is such a node
   */
  record Meant(String id, boolean known) {}

  /** Looks all of them up at once. */
  static NodeReferences of(Handle handle, Collection<String> given) {
    NodeReferences references = new NodeReferences();
    handle
        .createQuery(
            """
            SELECT given, id FROM unnest(:given) AS g (given) JOIN node ON id = lower(given)
            UNION
            SELECT given, node FROM unnest(:given) AS g (given) JOIN node_alias ON alias = lower(given)
            UNION
            SELECT given, id FROM unnest(:given) AS g (given)
            JOIN node ON lower(hostname) = lower(given)
            """)
        .bind("given", SqlArray.texts(given))
        .map(
            (row, _) ->
                references
                    .found
                    .computeIfAbsent(row.getString("given"), _ -> new ArrayList<>())
                    .add(row.getString("id")))
        .list();
    return references;
  }

  /** The whole id that is written so, be there such a node or not. */
  static Optional<String> id(String text) {
    String folded = text.strip().toLowerCase(Locale.ROOT);
    try {
      return Optional.of(MercuryId.parse(folded).value());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Whom it means.
   *
   * @throws Problem if it means nobody or several
   */
  Meant require(String given) {
    List<String> nodes = found.getOrDefault(given, List.of());
    if (nodes.size() > 1) {
      throw new Problem(
          Problem.Kind.CONFLICT,
          given + " is the hostname of " + nodes.size() + " nodes: name one by its id",
          ImportSections.MERCURY_ID,
          null);
    }
    if (nodes.size() == 1) {
      return new Meant(nodes.getFirst(), true);
    }
    @Nullable String id = id(given).orElse(null);
    if (id == null) {
      throw new Problem(
          Problem.Kind.NOT_FOUND,
          "no node is called "
              + (given.length() > 64 ? given.substring(0, 64) + "…" : given)
              + "; a machine that has not come yet is named by its whole id, 00, 01, 02, 03 or 0f"
              + " and 40 hex digits",
          ImportSections.MERCURY_ID,
          null);
    }
    return new Meant(id, false);
  }
}
