package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.store.TestStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The examples of docs/query.md do what it says, and every operator has one. */
class QueryPageIT {
  private static final Pattern DOCUMENTS = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW =
      Pattern.compile("(?m)^\\|.*\\| `(\\{.*\\})` \\| ([a-z ]+) \\|$");

  @Test
  void everyExampleFindsWhatThePageSays() throws IOException {
    String page = Files.readString(Path.of("../docs/query.md"));
    Matcher block = DOCUMENTS.matcher(page);
    assertThat(block.find()).isTrue();
    List<String> names = new ArrayList<>();
    try (TestStore database = TestStore.open()) {
      TestNodes.make(database.jdbi(), 0, 3);
      Inventory inventory =
          new Inventory(database.store(), new OutboxTable(() -> {}), InventorySettings.DEFAULT);
      for (Map.Entry<String, JsonNode> entry : Json.read(block.group(1)).properties()) {
        String id = TestNodes.id(names.size());
        TestNodes.store(inventory.writer(), id, 1, Json.write(entry.getValue()));
        names.add(entry.getKey());
      }
      Queries queries = new Queries(new Facets(List.of("dmi.sys_vendor")), Duration.ofSeconds(10));
      TreeSet<String> operators = new TreeSet<>();
      Matcher row = ROW.matcher(page);
      while (row.find()) {
        JsonNode filter = Json.read(row.group(1));
        List<String> found =
            database.jdbi().withHandle(handle -> queries.matching(handle, filter, "filter"));
        assertThat(found.stream().map(id -> names.get(number(id))).toList())
            .as(row.group(1))
            .containsExactlyInAnyOrder(row.group(2).split(" ", -1));
        Pattern.compile("\\$[a-zA-Z]+")
            .matcher(row.group(1))
            .results()
            .forEach(operator -> operators.add(operator.group()));
      }
      assertThat(operators)
          .containsExactlyInAnyOrder(
              "$eq",
              "$ne",
              "$gt",
              "$gte",
              "$lt",
              "$lte",
              "$in",
              "$nin",
              "$exists",
              "$regex",
              "$options",
              "$not",
              "$type",
              "$mod",
              "$size",
              "$all",
              "$elemMatch",
              "$and",
              "$or",
              "$nor");
    }
  }

  private static int number(String id) {
    return Integer.parseInt(id.substring(id.length() - 4), 16);
  }
}
