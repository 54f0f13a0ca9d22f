package dev.ingot.server.inventory.query;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.inventory.filter.FilterPaths;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A question to the inventory, read and checked.
 *
 * @param identity of filter, sort and who asks: a cursor belongs to it
 * @param limit of items; 0 for the count alone
 */
record InventoryQuery(
    Filter filter,
    List<SortKey> sort,
    Projection projection,
    String identity,
    int limit,
    @Nullable Keyset after,
    boolean counted) {
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_LIMIT = 1000;

  /** Every path that it reads. */
  Set<FieldPath> paths() {
    Set<FieldPath> paths = new LinkedHashSet<>(FilterPaths.of(filter));
    sort.forEach(key -> paths.add(key.path()));
    paths.addAll(projection.named());
    return paths;
  }

  static InventoryQuery of(QueryBody body, PathAccess access) {
    JsonNode filter = body.filter();
    JsonNode sort = body.sort();
    JsonNode projection = body.projection();
    String cursor = body.cursor();
    int limit = body.limit() == null ? DEFAULT_LIMIT : body.limit();
    boolean counted = body.count() != null && body.count();
    if (limit > MAX_LIMIT || limit < (counted ? 0 : 1)) {
      throw Problem.invalid("limit", "not a whole number from 1 to 1000, or 0 with count");
    }
    Filter parsed = filter == null ? Filter.EVERYTHING : FilterParser.parse(filter, "filter");
    List<SortKey> keys = sort == null ? List.of() : SortKey.parse(sort);
    keys.forEach(key -> access.require(key.path(), "sort"));
    Projection shown = projection == null ? Projection.everything() : Projection.parse(projection);
    shown.named().forEach(path -> access.requireSome(path, "projection"));
    shown.asked().forEach(path -> access.require(path, "projection"));
    String identity = identity(filter, sort, access.owner());
    return new InventoryQuery(
        access.narrowed(parsed, "filter"),
        keys,
        shown,
        identity,
        limit,
        cursor == null ? null : Keyset.parse(cursor, identity, keys.size()),
        counted);
  }

  private static String identity(@Nullable JsonNode filter, @Nullable JsonNode sort, String owner) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  (Json.write(filter == null ? "" : filter)
                          + "\n"
                          + Json.write(sort == null ? "" : sort)
                          + (owner.isEmpty() ? "" : "\n" + owner))
                      .getBytes(StandardCharsets.UTF_8));
      return "inventory:" + HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
