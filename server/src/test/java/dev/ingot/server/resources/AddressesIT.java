package dev.ingot.server.resources;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.boot.lease.AddressSource;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.nodes.lookup.NodeAddresses;
import dev.ingot.server.resources.address.DhcpAddresses;
import dev.ingot.server.resources.address.Seen;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Networks, pools and what is given out of them. */
final class AddressesIT extends ResourceScene {
  private static final String KIND = "private-addresses";
  private static final String ADDRESSES = "/api/v1/resources/" + KIND;

  private static Answer network(String name, String body) {
    return server.put("/api/v1/networks/" + name, json(body));
  }

  private static List<String> claimed(String body) {
    return texts(ok(claim(KIND, body), 201).body().path("resources"));
  }

  @Test
  void theLowestFreeAddressesAreGivenOutAndExclusionsNever() {
    ok(
        network(
            "small",
            "{'prefix':'10.1.0.0/28','gateway':'10.1.0.1','vlan':7,'dns':['10.1.0.2'],"
                + "'exclusions':[{'first':'10.1.0.4','last':'10.1.0.5','reason':'switches'}]}"),
        201);
    assertThat(claimed("{'owner':'a','network':'small','count':3}"))
        .containsExactlyInAnyOrder("10.1.0.2", "10.1.0.3", "10.1.0.6");
    assertThat(claimed("{'owner':'b','pool':'small'}")).containsExactly("10.1.0.7");
    JsonNode shown = ok(server.get("/api/v1/networks/small"), 200).body();
    assertThat(shown.path("held").asInt()).isEqualTo(4);
    assertThat(shown.path("free").asInt()).isEqualTo(7);
    assertThat(shown.path("vlan").asInt()).isEqualTo(7);
    refused(claim(KIND, "{'owner':'c','network':'small','count':8}"), 409, "", "of those are free");
    assertThat(claimed("{'owner':'c','network':'small','count':7}")).hasSize(7);
    refused(claim(KIND, "{'owner':'c','network':'small'}"), 409, "", "0 of those are free");
    refused(server.delete("/api/v1/networks/small"), 409, "", "held");
    refused(server.post(ADDRESSES, json("{'address':'10.1.0.4'}")), 409, "address", "switches");
    refused(
        network("small", "{'prefix':'10.1.0.0/28','exclusions':[{'first':'10.1.0.2'}]}"),
        409,
        "",
        "10.1.0.2");
  }

  @Test
  void aSpecificAddressAndABlockAreTaken() {
    ok(network("blocks", "{'prefix':'10.2.0.0/16'}"), 201);
    assertThat(claimed("{'owner':'a','keys':['10.2.9.9']}")).containsExactly("10.2.9.9");
    refused(claim(KIND, "{'owner':'b','keys':['10.2.9.9']}"), 409, "keys", "held (by a: 1");
    refused(claim(KIND, "{'owner':'b','keys':['10.2.0.0']}"), 409, "keys", "0 of");
    List<String> block = claimed("{'owner':'a','network':'blocks','prefixLength':28}");
    assertThat(block).hasSize(16);
    assertThat(block).contains("10.2.0.16", "10.2.0.31");
    List<String> next = claimed("{'owner':'a','network':'blocks','prefixLength':28}");
    assertThat(next).hasSize(16).doesNotContainAnyElementsOf(block);
    assertThat(claimed("{'owner':'a','network':'blocks'}")).containsExactly("10.2.0.1");
    refused(
        claim(KIND, "{'owner':'a','network':'blocks','prefixLength':8}"),
        422,
        "prefixLength",
        "from 20 to 32");
  }

  @Test
  void aSlashEightIsNoSlowerThanASmallOne() {
    ok(network("eight", "{'prefix':'11.0.0.0/8','kind':'private-addresses'}"), 201);
    claimed("{'owner':'a','keys':['11.200.0.1']}");
    assertThat(ok(server.get("/api/v1/networks/eight"), 200).body().path("free").asLong())
        .isGreaterThan(16_777_000);
    Set<String> seen = new HashSet<>();
    long began = System.nanoTime();
    for (int i = 0; i < 4; i++) {
      claimed("{'owner':'a','network':'eight','count':200}")
          .forEach(each -> assertThat(seen.add(each)).isTrue());
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(20));
    assertThat(seen).hasSize(800).contains("11.0.0.1", "11.0.3.32");
    assertThat(count("select count(*) from resource where network = 'eight'")).isLessThan(2000);
  }

  @Test
  void whatCannotBeFoundIsRefusedWithoutMakingASlashEight() {
    ok(
        network(
            "wide",
            "{'prefix':'12.0.0.0/8','exclusions':[{'first':'12.0.0.1','last':'12.127.255.255'},"
                + "{'first':'12.128.0.0','last':'12.254.255.255'}]}"),
        201);
    refused(claim(KIND, "{'owner':'a','network':'wide','keys':['13.0.0.1']}"), 409, "keys", "0 of");
    refused(
        claim(KIND, "{'owner':'a','network':'wide','keys':['13.0.0.1'],'waitFor':'1h'}"),
        409,
        "keys",
        "waiting does not help");
    refused(
        claim(KIND, "{'owner':'a','network':'wide','where':{'tags.colour':'red'}}"), 409, "", "0 ");
    assertThat(claimed("{'owner':'a','network':'wide'}")).containsExactly("12.255.0.0");
    assertThat(claimed("{'owner':'a','network':'wide','prefixLength':24}"))
        .hasSize(256)
        .allMatch(each -> each.startsWith("12.255."));
    assertThat(count("select count(*) from resource where network = 'wide'")).isLessThan(3000);

    ok(network("narrow", "{'prefix':'10.14.0.0/29'}"), 201);
    refused(
        claim(KIND, "{'owner':'a','network':'narrow','count':9,'waitFor':'1h'}"),
        409,
        "count",
        "there are not so many");
  }

  @Test
  void sixIsAsGoodAsFour() {
    ok(
        network(
            "six",
            "{'prefix':'fd00:6::/64','pools':[{'first':'fd00:6::10','last':'fd00:6::ffff'}]}"),
        201);
    assertThat(claimed("{'owner':'a','network':'six','count':2}"))
        .containsExactlyInAnyOrder("fd00:6::10", "fd00:6::11");
    assertThat(claimed("{'owner':'a','network':'six','prefixLength':124}")).hasSize(16);
  }

  @Test
  void whatIsSeenInUseIsNotGivenOutAndIsReported() {
    ok(network("seen", "{'prefix':'10.3.0.0/24'}"), 201);
    jdbi.useHandle(
        handle -> {
          Seen.note(handle, "10.3.0.1", "dhcp", "02:00:00:00:00:01", 3600);
        });
    assertThat(claimed("{'owner':'a','network':'seen'}")).containsExactly("10.3.0.2");
    JsonNode conflicts =
        ok(server.get("/api/v1/networks/seen/conflicts"), 200).body().path("items");
    assertThat(conflicts.size()).isOne();
    assertThat(conflicts.path(0).path("source").asString()).isEqualTo("dhcp");
    JsonNode taken = ok(claim(KIND, "{'owner':'a','keys':['10.3.0.1']}"), 201).body();
    assertThat(taken.path("conflicts").path(0).path("mac").asString())
        .isEqualTo("02:00:00:00:00:01");
    ok(
        server.patch(ADDRESSES + "/10.3.0.2", json("{'mac':'02:AA:00:00:00:09','hostname':'h9'}")),
        200);
    JsonNode reserved =
        ok(server.get("/api/v1/reservations?mac=02:aa:00:00:00:09"), 200).body().at("/items/0");
    assertThat(reserved.path("address").asString()).isEqualTo("10.3.0.2");
    assertThat(reserved.path("prefixLength").asInt()).isEqualTo(24);
  }

  @Test
  void whatIsSeenIsReportedBeforeAnythingIsGivenOut() {
    ok(
        network(
            "early",
            "{'prefix':'10.15.0.0/16','pools':[{'first':'10.15.64.0','last':'10.15.127.255'}],"
                + "'exclusions':[{'first':'10.15.80.1'}]}"),
        201);
    TestNodes.make(jdbi, 15, 16);
    jdbi.useHandle(
        handle -> {
          for (String seen : List.of("10.15.77.7", "10.15.1.1", "10.15.80.1")) {
            Seen.note(handle, seen, "dhcp", "02:00:00:00:15:01", 3600);
          }
          NodeAddresses.replace(
              handle,
              TestNodes.id(15),
              List.of("10.15.99.9", "10.15.2.2", "10.15.99", "no address"),
              List.of());
        });
    JsonNode conflicts =
        ok(server.get("/api/v1/networks/early/conflicts"), 200).body().path("items");
    assertThat(conflicts)
        .as("of the pool, not excluded")
        .extracting(each -> each.path("address").asString() + " " + each.path("source").asString())
        .containsExactly("10.15.77.7 dhcp", "10.15.99.9 inventory");
    assertThat(conflicts.at("/0/owner").asString()).isEmpty();
    assertThat(claimed("{'owner':'a','network':'early'}")).containsExactly("10.15.64.0");
    ok(claim(KIND, "{'owner':'a','keys':['10.15.77.7']}"), 201);
    assertThat(
            ok(server.get("/api/v1/networks/early/conflicts"), 200)
                .body()
                .at("/items/0/owner")
                .asString())
        .isEqualTo("a");
  }

  @Test
  void whatIsSeenOnItsOwnMachineIsNoConflictAndTemplatesKnowIt() {
    ok(network("own", "{'prefix':'10.8.0.0/24','gateway':'10.8.0.254','vlan':8}"), 201);
    String address = claimed("{'owner':'a','network':'own'}").getFirst();
    String mac = "02:00:00:00:08:01";
    ok(
        server.patch(
            ADDRESSES + "/" + address, json("{'mac':'02-00-00-00-08-01','hostname':'h8'}")),
        200);
    AddressSource.Reserved reserved =
        jdbi.withHandle(handle -> new DhcpAddresses().reserved(handle, mac));
    assertThat(reserved)
        .isEqualTo(new AddressSource.Reserved(address, "24", "10.8.0.254", "8", "", "", "h8"));
    AddressSource.Reserved none =
        jdbi.withHandle(handle -> new DhcpAddresses().reserved(handle, "02:00:00:00:08:02"));
    assertThat(none).isEqualTo(AddressSource.Reserved.NOTHING);
    String conflicts = "/api/v1/networks/own/conflicts";
    jdbi.useHandle(handle -> Seen.note(handle, address, "dhcp", mac, 3600));
    assertThat(ok(server.get(conflicts), 200).body().path("items")).isEmpty();
    jdbi.useHandle(handle -> Seen.note(handle, address, "dhcp", "02:00:00:00:08:02", 3600));
    JsonNode conflict = ok(server.get(conflicts), 200).body().at("/items/0");
    assertThat(conflict.path("mac").asString()).isEqualTo("02:00:00:00:08:02");
    assertThat(conflict.path("owner").asString()).isEqualTo("a");
  }

  @Test
  void whatIsWrongIsRefused() {
    ok(
        network("right", "{'prefix':'10.4.0.0/16','pools':[{'name':'r1','prefix':'10.4.1.0/24'}]}"),
        201);
    refused(network("w", "{'prefix':'10.4.8.0/24'}"), 409, "prefix", "overlaps another network");
    refused(network("w", "{'prefix':'10.5.0.1/24'}"), 422, "prefix", "begins at 10.5.0.0/24");
    refused(network("w", "{'prefix':'10.5.0.0'}"), 422, "prefix", "must be a prefix");
    refused(
        network("w", "{'prefix':'10.5.0.0/24','gateway':'10.6.0.1'}"), 422, "gateway", "outside");
    refused(network("w", "{'prefix':'10.5.0.0/24','vlan':5000}"), 422, "vlan", "4094");
    refused(network("w", "{'prefix':'10.5.0.0/24','dns':['x']}"), 422, "dns.0", "address");
    refused(
        network(
            "w",
            "{'prefix':'10.5.0.0/24','pools':[{'first':'10.5.0.1','last':'10.5.0.9'},"
                + "{'first':'10.5.0.9','last':'10.5.0.20'}]}"),
        409,
        "pools.1",
        "overlaps");
    refused(
        network(
            "w",
            "{'prefix':'10.5.0.0/24','pools':[{'name':'x','first':'10.5.0.1','last':'10.5.0.2'},"
                + "{'name':'x','first':'10.5.0.3','last':'10.5.0.4'}]}"),
        422,
        "pools.1.name",
        "another pool");
    refused(
        network("w", "{'prefix':'10.5.0.0/24','pools':[{'first':'10.6.0.1','last':'10.6.0.2'}]}"),
        422,
        "pools.0.first",
        "outside");
    refused(
        network("w", "{'prefix':'10.5.0.0/24','pools':[{'name':'r1','prefix':'10.5.0.0/25'}]}"),
        409,
        "pools",
        "another network");
    refused(
        network("w", "{'prefix':'10.5.0.0/24','kind':'machines'}"), 422, "kind", "no addresses");
    refused(
        server.post(ADDRESSES, json("{'address':'10.9.9.9','network':'right'}")),
        422,
        "address",
        "outside the network right, 10.4.0.0/16");
    refused(
        server.post(ADDRESSES, json("{'address':'10.9.9.9','network':'none'}")),
        422,
        "network",
        "no network none");
    refused(claim(KIND, "{'owner':'a','network':'none'}"), 422, "network", "no pool");
    ok(server.get("/api/v1/networks/w"), 404);
    refused(
        with("If-Match", "\"9\"", "PUT", "/api/v1/networks/right", "{'prefix':'10.4.0.0/16'}"),
        412,
        "If-Match",
        "changed");
    ok(server.post(ADDRESSES, json("{'address':'10.4.1.7','network':'right'}")), 201);
    assertThat(server.get(ADDRESSES + "/10.4.1.7").text("pool")).isEqualTo("r1");
    refused(server.delete(ADDRESSES + "/10.4.1.7"), 409, "", "exclude it");
    ok(server.delete("/api/v1/networks/right"), 204);
    ok(server.get(ADDRESSES + "/10.4.1.7"), 404);
  }
}
