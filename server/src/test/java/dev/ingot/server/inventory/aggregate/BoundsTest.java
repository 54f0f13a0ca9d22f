package dev.ingot.server.inventory.aggregate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class BoundsTest {
  private static Problem refused(String pipeline, int documents, Run run) {
    List<Problem> problems = new ArrayList<>();
    assertThatThrownBy(() -> run(pipeline, documents, run))
        .isInstanceOfSatisfying(Problem.class, problems::add);
    return problems.getFirst();
  }

  private static List<JsonNode> run(String pipeline, int documents, Run run) {
    List<JsonNode> items = new ArrayList<>();
    Pipeline parsed = PipelineParser.parse(Json.read(pipeline), "pipeline");
    Sink start = Stages.chain(parsed.stages(), items::add, run);
    for (int i = 0; i < documents; i++) {
      ObjectNode document = Json.MAPPER.createObjectNode().put("n", i).put("text", "x".repeat(500));
      document.putArray("list").add(1).add(2).add(3);
      if (!start.take(document)) {
        break;
      }
    }
    start.end();
    return items;
  }

  private static Run run(long bytes) {
    return new Run(new Held(bytes), Duration.ofMinutes(1));
  }

  @Test
  void groupsBeyondTheMemoryOfAPipelineAreRefusedNamingTheStage() {
    Problem problem =
        refused("[{\"$limit\": 9000}, {\"$group\": {\"_id\": \"$n\"}}]", 10_000, run(1 << 20));
    assertThat(problem.field()).isEqualTo("pipeline.1.$group");
    assertThat(problem.detail()).contains("more than 1 MiB");
  }

  @Test
  void moreGroupsThanTheBoundAreRefused() {
    Problem problem =
        refused("[{\"$group\": {\"_id\": \"$n\"}}]", Groups.MOST_GROUPS + 1, run(1L << 40));
    assertThat(problem.detail()).contains("more than 250000 groups");
  }

  @Test
  void aSetBeyondTheBoundIsRefused() {
    Problem problem =
        refused(
            "[{\"$group\": {\"_id\": null, \"all\": {\"$addToSet\": \"$n\"}}}]",
            Accumulator.MOST_VALUES + 1,
            run(1L << 40));
    assertThat(problem.field()).isEqualTo("pipeline.0.$group");
    assertThat(problem.detail()).contains("more than 10000 values");
  }

  @Test
  void aSortOfEverythingIsRefusedAndOneWithALimitIsNot() {
    String sort = "[{\"$sort\": {\"n\": -1}}";
    assertThat(refused(sort + "]", 10_000, run(1 << 20)).field()).isEqualTo("pipeline.0.$sort");
    List<JsonNode> items = run(sort + ", {\"$skip\": 2}, {\"$limit\": 3}]", 10_000, run(1 << 20));
    assertThat(items.stream().map(item -> item.path("n").intValue()))
        .containsExactly(9997, 9996, 9995);
  }

  @Test
  void aPipelineThatMultipliesItsDocumentsIsStoppedInTime() {
    String unwind =
        "{\"$unwind\": \"$list\"}, {\"$project\": {\"list\": [1, 2, 3, 4, 5, 6, 7, 8]}}";
    String pipeline = "[" + unwind + ("," + unwind).repeat(20) + ", {\"$count\": \"n\"}]";
    Problem problem = refused(pipeline, 10, new Run(new Held(), Duration.ofMillis(50)));
    assertThat(problem.detail()).contains("takes longer than 0.05 s");
  }
}
