package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.inventory.TestNodes;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** A machine and its node are two views of one thing. */
final class MachinesAndNodesIT extends ResourceScene {
  private static final long LARGE = 540_000_000_000L;
  private static final long SMALL = 270_000_000_000L;

  @BeforeAll
  static void nodes() {
    TestNodes.make(jdbi, 1, 12);
    place(1, "7", LARGE, "02:00:00:00:00:01");
    place(2, "8", LARGE, "02:00:00:00:00:02");
    place(3, null, LARGE, "02:00:00:00:00:03");
    place(4, "8", SMALL, "02:00:00:00:00:04");
    place(5, "9", LARGE, "02:00:00:00:00:05");
    place(6, "8", LARGE, "02:00:00:00:00:06");
  }

  private static void place(int number, String rack, long memory, String mac) {
    String node = "/api/v1/nodes/" + TestNodes.id(number);
    String said = rack == null ? "null" : "'" + rack + "'";
    ok(server.patch(node, json("{'location':{'rack':" + said + "}}")), 200);
    ok(
        server.patch(
            node + "/inventory",
            json(
                "{'mem':{'MemTotal':"
                    + memory
                    + "},'interfaces':[{'name':'eth0','address':'"
                    + mac
                    + "'}]}")),
        200);
  }

  private static JsonNode show(String hostname) {
    return ok(server.get(MACHINES + "/" + hostname), 200).body();
  }

  private static String link(String hostname) {
    JsonNode node = show(hostname).path("node");
    return node.path("id").asString("") + " " + node.path("by").asString("");
  }

  @Test
  void theyAreLinkedByHostnameByMacAndByIdAndStayLinked() {
    make("HOST8", "");
    make("by-mac", ",'mac':'02-00-00-00-00-05'");
    make("by-id", ",'node':'" + TestNodes.id(6) + "'");
    make("nobody", ",'mac':'02:00:00:00:00:99'");
    assertThat(link("host8")).isEqualTo(TestNodes.id(8) + " hostname");
    assertThat(link("by-mac")).isEqualTo(TestNodes.id(5) + " mac");
    assertThat(link("by-id")).isEqualTo(TestNodes.id(6) + " id");
    assertThat(show("nobody").path("node").isNull()).isTrue();
    // Once found it stays, whatever its node is called later; and a node is one machine.
    jdbi.useHandle(
        handle ->
            handle.execute("UPDATE node SET hostname = 'other' WHERE id = ?", TestNodes.id(8)));
    make("other", "");
    assertThat(link("host8")).isEqualTo(TestNodes.id(8) + " hostname");
    assertThat(show("other").path("node").isNull()).isTrue();
    refused(
        server.post(MACHINES, json("{'hostname':'twin','node':'" + TestNodes.id(6) + "'}")),
        409,
        "node",
        "is the machine by-id");
    refused(
        server.patch(MACHINES + "/nobody", json("{'node':'host-unheard'}")), 422, "node", "host");
    JsonNode before = show("by-id");
    JsonNode unlinked = ok(server.patch(MACHINES + "/by-id", json("{'node':null}")), 200).body();
    assertThat(unlinked.path("node").isNull()).isTrue();
    assertThat(unlinked.path("state"))
        .as("states never change by accident")
        .isEqualTo(before.path("state"));
    ok(server.patch(MACHINES + "/by-id", json("{'node':'" + TestNodes.id(6) + "'}")), 200);
    JsonNode history = server.get(MACHINES + "/by-id/history").body().path("items");
    assertThat(history.path(0).path("after").path("node").asString()).isEqualTo(TestNodes.id(6));

    ok(server.delete("/api/v1/nodes/" + TestNodes.id(8)), 204);
    assertThat(show("host8").path("node").isNull()).isTrue();
    assertThat(show("host8").path("state").asString()).isEqualTo("idle");
  }

  @Test
  void aClaimAsksTheInventoryOfTheNodeThatAMachineIs() {
    for (String name : List.of("host1", "host2", "host3", "host4", "no-node-at-all")) {
      make(name, ",'job_id':'joined'");
    }
    String where =
        "{'node.location.rack':{'$ne':7},'mem.MemTotal':{'$gte':512000000000},'job_id':'joined'}";
    JsonNode listed = list("machines", where);
    assertThat(listed.path("items").valueStream().map(each -> each.path("hostname").asString()))
        .containsExactlyInAnyOrder("host2", "host3");
    assertThat(list("machines", where.replace("7", "'7'")).path("count").asInt()).isEqualTo(2);
    JsonNode held =
        ok(claim("machines", "{'owner':'tony','count':2,'where':" + where + "}"), 201).body();
    assertThat(texts(held.path("resources"))).containsExactlyInAnyOrder("host2", "host3");
    refused(
        claim("machines", "{'owner':'ann','where':" + where + "}"),
        409,
        "",
        "0 of those are free; 2 are held (by tony: 2");
    ok(release(held.path("id").asString()), 200);
    assertThat(list("machines", "{'job_id':'joined','node.location.rack':7}").path("count").asInt())
        .isOne();
    assertThat(
            list(
                    "machines",
                    "{'$or':[{'hostname':'no-node-at-all'},{'$and':[{'job_id':'joined'},"
                        + "{'mem.MemTotal':{'$lt':512000000000}}]}]}")
                .path("count")
                .asInt())
        .isEqualTo(2);
    refused(
        claim("machines", "{'owner':'ann','where':{'mem.MemTotal':{'$gteq':1}}}"),
        422,
        "where.mem.MemTotal.$gteq",
        "");
  }
}
