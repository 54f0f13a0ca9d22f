package dev.ingot.server.inventory.views;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The examples of docs/views.md and docs/classes.md. */
class DefinitionsDocumentIT {
  private static final Path DOCUMENTS = Path.of("../docs");
  private static final Pattern FILE =
      Pattern.compile("```yaml\n# (\\S+\\.yaml)\n(.*?)```", Pattern.DOTALL);
  private static final Pattern MACHINES = Pattern.compile("```json\n(.*?)```", Pattern.DOTALL);
  private static final Pattern ROW = Pattern.compile("(?m)^\\| host.*\\|$");

  @Test
  void theExamplesAreLoadedAndShowWhatThePagesSay() throws IOException {
    String views = Files.readString(DOCUMENTS.resolve("views.md"));
    try (TestServer server = TestServer.start()) {
      machines(server, views);
      assertThat(load(server, "views", views)).isEqualTo(2);
      List<List<String>> shown = new ArrayList<>();
      for (String row : ROW.matcher(views).results().map(found -> found.group()).toList()) {
        shown.add(
            List.of(row.substring(1, row.length() - 1).split("\\|", -1)).stream()
                .map(String::strip)
                .toList());
      }
      assertThat(column(run(server, "memory-of-vendor", "{}"), "node.hostname", "mem.MemTotal"))
          .isEqualTo(cells(shown, 0));
      assertThat(
              column(
                  run(server, "memory-of-vendor", "{\"parameters\": {\"vendor\": \"QEMU\"}}"),
                  "node.hostname",
                  "mem.MemTotal"))
          .isEqualTo(cells(shown, 2));
      assertThat(column(run(server, "cores-by-vendor", "{}"), "_id", "cores"))
          .isEqualTo(cells(shown, 4));
      assertThat(load(server, "classes", Files.readString(DOCUMENTS.resolve("classes.md"))))
          .isEqualTo(1);
    }
  }

  private static void machines(TestServer server, String page) {
    Matcher machines = MACHINES.matcher(page);
    assertThat(machines.find()).isTrue();
    try (Store store = Store.open(server.settings().database(), Path.of("/nonexistent"))) {
      TestNodes.make(store.api(), 1, 4);
      Inventory inventory =
          new Inventory(store, new OutboxTable(() -> {}), InventorySettings.DEFAULT);
      Json.read(machines.group(1))
          .forEachEntry(
              (host, document) ->
                  TestNodes.store(
                      inventory.writer(),
                      TestNodes.id(Integer.parseInt(host.substring("host".length()))),
                      1,
                      document.toString()));
    }
  }

  private static int load(TestServer server, String kind, String page) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    ArrayNode files = body.putArray("files");
    FILE.matcher(page)
        .results()
        .forEach(
            found -> files.addObject().put("file", found.group(1)).put("text", found.group(2)));
    Answer loaded = server.post("/api/v1/" + kind + "/load", body.toString());
    assertThat(loaded.status()).as("%s", loaded.body()).isEqualTo(200);
    return loaded.body().path("items").size();
  }

  private static JsonNode run(TestServer server, String view, String asked) {
    Answer answer = server.post("/api/v1/views/" + view + "/run", asked);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body().path("items");
  }

  private static List<List<String>> column(JsonNode items, String... paths) {
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode item : items) {
      List<String> cells = new ArrayList<>();
      for (String path : paths) {
        cells.add(item.at("/" + path.replace('.', '/')).asString(""));
      }
      rows.add(cells);
    }
    return rows;
  }

  /** Two columns of the page's table, as far as they go. */
  private static List<List<String>> cells(List<List<String>> rows, int from) {
    return rows.stream()
        .map(row -> row.subList(from, from + 2))
        .filter(cells -> !cells.getFirst().isEmpty())
        .toList();
  }
}
