package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.testkit.FreePort;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    assumeTrue(MercuryScene.hasPython(), "python3-zmq and python3-msgpack are not installed");
    backend = MercuryScene.place();
    inventory = MercuryScene.place();
    rpc = MercuryScene.place();
    api = MercuryScene.place();
    server =
        TestServer.start(
            settings -> settings.with(MercuryScene.settings(backend, inventory, rpc, api, 6_000)));
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
        String.valueOf(FreePort.next()),
        String.valueOf(FreePort.next()),
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
      theServicesAnswer(agent);

      String echo = job("echo", "{\"args\": [\"hello\"]}");
      assertThat(ended(echo).at("/result/message").stringValue()).isEqualTo("hello");
      JsonNode done = agent.await(line -> line.path("method").asString("").equals("echo"));
      assertThat(done.at("/done/message").stringValue()).isEqualTo("accepted");
      assertThat(done.at("/again/message").stringValue())
          .as("the same end, said again as it was not answered in time")
          .isEqualTo("accepted");
      assertThat(done.at("/other/error").booleanValue()).as("one end is enough").isTrue();

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
      String forgotten = job("hang", "{}");
      agent.await(line -> line.path("hangs").asString("").startsWith(forgotten + "-"));
      agent.write(Map.of("again", true));
      JsonNode lost = ended(forgotten);
      assertThat(lost.path("state").stringValue()).isEqualTo("lost");
      assertThat(lost.path("reason").stringValue())
          .isEqualTo("the agent was started anew while it had the task");

      String hanging = job("hang", "{}");
      agent.await(line -> line.path("hangs").asString("").startsWith(hanging + "-"));
      agent.kill();
      JsonNode silent = ended(hanging);
      assertThat(silent.path("state").stringValue()).isEqualTo("lost");
      assertThat(silent.path("reason").stringValue())
          .isEqualTo("its agent answers no pings any more: it may have run");
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

  private void theServicesAnswer(Python agent) throws Exception {
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
    JsonNode call = agent.await(line -> line.at("/call/task_id").asString("").equals(task));
    assertThat(call.at("/call/job_id").stringValue()).isEqualTo(job);
    assertThat(tasks.at("/tasks/0/host").stringValue()).isEqualTo("127.0.0.1");
    assertThat(tasks.at("/tasks/0").propertyNames())
        .as("what its library wants of a task")
        .contains(
            "_id action args backend host job_id kwargs mercury_id message method port progress"
                .split(" "))
        .contains(
            "status task_id time_completed time_started time_updated timeout traceback ttl_time_completed"
                .split(" "));
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
    Map<String, String> raised = Map.of("job_id", raised());
    JsonNode failed =
        Awaitility.await()
            .atMost(SOON)
            .until(
                () -> MercuryScene.message(folder, rpc, "get_job_tasks", raised),
                each -> each.at("/tasks/0/status").asString("").equals("ERROR"));
    assertThat(failed.at("/tasks/0/traceback/exc_type").stringValue()).isEqualTo("OSError");
    assertThat(failed.at("/tasks/0/message/kernel").stringValue()).isEqualTo("k");
    theTemplateIsRenderedForEachOfItsMachines();
    String here = "{\"query\": {\"origin.datacenter\": \"%s\"}}";
    String count = "/api/inventory/computers/count";
    assertThat(MercuryScene.http(api, "POST", count, here.formatted("ORD"), 200).toString())
        .isEqualTo("{\"count\":1}");
    assertThat(MercuryScene.http(api, "POST", count, here.formatted("DFW"), 200).toString())
        .isEqualTo("{\"count\":0}");
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

  private void theTemplateIsRenderedForEachOfItsMachines() throws IOException {
    Map<String, Object> instruction =
        Map.of(
            "preprocessor",
            "press_static_assets",
            "template",
            List.of("networking:", "  hostname: {{ hostname }}"),
            "assets",
            Map.of(ID, Map.of("hostname", "web1")));
    String job =
        MercuryScene.message(
                folder,
                rpc,
                "create_job",
                Map.of("query", Map.of("mercury_id", ID), "instruction", instruction))
            .path("job_id")
            .stringValue();
    JsonNode tasks =
        Awaitility.await()
            .atMost(SOON)
            .until(
                () -> MercuryScene.message(folder, rpc, "get_job_tasks", Map.of("job_id", job)),
                each -> each.at("/tasks/0/status").asString("").equals("SUCCESS"));
    assertThat(tasks.at("/tasks/0/message/configuration/networking/hostname").stringValue())
        .isEqualTo("web1");
  }

  /** A job of theirs whose task raises. */
  private String raised() throws IOException {
    Map<String, Object> kexec =
        Map.of("method", "kexec", "kwargs", Map.of("kernel", "k", "initrd", "i", "options", "o"));
    return MercuryScene.message(
            folder,
            rpc,
            "create_job",
            Map.of("query", Map.of("mercury_id", ID), "instruction", kexec))
        .path("job_id")
        .stringValue();
  }
}
