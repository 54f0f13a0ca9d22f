package dev.ingot.server.inventory.views;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.ingot.server.inventory.definitions.Definition;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a column of a view shows.
 *
 * @param path of the value in the view's items; walks into arrays
 * @param unit how a person reads the value
 */
public record ViewColumn(
    String title, String path, @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String unit) {
  private static final int MOST = 50;
  private static final int LONGEST_TITLE = 60;
  private static final Set<String> FIELDS = Set.of("title", "path", "unit");

  /** What the numbers and texts of a column are. */
  static final List<String> UNITS = List.of("bytes", "hertz", "megabits", "age", "id");

  static List<ViewColumn> parse(JsonNode json) {
    if (!json.isArray() || json.isEmpty() || json.size() > MOST) {
      throw Problem.invalid(
          "columns",
          "must be a list of 1 to " + MOST + " columns, e.g. {\"path\": \"node.hostname\"}");
    }
    List<ViewColumn> columns = new ArrayList<>();
    for (JsonNode column : json) {
      columns.add(column(column, "columns." + columns.size()));
    }
    return columns;
  }

  private static ViewColumn column(JsonNode json, String field) {
    ObjectNode column = Definition.object(json, field, FIELDS);
    JsonNode path = column.path("path");
    if (!path.isString()) {
      throw Problem.invalid(field + ".path", "must be a path, e.g. dmi.sys_vendor");
    }
    String read = FieldPath.parse(path.stringValue(), field + ".path").toString();
    String title = Definition.text(column, "title", field);
    if (title != null
        && (title.isBlank()
            || title.length() > LONGEST_TITLE
            || title.chars().anyMatch(Character::isISOControl))) {
      throw Problem.invalid(
          field + ".title", "must be 1 to " + LONGEST_TITLE + " characters in one line");
    }
    String unit = Definition.text(column, "unit", field);
    if (unit != null && !UNITS.contains(unit)) {
      throw Problem.invalid(field + ".unit", "must be " + Problem.oneOf(UNITS));
    }
    return new ViewColumn(title == null ? titleOf(read) : title, read, unit);
  }

  /** The last key of the path, as a table's head. */
  private static String titleOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1).replace('_', ' ').toUpperCase(Locale.ROOT);
  }
}
