package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.configuration.ByteSize;
import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import tools.jackson.databind.JsonNode;

/** Mercury's services, spoken to by Python's own ZeroMQ and MessagePack. */
class MercuryIT {
  private static final String ID = "0110a1628669e487f48b3f8de13bebeafe2933c875";
  private static final Duration SOON = Duration.ofSeconds(40);
  private static String backend;
  private static String inventory;
  private static String rpc;
  private static String api;
  private static TestServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(
        Files.exists(Path.of("/usr/lib/python3/dist-packages/zmq"))
            && Files.exists(Path.of("/usr/lib/python3/dist-packages/msgpack")),
        "python3-zmq and python3-msgpack are not installed");
    backend = MercuryScene.place();
    inventory = MercuryScene.place();
    rpc = MercuryScene.place();
    api = MercuryScene.place();
    server =
        TestServer.start(
            settings ->
                settings.with(
                    new MercurySettings(
                        backend,
                        inventory,
                        rpc,
                        api,
                        false,
                        List.of("127.0.0.0/8"),
                        "ord1",
                        "ORD",
                        ByteSize.parse("1MiB"),
                        ByteSize.parse("32MiB"),
                        ByteSize.parse("128MiB"),
                        600,
                        6_000,
                        100,
                        Duration.ofSeconds(1))));
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private Python agent(String id) throws IOException {
    return new Python(
        folder,
        "agent.py",
        backend,
        "127.0.0.1",
        String.valueOf(MercuryScene.port()),
        String.valueOf(MercuryScene.port()),
        id);
  }

  private static JsonNode get(String path) {
    Answer answer = server.get("/api/v1/nodes/" + path);
    assertThat(answer.status()).as("%s", answer.body()).isEqualTo(200);
    return answer.body();
  }

  private static JsonNode ended(String job) {
    return Awaitility.await()
        .atMost(SOON)
        .until(
            () -> server.get("/api/v1/jobs/" + job + "/tasks?output=true").body().at("/items/0"),
            task -> task.has("finished"));
  }

  private static String job(String capability, String arguments) {
    Answer made =
        server.post(
            "/api/v1/jobs",
            "{\"on\": \"%s\", \"capability\": \"%s\", \"arguments\": %s}"
                .formatted(ID, capability, arguments));
    assertThat(made.status()).as("%s", made.body()).isEqualTo(201);
    return made.text("id");
  }

  @Test
  @SuppressWarnings("try") // the agent ends on purpose before its block does
  void anAgentOfMercuryIsANodeThatDoesWhatItIsAsked() throws Exception {
    try (Python agent = agent(ID)) {
      assertThat(
              agent.await(line -> line.has("registered")).at("/registered/message").stringValue())
          .isEqualTo("accepted");
      agent.await(line -> line.has("updated"));
      JsonNode document = get(ID + "/inventory");
      assertThat(document.at("/dmi/product_name").stringValue()).isEqualTo("ProLiant DL380 Gen9");
      assertThat(document.at("/interfaces/0/lldp/switch_name").stringValue())
          .isEqualTo("j6-23-1S.ord1");
      assertThat(get(ID + "/inventory?sources=true").at("/served/dmi").stringValue())
          .isEqualTo("mercury");
      assertThat(get(ID).at("/presence/state").stringValue()).isEqualTo("online");
      theServicesAnswer();

      String echo = job("echo", "{\"args\": [\"hello\"]}");
      assertThat(ended(echo).at("/result/message").stringValue()).isEqualTo("hello");
      JsonNode done = agent.await(line -> line.path("method").asString("").equals("echo"));
      assertThat(done.at("/done/message").stringValue()).isEqualTo("accepted");
      assertThat(done.at("/again/error").booleanValue()).as("one end is enough").isTrue();

      JsonNode run = ended(job("run", "{\"args\": [\"cat\"], \"_input\": \"in and out\"}"));
      assertThat(run.path("state").stringValue()).isEqualTo("succeeded");
      assertThat(run.path("stdout").stringValue()).isEqualTo("in and out");
      assertThat(run.path("exit").intValue()).isZero();
      JsonNode bad = ended(job("run", "{\"args\": [\"false\"]}"));
      assertThat(bad.path("state").stringValue()).isEqualTo("failed");
      assertThat(bad.path("exit").intValue()).isEqualTo(1);

      JsonNode busy = ended(job("busy", "{}"));
      assertThat(busy.path("reason").stringValue()).contains("status 5", "serial lock busy");
      JsonNode kexec =
          ended(job("kexec", "{\"kernel\": \"k\", \"initrd\": \"i\", \"options\": \"o\"}"));
      assertThat(kexec.path("reason").stringValue()).isEqualTo("OSError: no kexec here");

      Answer wrong =
          server.post(
              "/api/v1/jobs",
              "{\"on\": \"%s\", \"capability\": \"echo\", \"arguments\": {}}".formatted(ID));
      assertThat(wrong.status()).as("%s", wrong.body()).isEqualTo(422);

      theServerIsRestartedInTheMiddle(agent);
      String hanging = job("hang", "{}");
      agent.await(line -> line.path("hangs").asString("").startsWith(hanging + "-"));
      agent.kill();
      assertThat(ended(hanging).path("state").stringValue()).isEqualTo("lost");
      Awaitility.await()
          .atMost(SOON)
          .until(() -> get(ID).at("/presence/state").stringValue().equals("lost"));
      assertThat(
              MercuryScene.message(folder, inventory, "get_one", Map.of("mercury_id", ID))
                  .path("active")
                  .isNull())
          .isTrue();
    }
  }

  private static void theServerIsRestartedInTheMiddle(Python agent) {
    String hanging = job("hang", "{}");
    agent.await(line -> line.path("hangs").asString("").startsWith(hanging + "-"));
    server.restart();
    Awaitility.await()
        .atMost(SOON)
        .until(() -> get(ID).at("/presence/state").stringValue().equals("online"));
    JsonNode task = server.get("/api/v1/jobs/" + hanging + "/tasks/" + ID).body();
    assertThat(task.path("state").stringValue()).isEqualTo("running");
    assertThat(server.post("/api/v1/jobs/" + hanging + "/cancel", "{}").status()).isEqualTo(202);
    JsonNode cancelled = ended(hanging);
    assertThat(cancelled.path("state").stringValue()).isEqualTo("cancelled");
    assertThat(cancelled.path("reason").stringValue()).contains("Mercury cannot end it");
  }

  private void theServicesAnswer() throws Exception {
    JsonNode one = MercuryScene.message(folder, inventory, "get_one", Map.of("mercury_id", ID));
    assertThat(one.path("_id").stringValue()).isEqualTo(ID);
    assertThat(one.at("/active/rpc_address").stringValue()).isEqualTo("127.0.0.1");
    assertThat(one.at("/active/capabilities/echo/num_args").intValue()).isEqualTo(1);
    assertThat(one.at("/origin/name").stringValue()).isEqualTo("ord1");
    JsonNode found =
        MercuryScene.message(
            folder,
            inventory,
            "query",
            Map.of(
                "q", Map.of("interfaces.lldp.switch_name", "j6-23-1S.ord1"),
                "projection", Map.of("dmi.sys_vendor", 1)));
    assertThat(found.path("total").intValue()).isEqualTo(1);
    assertThat(found.at("/items/0"))
        .isEqualTo(
            Json.read(
                "{\"_id\": \"%s\", \"mercury_id\": \"%s\", \"dmi\": {\"sys_vendor\": \"HP\"}}"
                    .formatted(ID, ID)));
    Map<String, Object> active = new HashMap<>();
    active.put("$ne", null);
    assertThat(
            MercuryScene.message(folder, inventory, "count", Map.of("q", Map.of("active", active)))
                .intValue())
        .isEqualTo(1);

    JsonNode made =
        MercuryScene.message(
            folder,
            rpc,
            "create_job",
            Map.of(
                "query", Map.of("mercury_id", ID),
                "instruction", Map.of("method", "echo", "args", List.of("Hello World!"))));
    assertThat(made.path("targets").intValue()).isEqualTo(1);
    String job = made.path("job_id").stringValue();
    JsonNode over =
        Awaitility.await()
            .atMost(SOON)
            .until(
                () -> MercuryScene.http(api, "GET", "/api/rpc/jobs/" + job + "/status", "", 200),
                status -> !status.path("time_completed").isNull());
    assertThat(over.path("has_failures").booleanValue()).isFalse();
    assertThat(MercuryScene.http(api, "GET", "/api/rpc/jobs/status/" + job, "", 200))
        .isEqualTo(over);
    JsonNode all = MercuryScene.http(api, "GET", "/api/rpc/jobs/tasks/" + job, "", 200);
    assertThat(all.path("count").intValue()).isEqualTo(1);
    assertThat(over.at("/tasks/0/status").stringValue()).isEqualTo("SUCCESS");
    JsonNode tasks = MercuryScene.message(folder, rpc, "get_job_tasks", Map.of("job_id", job));
    assertThat(tasks.at("/tasks/0/message").stringValue()).isEqualTo("Hello World!");
    String task = tasks.at("/tasks/0/task_id").stringValue();
    assertThat(
            MercuryScene.http(api, "GET", "/api/rpc/task/" + task, "", 200)
                .path("mercury_id")
                .stringValue())
        .isEqualTo(ID);

    JsonNode page =
        MercuryScene.http(
            api, "GET", "/api/inventory/computers?projection=dmi.product_name&limit=x", "", 200);
    assertThat(page.at("/items/0/dmi/product_name").stringValue()).contains("ProLiant");
    assertThat(
            MercuryScene.http(api, "GET", "/api/active/computers/", "", 200).at("/items/0").size())
        .isEqualTo(2);
    assertThat(
            MercuryScene.http(
                    api,
                    "POST",
                    "/api/inventory/computers/query",
                    "{\"query\": {\"dmi.sys_vendor\": \"IBM\"}}",
                    200)
                .path("total")
                .intValue())
        .isZero();
    MercuryScene.http(api, "GET", "/api/inventory/computers/" + ID, "", 200);
    MercuryScene.http(api, "GET", "/api/inventory/computers/nothing", "", 404);
    MercuryScene.http(api, "POST", "/api/inventory/computers/query", "{\"query\": ", 400);
    MercuryScene.http(api, "DELETE", "/api/inventory/computers/" + ID, "", 405);
    String unknown = "{\"query\": {}, \"instruction\": {\"method\": \"levitate\"}}";
    assertThat(
            MercuryScene.http(api, "POST", "/api/rpc/jobs", unknown, 400)
                .path("message")
                .stringValue())
        .contains("levitate");
    MercuryScene.http(
        api,
        "POST",
        "/api/rpc/jobs",
        "{\"query\": {\"dmi.sys_vendor\": \"IBM\"}, \"instruction\": {\"method\": \"echo\"}}",
        404);
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
    assertThat(get(id + "/history").path("items").size()).isGreaterThanOrEqualTo(2);
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
    strangersAtTheSocket();
    MercuryScene.message(folder, inventory, "count", Map.of());
  }

  /** Octets that are no ZeroMQ, half a message, one that is too large, frames without a request. */
  private static void strangersAtTheSocket() throws Exception {
    String[] place = backend.split(":", 2);
    List<Socket> open = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Socket socket = new Socket(place[0], Integer.parseInt(place[1]));
      open.add(socket);
      OutputStream out = socket.getOutputStream();
      out.write(
          i % 2 == 0
              ? new byte[] {(byte) 0xff, 0, 0, 0}
              : "GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
    }
    try (ZContext context = new ZContext()) {
      // JeroMQ may leave a connection waiting behind strangers until the next one comes.
      Awaitility.await()
          .atMost(SOON)
          .until(() -> MercuryScene.unpacked(context, backend).startsWith("Client error"));
      ZMQ.Socket large = context.createSocket(SocketType.REQ);
      large.setLinger(0);
      large.connect("tcp://" + backend);
      large.setReceiveTimeOut(500);
      large.send(new byte[2 << 20]);
      assertThat(large.recv()).isNull();
    }
    for (Socket socket : open) {
      socket.close();
    }
  }
}
