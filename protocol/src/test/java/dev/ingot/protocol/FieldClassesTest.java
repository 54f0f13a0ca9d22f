package dev.ingot.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class FieldClassesTest {
  @Test
  void theLongestPatternThatFitsDecides() {
    FieldClasses classes =
        new FieldClasses(
            Map.of("frequency", FieldClass.READING, "frequency.max", FieldClass.CONFIG));
    assertThat(classes.of("frequency.current")).isEqualTo(FieldClass.READING);
    assertThat(classes.of("frequency.max")).isEqualTo(FieldClass.CONFIG);
    assertThat(classes.of("model_name")).isEqualTo(FieldClass.CONFIG);
  }

  @Test
  void aNamedFieldWinsOverAnyField() {
    FieldClasses classes =
        new FieldClasses(Map.of("*", FieldClass.READING, "MemTotal", FieldClass.CONFIG));
    assertThat(classes.of("MemTotal")).isEqualTo(FieldClass.CONFIG);
    assertThat(classes.of("MemFree")).isEqualTo(FieldClass.READING);
  }

  /** What each leaf is, asked one by one, and what the walk keeps must agree. */
  @Test
  void whatIsStableIsWhatMakesAChange() {
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      Map<String, FieldClass> patterns = new HashMap<>();
      for (int j = random.nextInt(5); j > 0; j--) {
        patterns.put(
            path(random, List.of("a", "b", "*")),
            FieldClass.values()[random.nextInt(FieldClass.values().length)]);
      }
      FieldClasses classes = new FieldClasses(patterns);
      ObjectNode content = object(random, 3);
      TreeSet<String> expected = new TreeSet<>();
      leaves(content, "").stream()
          .filter(leaf -> reference(patterns, leaf).makesAChange())
          .forEach(expected::add);
      assertThat(new TreeSet<>(leaves(classes.stable(content), "")))
          .as("%s of %s", patterns, content)
          .isEqualTo(expected);
      leaves(content, "")
          .forEach(leaf -> assertThat(classes.of(leaf)).isEqualTo(reference(patterns, leaf)));
    }
  }

  /** Every pattern tried in full on the path: longest, then most keys, then earliest key. */
  private static FieldClass reference(Map<String, FieldClass> patterns, String path) {
    return patterns.entrySet().stream()
        .filter(entry -> (path + ".").matches(regex(entry.getKey())))
        .max(Comparator.comparing(entry -> rank(entry.getKey())))
        .map(Map.Entry::getValue)
        .orElse(FieldClass.CONFIG);
  }

  private static String regex(String pattern) {
    return pattern.replace(".", "\\.").replace("*", "[^.]*") + "\\..*";
  }

  private static String rank(String pattern) {
    String places = pattern.replaceAll("[ab]", "1").replace("*", "0").replace(".", "");
    long literals = places.chars().filter(c -> c == '1').count();
    return places.length() + " " + literals + " " + places;
  }

  private static List<String> leaves(JsonNode node, String path) {
    List<String> leaves = new ArrayList<>();
    node.forEachEntry(
        (key, value) -> {
          String below = path.isEmpty() ? key : path + "." + key;
          if (value.isObject()) {
            leaves.addAll(leaves(value, below));
          } else {
            leaves.add(below);
          }
        });
    return leaves;
  }

  private static ObjectNode object(Random random, int depth) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (String key : List.of("b", "a", "c")) {
      if (depth > 0 && random.nextBoolean()) {
        object.set(key, object(random, depth - 1));
      } else {
        object.put(key, 1);
      }
    }
    return object;
  }

  private static String path(Random random, List<String> keys) {
    StringBuilder path = new StringBuilder(keys.get(random.nextInt(keys.size())));
    for (int i = random.nextInt(3); i > 0; i--) {
      path.append('.').append(keys.get(random.nextInt(keys.size())));
    }
    return path.toString();
  }
}
