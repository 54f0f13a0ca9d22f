package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A node may publish any schema; checking arguments against it ends soon. */
class ArgumentSchemaTest {
  private static String wrong(String schema, String arguments) {
    JsonNode published = Json.read(schema.replace('\'', '"'));
    return ArgumentSchema.wrong(published, Json.read(arguments.replace('\'', '"')));
  }

  @Test
  void patternsDecideAsJsonSchemaSays() {
    String schema = "{'properties': {'mac': {'type': 'string', 'pattern': '^[0-9a-f:]{17}$'}}}";
    assertThat(wrong(schema, "{'mac': '02:00:00:00:00:01'}")).isNull();
    assertThat(wrong(schema, "{'mac': '02:00:00:00:00:01\\n'}")).contains("arguments.mac");
    assertThat(wrong(schema, "{'mac': 'x'}")).contains("arguments.mac").contains("pattern");
    assertThat(wrong("{'properties': {'a': {'pattern': 'b+'}}}", "{'a': 'abc'}")).isNull();
    assertThat(wrong("{'properties': {'a': {'pattern': 'c\\\\$'}}}", "{'a': 'c$d'}")).isNull();
  }

  @Test
  void aPatternThatNeverEndsIsRefusedSoon() {
    for (String pattern : new String[] {"^(a+)+$", "^(a|a)*$", "(.*a){20}$", "^(([a-z])+.)+Z$"}) {
      long started = System.nanoTime();
      String said =
          wrong(
              "{'properties': {'a': {'pattern': '" + pattern + "'}}}",
              "{'a': '" + "a".repeat(5_000) + "!'}");
      assertThat(said)
          .as(pattern)
          .containsAnyOf("a pattern in it takes too long", "nested too deeply");
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .as(pattern)
          .isLessThan(Duration.ofSeconds(5));
    }
  }

  @Test
  void referencesAreRefusedBecauseTheyMultiply() {
    StringBuilder schema = new StringBuilder("{'allOf': [{'$ref': '#/$defs/a0'}], '$defs': {");
    for (int level = 0; level < 30; level++) {
      String next = "{'$ref': '#/$defs/a" + (level + 1) + "'}";
      schema.append("'a%d': {'allOf': [%s, %s]},".formatted(level, next, next));
    }
    assertThat(wrong(schema + "'a30': {}}}", "{}")).contains("it has a $ref");
    assertThat(wrong("{'$ref': '#'}", "{}")).contains("it has a $ref");
    assertThat(wrong("{'properties': {'$ref': {'type': 'string'}}}", "{'$ref': 'x'}")).isNull();
  }

  @Test
  void aDeepSchemaIsRefused() {
    String deep = "{'items': ".repeat(90) + "{}" + "}".repeat(90);
    assertThat(wrong(deep, "{}")).contains("nested deeper than 64 levels");
  }

  @Test
  void whatIsNoSchemaIsRefused() {
    assertThat(wrong("{'properties': {'a': {'pattern': '('}}}", "{'a': 'b'}"))
        .contains("the published schema cannot be used");
  }
}
