package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.TaskMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What an agent says of a task's end, as our tables can hold it. */
class EndsTest {
  private static final Request REQUEST =
      new Request(
          new MercuryTask.Attempt(9, 1, "0011fe6ef71750c97bd7828eaa7b4bcec27262524a"),
          "run",
          Json.read("{}"),
          false,
          true,
          7,
          null);

  private static TaskMessage.Finished end(String said) {
    return Ends.of(REQUEST, (ObjectNode) Json.read(said));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, SUCCEEDED,",
    "3, 3, FAILED, exit status 3",
    "-9, 137, FAILED, exit status 137",
    "32767, 32767, FAILED, exit status 32767",
    "40000, , FAILED, exit status 40000",
    "-2147483648, , FAILED, exit status 2147483776",
    "1099511627776, , FAILED, exit status 1099511627776",
    "\"none\", , SUCCEEDED,"
  })
  void anExitStatusThatNoColumnHoldsIsAFailureInWords(
      String said, Integer exit, TaskMessage.Status status, String detail) {
    TaskMessage.Finished end =
        end(
            """
            {"status": "SUCCESS", "message": {"stdout": "", "stderr": "", "returncode": %s}}
            """
                .formatted(said));

    assertThat(end.exit()).isEqualTo(exit);
    assertThat(end.status()).isEqualTo(status);
    assertThat(end.detail()).isEqualTo(detail);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"exc_type\": \"E\\u0000\", \"exc_value\": \"\\u0000\"}', E\ufffd: \ufffd",
    "'\"a\\u0000b\"', a\ufffdb"
  })
  void theCharacterThatNoTextOfPostgresHoldsIsReplaced(String traceback, String detail) {
    TaskMessage.Finished end =
        end("{\"status\": \"ERROR\", \"message\": null, \"traceback\": %s}".formatted(traceback));

    assertThat(end.status()).isEqualTo(TaskMessage.Status.FAILED);
    assertThat(end.detail()).isEqualTo(detail);
  }

  @Test
  void aFailedEndWithoutAnyReasonSaysItsStatus() {
    assertThat(end("{\"status\": \"\\u0000?\"}").detail()).isEqualTo("the agent says  ?");
  }
}
