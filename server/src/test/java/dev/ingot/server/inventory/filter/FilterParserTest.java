package dev.ingot.server.inventory.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FilterParserTest {
  private static Filter parse(String filter) {
    return FilterParser.parse(Json.read(filter), "filter");
  }

  private static void refuses(String filter, String field, String detail) {
    String shown = filter.length() > 200 ? filter.substring(0, 200) : filter;
    assertThatThrownBy(() -> parse(filter))
        .as(shown)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              assertThat(problem.kind()).isEqualTo(Problem.Kind.INVALID);
              assertThat(problem.field()).as(shown).isEqualTo(field);
              assertThat(problem.detail()).as(shown).contains(detail);
            });
  }

  @Test
  void wrongOperandsAreRefusedWithTheirPlace() {
    Map<String, String> operands = new LinkedHashMap<>();
    operands.put("{\"$in\": 1}", "list");
    operands.put("{\"$nin\": {}}", "list");
    operands.put("{\"$all\": \"x\"}", "list");
    operands.put("{\"$gt\": [1]}", "compares");
    operands.put("{\"$lte\": {\"x\": 1}}", "compares");
    operands.put("{\"$exists\": \"yes\"}", "true or false");
    operands.put("{\"$regex\": 5}", "text");
    operands.put("{\"$options\": \"i\"}", "beside");
    operands.put("{\"$not\": 5}", "operators");
    operands.put("{\"$not\": {}}", "operators");
    operands.put("{\"$size\": -1}", "whole number");
    operands.put("{\"$size\": 1.5}", "whole number");
    operands.put("{\"$size\": \"1\"}", "whole number");
    operands.put("{\"$size\": 1e300}", "whole number");
    operands.put("{\"$mod\": [4]}", "divisor");
    operands.put("{\"$mod\": [4, 1, 1]}", "divisor");
    operands.put("{\"$mod\": [\"4\", 1]}", "divisor");
    operands.put("{\"$mod\": [0, 1]}", "divide by 0");
    operands.put("{\"$mod\": [0.5, 1]}", "divide by 0");
    operands.put("{\"$mod\": [1e30, 1]}", "divisor");
    operands.put("{\"$type\": \"strng\"}", "nearest known is string");
    operands.put("{\"$type\": 0}", "BSON");
    operands.put("{\"$type\": 2.5}", "BSON");
    operands.put("{\"$type\": 1e400}", "BSON");
    operands.put("{\"$type\": []}", "name of a type");
    operands.put("{\"$type\": null}", "name of a type");
    operands.put("{\"$elemMatch\": [1]}", "filter for an element");
    operands.put("{\"$eq\": 1e400}", "too large");
    operands.put("{\"$eq\": 1e999999999}", "too large");
    operands.put("{\"$eq\": " + "9".repeat(390) + "}", "too large");
    operands.put("{\"$eq\": \"a\\u0000b\"}", "no document can have");
    operands.put("{\"$regex\": \"" + "x".repeat(501) + "\"}", "longer than 500");
    operands.put("{\"$regex\": \"(a\"}", "not closed");
    operands.put("{\"$regx\": 1}", "nearest known is $regex");
    operands.forEach(
        (operand, detail) ->
            refuses(
                "{\"a.b\": " + operand + "}",
                "filter.a.b." + Json.read(operand).propertyNames().iterator().next(),
                detail));
    refuses("{\"a\": {\"$gt\": 1, \"b\": 2}}", "filter.a.b", "mixed");
    refuses("{\"a\": {\"b\": 2, \"$gt\": 1}}", "filter.a.$gt", "mixed");
    refuses("{\"a\": {\"$in\": [1, {\"$gt\": 1}]}}", "filter.a.$in.1", "takes values");
    refuses("{\"a\": {\"$all\": [1, {\"$elemMatch\": {}}]}}", "filter.a.$all", "not both");
    refuses(
        "{\"a\": {\"$elemMatch\": {\"b\": {\"$sise\": 1}}}}",
        "filter.a.$elemMatch.b.$sise",
        "$size");
    refuses("{\"$and\": []}", "filter.$and", "at least one");
    refuses("{\"$or\": {\"a\": 1}}", "filter.$or", "list");
    refuses("{\"$nor\": [1]}", "filter.$nor.0", "a filter is an object");
    refuses("{\"$gt\": 1}", "filter.$gt", "below a field");
    refuses("[1]", "filter", "a filter is an object");
  }

  @Test
  void whatIsOfMongoAndNotOfThisIsRefusedByName() {
    for (String operator :
        List.of(
            "$where",
            "$expr",
            "$function",
            "$accumulator",
            "$jsonSchema",
            "$text",
            "$near",
            "$geoWithin",
            "$bitsAllSet",
            "$sampleRate")) {
      refuses("{\"" + operator + "\": 1}", "filter." + operator, operator + " is refused");
      refuses(
          "{\"a\": {\"" + operator + "\": 1}}", "filter.a." + operator, operator + " is refused");
    }
  }

  @Test
  void aFilterIsBoundedInEveryDirection() {
    refuses(nested("{\"$and\": [", "]}", "{}", 25), "filter" + ".$and.0".repeat(20), "deeper");
    refuses(
        nested("{\"a\": {\"$elemMatch\": ", "}}", "{}", 25),
        "filter" + ".a.$elemMatch".repeat(20),
        "deeper");
    refuses(
        "{\"a\": " + nested("{\"$not\": ", "}", "{\"$gt\": 1}", 25) + "}",
        "filter.a" + ".$not".repeat(20),
        "deeper");
    refuses("{\"a\": " + nested("[", "]", "1", 60) + "}", "filter.a", "deeper");
    refuses("{\"$or\": [" + list(501, "{\"a\": 1}") + "]}", "filter.$or.500.a", "500 conditions");
    refuses("{\"$or\": [" + list(3000, "{}") + "]}", "filter.$or.1999", "2000 parts");
    refuses("{\"a\": {\"$in\": [" + list(1001, "1") + "]}}", "filter.a.$in", "at most 1000");
    refuses("{\"a\": [" + list(1000, "1") + "]}", "filter.a", "1000 parts");
    refuses(
        "{\"$or\": [" + list(11, "{\"a\": {\"$in\": [" + list(1000, "1") + "]}}") + "]}",
        "filter.$or.10.a.$in.0",
        "10000 values");
    refuses(
        "{\"" + nested("a.", "", "a", 32) + "\": 1}",
        "filter." + nested("a.", "", "a", 32).substring(0, 60) + "…",
        "32 keys");
    refuses(
        "{\"" + "k".repeat(257) + "\": 1}",
        "filter." + "k".repeat(60) + "…",
        "no document can have");
    refuses("{\"a.0.0.0.0.0.0\": 1}", "filter.a.0.0.0.0.0.0", "5 array indexes");
    refuses("{\"a..b\": 1}", "filter.a..b", "empty key");
    refuses("{\"a.$b\": 1}", "filter.a.$b", "begins with $");
  }

  private static String nested(String open, String close, String core, int times) {
    return open.repeat(times) + core + close.repeat(times);
  }

  private static String list(int size, String element) {
    return IntStream.range(0, size).mapToObj(_ -> element).collect(Collectors.joining(","));
  }

  @Test
  void theWholeLanguageIsTaken() {
    for (String filter :
        List.of(
            "{}",
            "{\"$comment\": \"why\", \"a\": 1}",
            "{\"a\": {}}",
            "{\"a\": {\"$exists\": 1}}",
            "{\"a\": {\"$type\": [\"date\", 9, -1, \"int\"]}}",
            "{\"a\": {\"$all\": []}}",
            "{\"a\": {\"$in\": []}}",
            "{\"a\": {\"$mod\": [4.9, -1.5]}}",
            "{\"a\": {\"$size\": 2.0}}",
            "{\"a\": {\"$options\": \"imsxu\", \"$regex\": \"a\"}}",
            "{\"a\": {\"$not\": {\"$elemMatch\": {\"$not\": {\"$in\": [{\"$regex\": \"x\"}]}}}}}",
            "{\"a\": {\"$all\": [{\"$elemMatch\": {\"b\": 1}}, {\"$elemMatch\": {\"c\": {\"$gt\":"
                + " 1}}}]}}",
            "{\"a\": {\"$elemMatch\": {\"$or\": [{\"b\": 1}, {\"c\": 2}]}}}")) {
      assertThat(parse(filter)).as(filter).isNotNull();
    }
  }

  @Test
  void everyPathThatAFilterReadsIsNamed() {
    assertThat(
            FilterPaths.of(
                    parse(
                        """
                        {"a.b": 1, "$nor": [{"c": {"$not": {"$gt": 1}}}, {"d": {"$in": [1, {"$regex": "x"}]}}],
                         "e": {"$elemMatch": {"f.0": 1, "g": {"$elemMatch": {"h": null}}}},
                         "i": {"$elemMatch": {"$gt": 1}}, "j": {"$elemMatch": {}},
                         "k": {"$all": [{"$elemMatch": {"l": 1}}]}}
                        """))
                .stream()
                .map(FieldPath::toString))
        .containsExactly("a.b", "c", "d", "e.f.0", "e.g.h", "i", "j", "k.l");
  }
}
