package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What Mercury's programs are shown of a task. */
class MercuryTaskTest {
  private static final String NODE = "0011fe6ef71750c97bd7828eaa7b4bcec27262524a";

  private static ObjectNode shown(String method, String state, String reason) {
    return MercuryTask.of(
        "a-job",
        Json.read("{\"method\": \"%s\"}".formatted(method)),
        method,
        Json.read(
            """
            {"job": "9", "node": "%s", "state": "%s", "exit": 3, "reason": "%s",
             "stdout": "out", "finished": "2026-11-21T20:37:08Z"}
            """
                .formatted(NODE, state, reason)),
        new ForeignTable.Place("10.1.0.7", 9003));
  }

  @Test
  void aCommandThatEndsWithAnotherStatusThanZeroIsASuccess() {
    ObjectNode task = shown("run", "failed", "exit status 3");

    assertThat(task.path("status").stringValue()).isEqualTo("SUCCESS");
    assertThat(task.path("message"))
        .isEqualTo(Json.read("{\"stdout\": \"out\", \"stderr\": \"\", \"returncode\": 3}"));
  }

  @Test
  void whatFailsOtherwiseIsAnError() {
    ObjectNode other = shown("inspect", "failed", "exit status 3");
    ObjectNode late = shown("run", "timed out", "it took longer than 1 s");

    assertThat(other.path("status").stringValue()).isEqualTo("ERROR");
    assertThat(other.at("/message/error").stringValue()).isEqualTo("exit status 3");
    assertThat(late.path("status").stringValue()).isEqualTo("TIMEOUT");
  }

  @Test
  void anAgentHasTheTaskByTheIdThatPeopleHave() {
    ObjectNode task = shown("inspect", "running", "");
    MercuryTask.Attempt first = new MercuryTask.Attempt(9, 1, NODE);
    MercuryTask.Attempt third = new MercuryTask.Attempt(9, 3, NODE);

    assertThat(task.path("task_id").stringValue()).isEqualTo(first.text());
    assertThat(task.path("host").stringValue()).isEqualTo("10.1.0.7");
    assertThat(task.path("port").intValue()).isEqualTo(9003);
    assertThat(MercuryTask.Attempt.of(first.text())).isEqualTo(first);
    assertThat(MercuryTask.Attempt.of("9-1-" + NODE)).isEqualTo(first);
    assertThat(MercuryTask.Attempt.of(third.text())).isEqualTo(third);
    assertThat(MercuryTask.id(third.text())).isEqualTo(new MercuryTask.Id(9, NODE));
    assertThat(MercuryTask.id("9-" + NODE + "0")).isNull();
  }
}
