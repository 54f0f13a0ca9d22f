package dev.ingot.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

class IngotClientTest {
  /** Operations of the document that the client leaves to others, each with its reason. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "GET /health/live", // for probes
          "GET /metrics", // for Prometheus
          "GET /resources", // for browsers
          "GET /resources/page.js",
          "GET /resources/page.css",
          "GET /api/v1/openapi.json", // for generators
          "POST /api/v1/broker/auth/user", // for brokers, as the next three
          "POST /api/v1/broker/auth/vhost",
          "POST /api/v1/broker/auth/resource",
          "POST /api/v1/broker/auth/topic",
          "GET /api/v1/agent-bundle", // for agents, as the next two
          "GET /api/v1/agent-bundle/files/{}",
          "GET /api/v1/agent");

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private IngotClient client;
  private volatile String answer = "{\"items\":[],\"next\":null}";
  private volatile int status = 200;

  @TempDir Path folder;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    URI address = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    client = new IngotClient(new ClientSettings(address, "secret", null, Duration.ofSeconds(5)));
  }

  @AfterEach
  void stop() {
    client.close();
    server.stop(0);
  }

  @Test
  void everyOperationOfTheDocumentHasItsCallAndNoOther() throws Exception {
    client.ready();
    client.nodes(Map.of());
    client.node("ID");
    client.inventory("ID");
    client.imports().putInventory("ID", object());
    client.imports().patchInventory("ID", object());
    client.imports().deleteInventory("ID");
    client.imports().importInventory(Map.of(), InputStream::nullInputStream, line -> {});
    client.imports().exportInventory(Map.of(), OutputStream.nullOutputStream(), Progress.NONE);
    client.imports().putSection("ID", "ID", object());
    client.imports().deleteSection("ID", "ID");
    client.inventoryAsOf("ID", "2h ago");
    client.history("ID", Map.of());
    client.diff("ID", Map.of());
    client.parts(Map.of());
    client.query(object());
    client.aggregate(object());
    client.distinct(object());
    client.indexes(Map.of());
    client.addIndex(object());
    client.removeIndex("ID", Map.of());
    client.lookup("KEY");
    client.classes();
    client.classRule("ID");
    client.putClass("ID", object());
    client.deleteClass("ID");
    client.loadClasses(object());
    client.classProgress();
    client.views(Map.of());
    client.view("ID");
    client.putView("ID", object());
    client.deleteView("ID");
    client.loadViews(object());
    client.runView("ID", object());
    client.deleteNode("ID");
    client.patchNode("ID", object());
    for (String verb : List.of("approve", "revoke", "readmit", "split")) {
      client.actOnNode("ID", verb, object());
    }
    client.mergeNodes(object());
    client.workflows().list(Map.of());
    client.workflows().show("ID", null);
    client.workflows().versions("ID", Map.of());
    client.workflows().put("ID", object());
    client.workflows().load(object());
    client.workflows().validate(object());
    client.workflows().schema();
    client.workflows().run(object());
    client.workflows().runs(Map.of());
    client.workflows().showRun("ID");
    client.workflows().explainRun("ID");
    client.workflows().timeline("ID", Map.of());
    for (String verb : List.of("cancel", "pause", "resume", "retry", "skip")) {
      client.workflows().actOnRun("ID", verb, object());
    }
    client.workflows().callBack("ID", object());
    client.fleets().start(object(), "key");
    client.fleets().plan(object());
    client.fleets().list(Map.of());
    client.fleets().show("ID");
    client.fleets().nodes("ID", Map.of());
    for (String verb : List.of("pause", "resume", "cancel")) {
      client.fleets().act("ID", verb, object());
    }
    client.fleets().triggers(Map.of());
    client.fleets().trigger("ID");
    client.fleets().putTrigger("ID", object());
    client.fleets().removeTrigger("ID");
    client.fleets().pauseTrigger("ID");
    client.fleets().resumeTrigger("ID");
    client.fleets().shots("ID", Map.of());
    client.tokens(Map.of());
    client.createToken(object());
    client.revokeToken("ID");
    client.roles(Map.of());
    client.role("ID");
    client.setRole("ID", object());
    client.deleteRole("ID");
    client.enrolmentTokens(Map.of());
    client.createEnrolmentToken(object());
    client.createBootTicket(object());
    client.revokeEnrolmentToken("ID");
    client.conflicts(Map.of());
    client.knownMachines(Map.of());
    client.addKnownMachine(object());
    client.removeKnownMachine("ID", "ID");
    client.bootNetworks();
    client.setBootNetwork("ID", "auto");
    client.removeBootNetwork("ID");
    client.audit(Map.of());
    client.logs(Map.of());
    client.boot().networks();
    client.boot().openNetwork("ID", object());
    client.boot().closeNetwork("ID");
    client.boot().profiles();
    client.boot().profile("ID");
    client.boot().putProfile("ID", object());
    client.boot().deleteProfile("ID");
    client.boot().assignment("ID");
    client.boot().assign("ID", object());
    client.boot().release("ID");
    client.boot().explain(Map.of());
    client.boot().history("ID");
    client.boot().leases(Map.of());
    client.boot().endLease("ID");
    client.webhooks().list(Map.of());
    client.webhooks().show("ID");
    client.webhooks().add(object());
    client.webhooks().change("ID", object());
    client.webhooks().remove("ID");
    client.webhooks().test("ID");
    client.webhooks().deliveries("ID", Map.of());
    client.webhooks().replay("ID", object());
    client.resources().networks(Map.of());
    client.resources().network("ID");
    client.resources().putNetwork("ID", object());
    client.resources().deleteNetwork("ID");
    client.resources().conflicts("ID", Map.of());
    client.resources().reservations(Map.of("mac", "02:00:00:00:00:01"));
    client.resources().kinds();
    client.resources().kind("ID");
    client.resources().putKind("ID", object());
    client.resources().deleteKind("ID");
    client.resources().loadKinds(object());
    client.resources().list("ID", Map.of());
    client.resources().show("ID", "ID");
    client.resources().create("ID", object());
    client.resources().change("ID", "ID", object(), 1L);
    client.resources().replace("ID", "ID", object(), null);
    client.resources().delete("ID", "ID");
    client.resources().release("ID", "ID", "why");
    client.resources().history("ID", "ID", Map.of());
    client.resources().claim("ID", ClaimRequest.of("tony").body(), "key");
    client.resources().claims(Map.of());
    client.resources().showClaim("ID");
    client.resources().explainClaim("ID");
    client.resources().releaseClaim("ID", "why");
    client.resources().renewClaim("ID", object());
    client.jobs().list(Map.of());
    client.jobs().show("ID");
    client.jobs().create(object(), "key");
    client.jobs().cancel("ID", object());
    client.jobs().retryFailed("ID");
    client.jobs().tasks("ID", Map.of());
    client.jobs().task("ID", "ID");
    client.jobs().cancelTask("ID", "ID", object());
    client.jobs().output("ID", "ID", Map.of()).close();
    client.jobs().capabilities(Map.of());
    client.jobs().capability("ID");
    client.plugins().list(Map.of());
    client.plugins().results("ID");
    client.plugins().result("ID", "ID");
    client.plugins().history("ID", "ID", Map.of());
    client.disk();
    client.broker();
    client.setUpBroker(JsonNodeFactory.instance.objectNode());
    client.backup(OutputStream.nullOutputStream(), Progress.NONE);
    Path file = Files.writeString(folder.resolve("backup"), "x");
    client.restore(file, Progress.NONE);
    Set<String> calls =
        new TreeSet<>(
            Set.of("GET /api/v1/events", "GET /api/v1/logs/stream", "GET /api/v1/jobs/{}/stream"));
    for (String request : asked) {
      calls.add(request.replaceFirst("\\?.*", "").replace("/ID", "/{}"));
    }
    Set<String> documented = new TreeSet<>();
    Path document = Path.of("").toAbsolutePath().resolveSibling("server/src/main/resources");
    JsonNode paths =
        Transport.MAPPER
            .readTree(Files.readAllBytes(document.resolve("openapi.json")))
            .path("paths");
    paths.forEachEntry(
        (path, operations) -> {
          String form = path.replaceAll("\\{[^}]*}", "{}");
          for (String method : List.of("get", "post", "put", "patch", "delete")) {
            if (operations.has(method)) {
              documented.add(method.toUpperCase(java.util.Locale.ROOT) + " " + form);
            }
          }
        });
    assertThat(documented).containsAll(calls);
    documented.removeAll(calls);
    assertThat(LEFT_OUT).containsAll(documented);
  }

  @Test
  void partsOfAPathAreEncoded() {
    client.node("a/b?c=%");
    assertThat(asked).containsExactly("GET /api/v1/nodes/a%2Fb%3Fc%3D%25");
  }

  @Test
  void aProblemIsThrownWithItsField() {
    status = 422;
    answer = "{\"type\":\"urn:ingot:problem:invalid\",\"detail\":\"why\",\"field\":\"tags\"}";
    ClientException e = catchThrowableOfType(ClientException.class, () -> client.node("1"));
    assertThat(e.kind()).isEqualTo(ClientException.Kind.ANSWERED);
    assertThat(e.status()).isEqualTo(422);
    assertThat(e.type()).isEqualTo("urn:ingot:problem:invalid");
    assertThat(e.detail()).isEqualTo("why");
    assertThat(e.field()).isEqualTo("tags");
  }

  @Test
  void whatIsNoIngotServerIsNamedSo() {
    answer = "<html>";
    ClientException e = catchThrowableOfType(ClientException.class, () -> client.node("1"));
    assertThat(e.kind()).isEqualTo(ClientException.Kind.NOT_INGOT);
    answer = "{\"foo\":1}";
    e = catchThrowableOfType(ClientException.class, () -> client.nodes(Map.of()));
    assertThat(e.kind()).isEqualTo(ClientException.Kind.NOT_INGOT);
  }

  @Test
  void transfersTellHowFarTheyAre() throws IOException {
    answer = "x".repeat(200_000);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long[] last = new long[2];
    client.backup(
        out,
        (done, total) -> {
          assertThat(done).isGreaterThan(last[0]);
          last[0] = done;
          last[1] = total;
        });
    assertThat(out.size()).isEqualTo(200_000);
    assertThat(last).containsExactly(200_000, 200_000);
  }

  @Test
  void theTokenNeverPrints() {
    ClientSettings settings =
        new ClientSettings(URI.create("http://a"), "secret", null, Duration.ZERO);
    assertThat(settings.toString()).doesNotContain("secret");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (InputStream in = exchange.getRequestBody()) {
      in.transferTo(OutputStream.nullOutputStream());
    }
    asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    byte[] body = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }
}
