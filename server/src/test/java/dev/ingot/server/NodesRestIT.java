package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.access.AuditTable;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Machine;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.NodesSettings;
import dev.ingot.server.nodes.lookup.NodeAddresses;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.TestStore;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class NodesRestIT {
  private static final Random RANDOM = new Random(4);
  private static TestServer server;
  private static Store store;
  private static Nodes nodes;
  private Machine machine;
  private String id;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    store = Store.open(TestStore.settings(server.database()), Path.of("/nonexistent"));
    nodes =
        new Nodes(
            store,
            new OutboxTable(() -> {}),
            new AuditTable(),
            NodesSettings.DEFAULT,
            new ServerIdentity("test", "1"),
            new SecureRandom(),
            null);
  }

  @AfterAll
  static void stop() {
    store.close();
    server.close();
  }

  @BeforeEach
  void aMachineJoinsByATokenOfTheApi() {
    TestServer.Answer token =
        server.post("/api/v1/enrolment-tokens", "{\"name\":\"rack\",\"expiresInSeconds\":60}");
    assertThat(token.status()).isEqualTo(201);
    machine = new Machine(RANDOM).with(new Credential.EnrolmentToken(token.text("secret")));
    id = ((Admitted) nodes.door().admit(machine.introduction())).nodeId();
  }

  @Test
  void tagsAndLocationAreMergedAndGuardedByTheirTag() {
    TestServer.Answer tagged =
        server.patch("/api/v1/nodes/" + id, "{\"tags\":[\"gpu\"],\"location\":{\"rack\":\"r1\"}}");
    assertThat(tagged.status()).as(tagged.response().body()).isEqualTo(200);
    assertThat(tagged.body().at("/location/rack").asString()).isEqualTo("r1");
    String etag = tagged.response().headers().firstValue("ETag").orElseThrow();
    TestServer.Answer more =
        server.patch("/api/v1/nodes/" + id.substring(0, 14), "{\"tags\":{\"ssd\":true}}");
    assertThat(more.body().path("tags").toString()).isEqualTo("[\"gpu\",\"ssd\"]");
    HttpRequest stale =
        HttpRequest.newBuilder(server.uri("/api/v1/nodes/" + id))
            .method("PATCH", HttpRequest.BodyPublishers.ofString("{\"tags\":[]}"))
            .header("Content-Type", "application/json")
            .header("Authorization", "Bearer " + server.adminToken())
            .header("If-Match", etag)
            .build();
    assertThat(server.send(stale).status()).isEqualTo(412);
    TestServer.Answer wrong = server.patch("/api/v1/nodes/" + id, "{\"tags\":[\"a b\"]}");
    assertThat(wrong.status()).isEqualTo(422);
    assertThat(wrong.text("field")).isEqualTo("tags");
    assertThat(server.patch("/api/v1/nodes/" + id, "{\"tags\":").status()).isEqualTo(400);
    assertThat(server.patch("/api/v1/nodes/01ffff", "{\"tags\":[]}").status()).isEqualTo(404);
  }

  @Test
  void aNodeIsLookedUpByAnythingThatIsWrittenOnIt() {
    store
        .api()
        .useTransaction(
            handle ->
                NodeAddresses.replace(
                    handle, id, List.of("192.0.2.77"), List.of("52:54:00:00:00:77")));
    String mac = machine.macs.getFirst();
    for (String key :
        List.of(
            id,
            id.substring(0, 12),
            machine.uuid,
            machine.systemSerial.toLowerCase(java.util.Locale.ROOT),
            machine.address,
            mac,
            mac.replace(":", "").toUpperCase(java.util.Locale.ROOT),
            mac.replace(':', '-'),
            "192.0.2.77",
            "5254.0000.0077",
            "host-" + machine.incarnation)) {
      TestServer.Answer found = server.get("/api/v1/lookup?key=" + key);
      assertThat(found.status()).as(key).isEqualTo(200);
      assertThat(found.body().at("/items/0/id").asString()).as(key).isEqualTo(id);
      assertThat(found.body().path("items").size()).as(key).isOne();
    }
    assertThat(server.get("/api/v1/lookup?key=nothing").status()).isEqualTo(404);
    assertThat(server.get("/api/v1/lookup").text("field")).isEqualTo("key");
  }

  @Test
  void aTargetMeansNodes() {
    server.patch("/api/v1/nodes/" + id, "{\"tags\":[\"only-" + id + "\"]}");
    TargetResolver targets = nodes.targets();
    String host = "host-" + machine.incarnation;
    for (String on :
        List.of(id, id.substring(0, 16), host, host.substring(0, 15) + "*", "tag:only-" + id)) {
      List<String> found = store.api().withHandle(handle -> targets.resolve(handle, on));
      assertThat(found).as(on).containsExactly(id);
    }
    List<String> all = store.api().withHandle(handle -> targets.resolve(handle, "all"));
    assertThat(all).contains(id).isSorted();
    List<String> none = store.api().withHandle(handle -> targets.resolve(handle, "nobody_*"));
    assertThat(none).isEmpty();
    for (String wrong : List.of("", "no-such-host", "veiw:x", "{", "0", "a\0b")) {
      Assertions.assertThatThrownBy(
              () -> store.api().useHandle(handle -> targets.resolve(handle, wrong)))
          .as(wrong)
          .isInstanceOf(Problem.class);
    }
  }

  @Test
  void revokeReadmitAndDeleteSayWhatTheyDid() {
    assertThat(server.post("/api/v1/nodes/" + id + "/revoke", "{}").text("standing"))
        .isEqualTo("revoked");
    assertThat(nodes.door().admit(machine.introduction())).isInstanceOf(Refused.class);
    assertThat(server.post("/api/v1/nodes/" + id + "/approve", null).status()).isEqualTo(409);
    assertThat(server.post("/api/v1/nodes/" + id + "/readmit", null).text("standing"))
        .isEqualTo("admitted");
    assertThat(server.post("/api/v1/nodes/" + id + "/approve", "{\"x\":1}").status())
        .isEqualTo(422);
    assertThat(nodes.door().admit(machine.introduction())).isInstanceOf(Admitted.class);
    store
        .api()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO inventory_history (node, revision, source, change, sections, undo)"
                        + " VALUES (?, 1, 'agent', 'informational', '{}', '[]')",
                    id));
    assertThat(server.delete("/api/v1/nodes/" + id).status()).isEqualTo(204);
    assertThat(server.delete("/api/v1/nodes/" + id).status()).isEqualTo(404);
    long history =
        store
            .api()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT count(*) FROM inventory_history WHERE node = :id")
                        .bind("id", id)
                        .mapTo(Long.class)
                        .one());
    assertThat(history).as("nothing of it is left").isZero();
    assertThat(nodes.door().admit(machine.introduction()))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo("deleted"));
    String audit = server.get("/api/v1/audit").response().body();
    assertThat(audit).contains("node.revoke", "node.readmit", "node.delete", "node:" + id);
  }

  @Test
  void conflictsMergeAndSplitGoByTheApi() {
    Machine twin = new Machine(RANDOM).with(machine.voucher);
    twin.uuid = machine.uuid;
    assertThat(nodes.door().admit(twin.introduction())).isInstanceOf(Refused.class);
    TestServer.Answer conflicts = server.get("/api/v1/conflicts");
    assertThat(conflicts.body().path("items").size()).isOne();
    assertThat(conflicts.body().at("/items/0/nodeId").asString()).isEqualTo(id);
    assertThat(conflicts.body().at("/items/0/claimant/address").asString()).isEqualTo(twin.address);
    assertThat(server.post("/api/v1/nodes/" + id + "/split", "{\"conflict\":99}").text("field"))
        .isEqualTo("conflict");
    assertThat(server.post("/api/v1/nodes/" + id + "/split", null).status()).isEqualTo(200);
    assertThat(server.get("/api/v1/conflicts").body().path("items").size()).isZero();
    Admitted second = (Admitted) nodes.door().admit(twin.introduction());
    nodes
        .presence()
        .ended(
            new dev.ingot.server.nodes.Presence.Session(second.nodeId(), second.epoch()), "closed");
    TestServer.Answer merged =
        server.post(
            "/api/v1/nodes/merge",
            "{\"from\":\"" + second.nodeId() + "\",\"into\":\"" + id + "\"}");
    assertThat(merged.body().path("aliases").toString()).contains(second.nodeId());
    TestServer.Answer split =
        server.post("/api/v1/nodes/" + id + "/split", "{\"alias\":\"" + second.nodeId() + "\"}");
    assertThat(split.text("id")).isEqualTo(second.nodeId());
    assertThat(server.post("/api/v1/nodes/merge", "{\"from\":\"" + id + "\"}").text("field"))
        .isEqualTo("into");
  }

  @Test
  void ticketsKnownMachinesAndPoliciesAreChecked() {
    TestServer.Answer ticket =
        server.post(
            "/api/v1/boot-tickets", "{\"mac\":\"0025.90AB.CDEF\",\"address\":\"2001:DB8::1\"}");
    assertThat(ticket.status()).as(ticket.response().body()).isEqualTo(201);
    assertThat(ticket.text("mac")).isEqualTo("00:25:90:ab:cd:ef");
    assertThat(ticket.text("secret")).hasSize(64);
    assertThat(
            server
                .post("/api/v1/boot-tickets", "{\"mac\":\"x\",\"address\":\"::1\"}")
                .text("field"))
        .isEqualTo("mac");
    assertThat(
            server
                .post("/api/v1/boot-tickets", "{\"mac\":\"002590abcdef\",\"address\":\"host\"}")
                .text("field"))
        .isEqualTo("address");
    assertThat(
            server
                .post(
                    "/api/v1/known-machines", "{\"kind\":\"serial\",\"value\":\"Default string\"}")
                .text("field"))
        .isEqualTo("value");
    assertThat(
            server
                .post(
                    "/api/v1/known-machines", "{\"kind\":\"mac\",\"value\":\"00-25-90-AB-CD-EF\"}")
                .text("value"))
        .isEqualTo("00:25:90:ab:cd:ef");
    assertThat(server.get("/api/v1/known-machines").body().path("items").size()).isOne();
    assertThat(server.delete("/api/v1/known-machines/mac/002590abcdef").status()).isEqualTo(204);
    assertThat(server.delete("/api/v1/known-machines/mac/002590abcdef").status()).isEqualTo(404);
    TestServer.Answer network =
        server.send(
            "PUT", "/api/v1/boot-networks/lab", "{\"policy\":\"auto\"}", server.adminToken());
    assertThat(network.text("policy")).isEqualTo("auto");
    assertThat(
            server
                .send(
                    "PUT", "/api/v1/boot-networks/lab", "{\"policy\":\"all\"}", server.adminToken())
                .text("field"))
        .isEqualTo("policy");
    assertThat(server.delete("/api/v1/boot-networks/lab").status()).isEqualTo(204);
    TestServer.Answer tokens = server.get("/api/v1/enrolment-tokens?limit=1");
    assertThat(tokens.response().body()).contains("\"name\":\"rack\"").doesNotContain("secret");
  }
}
