package dev.ingot.server.eve;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Matching;
import dev.ingot.server.problem.Problem;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a list is asked with: {@code where sort projection page max_results}. Expressions in Python
 * are not run. Without a page the whole list is answered, as ResourceManager did.
 */
record EveQuery(
    JsonNode where,
    List<Order> sort,
    @Nullable JsonNode projection,
    int page,
    @Nullable Integer maxResults) {
  private static final int DEFAULT_PAGE = 25;
  private static final Set<String> DATES = Set.of("_created", "_updated");
  private static final Pattern PYTHON_SORT =
      Pattern.compile("\\(\\s*[\"']([^\"']+)[\"']\\s*(?:,\\s*(-?1)\\s*)?,?\\s*\\)");
  private static final DateTimeFormatter STORED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

  /** One key of a sort. */
  record Order(FieldPath path, boolean descending) {}

  static EveQuery of(Map<String, List<String>> parameters) {
    return new EveQuery(
        translated(json(parameters, "where")),
        sort(first(parameters, "sort")),
        parameters.containsKey("projection") ? projection(json(parameters, "projection")) : null,
        number(first(parameters, "page"), 1),
        isPaged(parameters) ? number(first(parameters, "max_results"), DEFAULT_PAGE) : null);
  }

  /** {@code max_results=0}, as links to whole lists said, is the whole list. */
  private static boolean isPaged(Map<String, List<String>> parameters) {
    return !"0".equals(first(parameters, "max_results"))
        && (parameters.containsKey("page") || parameters.containsKey("max_results"));
  }

  private static @Nullable String first(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.getOrDefault(name, List.of());
    return values.isEmpty() || values.getFirst().isBlank() ? null : values.getFirst();
  }

  private static JsonNode json(Map<String, List<String>> parameters, String name) {
    String text = first(parameters, name);
    if (text == null) {
      return Json.MAPPER.createObjectNode();
    }
    try {
      JsonNode read = Json.read(text);
      if (read.isObject()) {
        return read;
      }
    } catch (JacksonException e) {
      throw new EveError(400, unreadable(name), e);
    }
    throw new EveError(400, unreadable(name));
  }

  private static String unreadable(String name) {
    return "Unable to parse `" + name + "` clause: it must be a JSON object; code is not run";
  }

  /** Eve's own fields by our names, its dates in our form. */
  private static JsonNode translated(JsonNode where) {
    if (where.isArray()) {
      ArrayNode list = Json.MAPPER.createArrayNode();
      where.forEach(each -> list.add(translated(each)));
      return list;
    }
    if (!where.isObject()) {
      return where;
    }
    ObjectNode read = Json.MAPPER.createObjectNode();
    for (Map.Entry<String, JsonNode> entry : where.properties()) {
      String key = entry.getKey();
      JsonNode value = entry.getValue();
      if (DATES.contains(key)) {
        read.set(key.substring(1), dates(value));
      } else if (key.equals("_id")) {
        read.set("id", value);
      } else {
        read.set(key, key.startsWith("$") ? translated(value) : value);
      }
    }
    return read;
  }

  private static JsonNode dates(JsonNode value) {
    if (value.isString()) {
      return JsonNodeFactory.instance.stringNode(STORED.format(date(value.stringValue())));
    }
    if (value.isObject()) {
      ObjectNode read = Json.MAPPER.createObjectNode();
      value.forEachEntry((operator, operand) -> read.set(operator, dates(operand)));
      return read;
    }
    if (value.isArray()) {
      ArrayNode list = Json.MAPPER.createArrayNode();
      value.forEach(each -> list.add(dates(each)));
      return list;
    }
    return value;
  }

  static Instant date(String text) {
    try {
      return Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
    } catch (DateTimeException e) {
      throw new EveError(400, "a date is written as: Thu, 06 Apr 2017 07:57:52 GMT", e);
    }
  }

  private static List<Order> sort(@Nullable String text) {
    List<Order> orders = new ArrayList<>();
    if (text == null) {
      return orders;
    }
    try {
      if (text.strip().startsWith("[")) {
        Matcher matcher = PYTHON_SORT.matcher(text);
        while (matcher.find()) {
          orders.add(
              new Order(FieldPath.parse(matcher.group(1), "sort"), "-1".equals(matcher.group(2))));
        }
        if (orders.isEmpty()) {
          throw new EveError(400, "Unable to parse `sort` clause");
        }
        return orders;
      }
      for (String key : text.split(",", -1)) {
        boolean descending = key.strip().startsWith("-");
        String path = key.strip().substring(descending ? 1 : 0);
        orders.add(new Order(FieldPath.parse(path, "sort"), descending));
      }
      return orders;
    } catch (Problem e) {
      throw new EveError(400, "Unable to parse `sort` clause: " + e.detail(), e);
    }
  }

  private static JsonNode projection(JsonNode projection) {
    for (JsonNode value : projection) {
      if (!value.isBoolean() && !(value.isIntegralNumber() && value.asInt() < 2)) {
        throw new EveError(400, "Unable to parse `projection` clause: a field is 1 or 0");
      }
    }
    return projection;
  }

  /** Bad numbers mean the default, as they did. */
  private static int number(@Nullable String text, int otherwise) {
    return text != null && text.matches("[1-9]\\d{0,8}") ? Integer.parseInt(text) : otherwise;
  }

  /** The documents in order. */
  void sort(List<ObjectNode> documents) {
    Comparator<ObjectNode> order = null;
    for (Order each : sort) {
      Comparator<ObjectNode> next =
          Comparator.comparing(document -> value(document, each.path()), EveQuery::compare);
      Comparator<ObjectNode> directed = each.descending() ? next.reversed() : next;
      order = order == null ? directed : order.thenComparing(directed);
    }
    if (order != null) {
      documents.sort(order);
    }
  }

  private static JsonNode value(ObjectNode document, FieldPath path) {
    if (DATES.contains(path.toString())) {
      return JsonNodeFactory.instance.stringNode(
          STORED.format(date(document.path(path.toString()).asString())));
    }
    List<JsonNode> values = Matching.values(document, path);
    return values.isEmpty() ? Json.MAPPER.missingNode() : values.getFirst();
  }

  /** Missing and null first, then numbers, texts, the rest. */
  private static int compare(JsonNode left, JsonNode right) {
    int rank = Integer.compare(rank(left), rank(right));
    if (rank != 0) {
      return rank;
    }
    return left.isNumber()
        ? left.decimalValue().compareTo(right.decimalValue())
        : left.asString(left.toString()).compareTo(right.asString(right.toString()));
  }

  private static int rank(JsonNode value) {
    return value.isMissingNode() || value.isNull()
        ? 0
        : value.isNumber() ? 1 : value.isString() ? 2 : 3;
  }

  /** What of a document is shown; Eve's own fields always are. */
  ObjectNode projected(ObjectNode document) {
    if (projection == null || projection.isEmpty()) {
      return document;
    }
    boolean including =
        projection.valueStream().anyMatch(value -> value.asBoolean(value.asInt(0) != 0));
    ObjectNode shown = Json.MAPPER.createObjectNode();
    document.forEachEntry(
        (name, value) -> {
          boolean named = projection.has(name);
          if (EveDocument.META.contains(name) || named == including) {
            shown.set(name, value);
          }
        });
    return shown;
  }
}
