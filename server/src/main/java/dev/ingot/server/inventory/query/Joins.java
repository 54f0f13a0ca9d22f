package dev.ingot.server.inventory.query;

import dev.ingot.server.inventory.filter.FieldPath;
import java.util.Collection;

/** The tables that conditions and sort keys speak of. */
final class Joins {
  private static final String TABLES = " FROM node n LEFT JOIN inventory i ON i.node = n.id";

  /** {@code i}, and of {@code n} the id alone: no row of {@code node} is looked at. */
  static final String DOCUMENTS = " FROM inventory i CROSS JOIN LATERAL (SELECT i.node AS id) AS n";

  private Joins() {}

  /**
   * {@code n}, {@code i} and, where one of the texts speaks of it, {@code a}.
   *
   * @param read the paths that are read of the attributes: no others are made
   */
  static String from(Collection<FieldPath> read, String... texts) {
    for (String text : texts) {
      if (text.contains("a.attributes")) {
        return TABLES
            + attributes(
                NodeAttribute.object(
                        attribute ->
                            read.stream().anyMatch(path -> attribute.isMeantBy(path.keys())))
                    + PluginAttribute.object(read));
      }
    }
    return TABLES;
  }

  private static String attributes(String object) {
    return " LEFT JOIN LATERAL (SELECT "
        + object
        + " AS attributes FROM node_attributes v WHERE v.id = n.id) AS a ON true";
  }
}
