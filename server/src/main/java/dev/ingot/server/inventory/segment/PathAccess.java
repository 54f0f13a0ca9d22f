package dev.ingot.server.inventory.segment;

import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Segment;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.filter.FilterPaths;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How one principal reads the inventory. Whatever it asks is answered as if hidden parts were not
 * in the documents, and as if there were no other nodes than its own: a question names only paths
 * that are granted with everything below them, so that over the whole document it has the answer
 * that it has over the {@linkplain #prune pruned} one; answers are pruned. Of built-in roles
 * nothing is checked and nothing is pruned.
 */
public final class PathAccess {
  /** Everything, for the server's own questions. */
  public static final PathAccess ALL = of(Principal.SYSTEM);

  /** What stands beside the document goes with the node. */
  private static final Set<String> BESIDE = Set.of("node", "mercury_id");

  private static final List<String> NODE = List.of("node");
  private static final List<String> CLASS = List.of("node", "class");

  private final Principal principal;
  private final Segment segment;

  private PathAccess(Principal principal) {
    this.principal = principal;
    this.segment = principal.segment();
  }

  public static PathAccess of(Principal principal) {
    return new PathAccess(principal);
  }

  public Principal principal() {
    return principal;
  }

  /** Whether all of every document may be read. */
  public boolean readsEverything() {
    return segment.read().isEverything();
  }

  /** Whether all nodes may be seen. */
  public boolean seesAllNodes() {
    return segment.nodes() == null;
  }

  /** Whether the path may be read, with everything below it. */
  public boolean may(FieldPath path) {
    return may(path.keys());
  }

  /** Whether the path, by its keys, may be read, with everything below it. */
  public boolean may(List<String> keys) {
    return BESIDE.contains(keys.getFirst())
        ? segment.readsClass() || !(keys.equals(NODE) || isClass(keys))
        : segment.read().covers(keys);
  }

  /** Whether something at the path, or below it, may be read. */
  public boolean mayReadSome(List<String> keys) {
    return BESIDE.contains(keys.getFirst())
        ? segment.readsClass() || !isClass(keys)
        : segment.read().reaches(keys);
  }

  private static boolean isClass(List<String> keys) {
    return keys.size() > 1 && keys.subList(0, 2).equals(CLASS);
  }

  /**
   * For filters, sorts, groups: everything at the path and below it is compared.
   *
   * @param field where the path was sent
   * @throws Problem forbidden, naming the path
   */
  public void require(FieldPath path, String field) {
    if (!may(path)) {
      throw hidden("read", path, field);
    }
  }

  /**
   * For projections of documents that are pruned first: something at the path or below it is shown.
   *
   * @param field where the path was sent
   * @throws Problem forbidden, naming the path
   */
  public void requireSome(FieldPath path, String field) {
    if (!mayReadSome(path.keys())) {
      throw hidden("read", path, field);
    }
  }

  /**
   * For the source {@code import}.
   *
   * @param field where the path was sent
   * @throws Problem forbidden, naming the path
   */
  public void requireWrite(FieldPath path, String field) {
    if (!segment.write().covers(path.keys())) {
      throw hidden("be written", path, field);
    }
  }

  private Problem hidden(String what, FieldPath path, String field) {
    return new Problem(
        Problem.Kind.FORBIDDEN,
        "the path %s may not %s by %s, whose role is %s"
            .formatted(
                path,
                what.equals("read") ? "be read" : what,
                principal.name(),
                principal.roleName()),
        field + "." + path,
        null);
  }

  /**
   * What somebody asks for, of the nodes that it may see.
   *
   * @param field where the filter was sent
   * @throws Problem forbidden, naming the first path that may not be read
   */
  public Filter narrowed(Filter asked, String field) {
    if (!readsEverything()) {
      FilterPaths.of(asked).forEach(path -> require(path, field));
    }
    Filter own = nodes();
    if (own == null) {
      return asked;
    }
    // Side by side rather than nested, so that an index can serve each.
    List<Filter> parts = new ArrayList<>();
    for (Filter filter : List.of(asked, own)) {
      if (filter instanceof Filter.And(List<Filter> several)) {
        parts.addAll(several);
      } else {
        parts.add(filter);
      }
    }
    return new Filter.And(parts);
  }

  /** The filter that the nodes meet which the principal may see; null when those are all. */
  public @Nullable Filter nodes() {
    JsonNode nodes = segment.nodes();
    return nodes == null ? null : FilterParser.parse(nodes, "nodes");
  }

  /** What may be read of a document as it is stored. */
  public ObjectNode prune(ObjectNode document) {
    return segment.read().prune(document);
  }

  /** What may be read of what stands beside a document, {@code node.…}; changes the argument. */
  public JsonNode pruneAttributes(JsonNode node) {
    if (!segment.readsClass() && node instanceof ObjectNode attributes) {
      attributes.remove("class");
    }
    return node;
  }

  /**
   * Whose a cursor is: a restricted principal's is its own, and so is nobody else's for it; empty
   * for those who see everything.
   */
  public String owner() {
    return principal.isRestricted() ? principal.name() : "";
  }
}
