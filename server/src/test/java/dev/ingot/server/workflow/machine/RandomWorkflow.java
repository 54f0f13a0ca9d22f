package dev.ingot.server.workflow.machine;

import dev.ingot.core.Json;
import dev.ingot.server.workflow.definition.Findings;
import dev.ingot.server.workflow.definition.KnownTypes;
import dev.ingot.server.workflow.definition.Workflow;
import dev.ingot.server.workflow.definition.WorkflowReader;
import java.util.List;
import java.util.Random;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Workflows that a seed makes, read by the reader that people's workflows go through. */
final class RandomWorkflow {
  private static final List<String> WORDS =
      List.of("succeeded", "failed", "finished", "finished", "succeeded", "timed-out", "errored");
  private static final KnownTypes TYPES =
      new KnownTypes() {
        @Override
        public Set<String> names() {
          return Set.of("at-once", "act", "wait");
        }

        @Override
        public JsonNode schema(String type) {
          return Json.read("{\"type\":\"object\"}");
        }

        @Override
        public boolean isDestructive(String type) {
          return false;
        }
      };

  private RandomWorkflow() {}

  static Workflow of(Random random) {
    while (true) {
      Findings findings = new Findings();
      Workflow workflow = new WorkflowReader(TYPES).read(json(random), findings);
      if (findings.isEmpty()) {
        return workflow;
      }
    }
  }

  private static ObjectNode json(Random random) {
    ObjectNode workflow = Json.MAPPER.createObjectNode().put("name", "random");
    ArrayNode steps = workflow.putArray("steps");
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      ObjectNode step = steps.addObject().put("name", "s" + i);
      step.put("type", List.of("at-once", "act", "wait").get(random.nextInt(3)));
      step.put("timeout", "10m"); // longer than any number of take-overs
      if (random.nextInt(4) == 0) {
        step.put("ignoreFailure", true);
      }
      if (random.nextInt(3) == 0) {
        step.putObject("retry")
            .put("times", 1 + random.nextInt(2))
            .put("pause", (1 + random.nextInt(3)) + "s");
      }
      if (i > 0 && random.nextInt(5) > 0) {
        ObjectNode after = step.putObject("after");
        for (int c = 0; c <= random.nextInt(3); c++) {
          after.put("s" + random.nextInt(i), WORDS.get(random.nextInt(WORDS.size())));
        }
        if (random.nextInt(3) == 0) {
          ObjectNode any = after.putObject("any");
          for (int c = 0; c <= random.nextInt(3); c++) {
            any.put("s" + random.nextInt(i), WORDS.get(random.nextInt(WORDS.size())));
          }
        }
      }
    }
    return workflow;
  }
}
