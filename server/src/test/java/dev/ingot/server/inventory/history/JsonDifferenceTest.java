package dev.ingot.server.inventory.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.history.JsonDifference.Operation;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class JsonDifferenceTest {
  @Test
  void itsOperationsTurnOneValueIntoTheOther() {
    Random random = new Random(11);
    for (int i = 0; i < 5000; i++) {
      JsonNode from = value(random, 3);
      JsonNode to = value(random, 3);
      ObjectNode document = Json.MAPPER.createObjectNode();
      document.set("s", from.deepCopy());
      for (Operation operation : JsonDifference.between("s", from, to, 200)) {
        perform(document, operation.toJson());
      }
      assertThat(document.path("s")).as("from %s to %s", from, to).isEqualTo(to);
    }
  }

  @Test
  void equalValuesDifferInNothing() {
    JsonNode one = Json.read("{\"a\": [1, {\"b\": 100}], \"c\": null}");
    JsonNode same = Json.read("{\"c\": null, \"a\": [1.0, {\"b\": 1e2}]}");
    assertThat(JsonDifference.between("s", one, same, 200)).isEmpty();
  }

  @Test
  void onePartThatIsGoneIsOneOperation() {
    JsonNode three = Json.read("[{\"serial\": \"A\"}, {\"serial\": \"B\"}, {\"serial\": \"C\"}]");
    JsonNode two = Json.read("[{\"serial\": \"A\"}, {\"serial\": \"C\"}]");
    assertThat(JsonDifference.between("dimm", three, two, 200))
        .extracting(Operation::word, Operation::path)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("remove", "dimm.1"));
  }

  @Test
  void whatDiffersNearlyEverywhereIsReplacedWhole() {
    ArrayNode from = JsonNodeFactory.instance.arrayNode();
    ArrayNode to = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 300; i++) {
      from.add(i);
      to.add(-1 - i);
    }
    List<Operation> operations = JsonDifference.between("s", from, to, 200);
    assertThat(operations).hasSize(1);
    assertThat(operations.getFirst().word()).isEqualTo("replace");
  }

  /** RFC 6902, section 4: add, remove and replace. */
  private static void perform(ObjectNode document, JsonNode operation) {
    List<String> keys =
        List.of(operation.path("path").stringValue().substring(1).split("/", -1)).stream()
            .map(key -> key.replace("~1", "/").replace("~0", "~"))
            .toList();
    JsonNode parent = document;
    for (String key : keys.subList(0, keys.size() - 1)) {
      parent = parent.isArray() ? parent.path(Integer.parseInt(key)) : parent.path(key);
    }
    String last = keys.getLast();
    JsonNode value = operation.path("value");
    if (parent instanceof ArrayNode array) {
      int index = Integer.parseInt(last);
      switch (operation.path("op").stringValue()) {
        case "add" -> array.insert(index, value);
        case "remove" -> array.remove(index);
        default -> array.set(index, value);
      }
    } else if (parent instanceof ObjectNode object) {
      if (operation.path("op").stringValue().equals("remove")) {
        object.remove(last);
      } else {
        object.set(last, value);
      }
    }
  }

  private static JsonNode value(Random random, int depth) {
    switch (depth == 0 ? 2 : random.nextInt(4)) {
      case 0 -> {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (String key : List.of("a", "b/~", "c")) {
          if (random.nextBoolean()) {
            object.set(key, value(random, depth - 1));
          }
        }
        return object;
      }
      case 1 -> {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (int i = random.nextInt(5); i > 0; i--) {
          array.add(value(random, depth - 1));
        }
        return array;
      }
      default -> {
        return JsonNodeFactory.instance.numberNode(random.nextInt(3));
      }
    }
  }
}
