package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.server.TestServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What programs write by Mercury's services, and what they do wrong. */
class MercuryProgramsIT {
  private static final String ID = "0110a1628669e487f48b3f8de13bebeafe2933c875";
  private static final int REQUESTS_PER_MINUTE = 60;
  private static String backend;
  private static String inventory;
  private static String api;
  private static TestServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(MercuryScene.hasPython(), "python3-zmq and python3-msgpack are not installed");
    backend = MercuryScene.place();
    inventory = MercuryScene.place();
    api = MercuryScene.place();
    server =
        TestServer.start(
            settings ->
                settings.with(
                    MercuryScene.settings(backend, inventory, null, api, REQUESTS_PER_MINUTE)));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void whoAsksTheApiTooOftenIsToldSoAndOthersAreAnswered() throws Exception {
    String path = "/api/rpc/jobs";
    int refused = 0;
    for (int turn = 0; turn < 2 * REQUESTS_PER_MINUTE && refused == 0; turn++) {
      int status = MercuryScene.status(api, path);
      assertThat(status).isIn(200, 429);
      refused = status == 429 ? turn : 0;
    }
    assertThat(refused).isGreaterThanOrEqualTo(REQUESTS_PER_MINUTE);
    // Every service counts for itself.
    MercuryScene.message(folder, inventory, "count", Map.of());
    JsonNode words = MercuryScene.refused(api, path);
    assertThat(words.path("error").booleanValue()).isTrue();
    assertThat(words.path("message").stringValue()).contains("mercury.requests-per-minute");
  }

  @Test
  void aDocumentIsInsertedUpdatedAndDeletedByItsId() throws Exception {
    String id = "02" + "9673ef6a50afd976191bc2d11f4276eedfeba0a5";
    Map<String, Object> device =
        Map.of(
            "mercury_id", id, "dmi", Map.of("sys_vendor", "X"), "cpu", List.of(Map.of("cores", 4)));
    assertThat(
            MercuryScene.message(folder, inventory, "insert_one", Map.of("device_info", device))
                .path("object_id")
                .stringValue())
        .isEqualTo(id);
    MercuryScene.message(
        folder,
        inventory,
        "update_one",
        Map.of("mercury_id", id, "update_data", Map.of("dmi", Map.of("sys_vendor", "Y"))));
    JsonNode one =
        MercuryScene.message(
            folder, inventory, "get_one", Map.of("mercury_id", id, "projection", List.of("dmi")));
    assertThat(one.at("/dmi/sys_vendor").stringValue()).isEqualTo("Y");
    assertThat(one.has("cpu")).isFalse();
    assertThat(server.get("/api/v1/nodes/" + id + "/history").body().path("items").size())
        .isGreaterThanOrEqualTo(2);
    MercuryScene.message(folder, inventory, "delete", Map.of("mercury_id", id));
    assertThat(server.get("/api/v1/nodes/" + id).status()).isEqualTo(404);
    assertThat(
            MercuryScene.message(folder, inventory, "get_one", Map.of("mercury_id", id)).isNull())
        .isTrue();
  }

  @Test
  void whatIsWrongIsAnsweredAndTheServicesLive() throws Exception {
    for (JsonNode reply :
        MercuryScene.ask(
            folder,
            backend,
            Map.of(),
            List.of("no map"),
            Map.of("endpoint", 7),
            Map.of("endpoint", "explode"),
            MercuryScene.call("register", Map.of()),
            MercuryScene.call(
                "register",
                Map.of("device_info", Map.of("mercury_id", "../../etc"), "agent_info", Map.of())),
            MercuryScene.call(
                "register",
                Map.of(
                    "device_info",
                    Map.of("mercury_id", ID),
                    "agent_info",
                    Map.of(
                        "rpc_address",
                        "8.8.8.8",
                        "rpc_port",
                        1,
                        "ping_port",
                        1,
                        "capabilities",
                        Map.of()))),
            MercuryScene.call(
                "update",
                Map.of(
                    "mercury_id", "00" + "f".repeat(40), "update_data", Map.of("dmi", Map.of()))),
            MercuryScene.call(
                "complete_task",
                Map.of("return_data", Map.of("task_id", "1-1-" + ID, "status", "SUCCESS"))),
            MercuryScene.call(
                "update_task", Map.of("update_data", Map.of("task_id", List.of()))))) {
      assertThat(reply.path("error").booleanValue()).as("%s", reply).isTrue();
    }
    assertThat(
            MercuryScene.ask(
                    folder,
                    inventory,
                    MercuryScene.call("query", Map.of("q", Map.of("$where", "1"))))
                .getFirst()
                .path("message")
                .stringValue())
        .contains("$where");
    assertThat(
            MercuryScene.ask(folder, inventory, Map.of("_protocol_message", "keep_alive"))
                .getFirst()
                .path("_protocol_message")
                .stringValue())
        .isEqualTo("keep_alive_confirmed");
    MercuryScene.strangersAt(backend);
    MercuryScene.message(folder, inventory, "count", Map.of());
  }
}
