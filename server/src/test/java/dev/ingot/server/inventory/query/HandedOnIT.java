package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.http.JsonPieces;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.TestStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class HandedOnIT {
  private static final int NODES = 120;
  private static final List<String> FILTERS =
      List.of(
          "{}",
          "{\"dmi.sys_vendor\": \"Dell Inc.\"}",
          "{\"dmi.sys_vendor\": {\"$ne\": \"Dell Inc.\"}}",
          "{\"cpu.cores\": {\"$gte\": 2}}",
          "{\"node.online\": false}",
          "{\"odd.value\": null}",
          "{\"mercury_id\": {\"$gt\": \"01000000000000000000000000000000000000003\"}}",
          "{\"$or\": [{\"dmi.product_serial\": \"S7\"}, {\"node.hostname\": \"host9\"}]}",
          "{\"dmi.sys_vendor\": \"nobody\"}");
  private static final List<String> SORTS =
      List.of("{}", "{\"cpu.cores\": -1}", "{\"odd.value\": 1}", "{\"node.hostname\": -1}");

  private static TestStore database;
  private static Queries queries;

  @BeforeAll
  static void open() {
    database = TestStore.open();
    queries = queries(Duration.ofSeconds(10));
    TestNodes.make(database.jdbi(), 0, NODES);
    Inventory inventory =
        new Inventory(database.store(), new OutboxTable(() -> {}), InventorySettings.DEFAULT);
    for (int i = 3; i < NODES; i++) { // the first have no document
      TestNodes.store(
          inventory.writer(),
          TestNodes.id(i),
          1,
          """
          {"dmi": {"sys_vendor": "%s", "product_serial": "S%d"}, "cpu": [{"cores": %d}],
           "odd": {"value": %s}, "text": {"of": "\\u00e4\\u20ac\\ud83d\\ude00 \\" \\\\ \\n"}}
          """
              .formatted(
                  i % 4 == 0 ? "Dell Inc." : "HPE",
                  i,
                  i % 5,
                  List.of("1", "\"x\"", "null", "true", "[3, \"a\"]", "2.50", "{}", "[]")
                      .get(i % 8)));
    }
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static Queries queries(Duration limit) {
    return new Queries(new Facets(List.of("dmi.sys_vendor", "dmi.product_serial")), limit);
  }

  private static JsonNode read(JsonPieces pieces) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      pieces.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("no disk takes part", e);
    }
    return Json.read(out.toByteArray());
  }

  private static QueryBody body(
      String filter, String sort, int limit, String cursor, boolean count) {
    return new QueryBody(
        Json.read(filter),
        null,
        sort.equals("{}") ? null : Json.read(sort),
        limit,
        cursor,
        count,
        null);
  }

  @Test
  void whatIsHandedOnIsWhatWouldBeRead() {
    Random random = new Random(11);
    for (String filter : FILTERS) {
      for (String sort : SORTS) {
        int limit = 1 + random.nextInt(60);
        boolean count = random.nextBoolean();
        String cursor = null;
        do {
          QueryBody body = body(filter, sort, limit, cursor, count);
          JsonNode handedOn =
              read(
                  database
                      .jdbi()
                      .withHandle(handle -> queries.handedOn(handle, body, PathAccess.ALL)));
          QueryAnswer asked = database.jdbi().withHandle(handle -> queries.answer(handle, body));
          assertThat(handedOn).as("%s by %s", filter, sort).isEqualTo(Json.read(Json.write(asked)));
          cursor = asked.next();
        } while (cursor != null);
      }
      QueryBody counted = body(filter, "{}", 0, null, true);
      JsonNode count =
          read(
              database
                  .jdbi()
                  .withHandle(handle -> queries.handedOn(handle, counted, PathAccess.ALL)));
      QueryAnswer asked = database.jdbi().withHandle(handle -> queries.answer(handle, counted));
      assertThat(count).isEqualTo(Json.read(Json.write(asked)));
    }
  }

  private static String setting(Handle handle, String name) {
    return handle.createQuery("SHOW " + name).mapTo(String.class).one();
  }

  @Test
  void itsLimitHoldsForItAloneAndEndsWithIt() {
    String many =
        IntStream.range(0, 400)
            .mapToObj(i -> "{\"odd.value\": {\"$regex\": \"(x+y%d){9}z\"}}".formatted(i))
            .collect(Collectors.joining(","));
    QueryBody slow = body("{\"$or\": [" + many + "]}", "{}", 10, null, true);
    QueryBody quick = body("{\"dmi.product_serial\": \"S17\"}", "{}", 10, null, true);
    Queries hurried = queries(Duration.ofMillis(1));
    database
        .jdbi()
        .useHandle(
            handle -> {
              handle.execute("SET statement_timeout = '59s'");
              for (int i = 0; i < 8; i++) { // the driver prepares what it sees often
                assertThatThrownBy(() -> hurried.handedOn(handle, slow, PathAccess.ALL))
                    .isInstanceOfSatisfying(
                        Problem.class,
                        problem ->
                            assertThat(problem.detail()).contains("takes longer than 0.001 s"));
                assertThat(setting(handle, "statement_timeout")).isEqualTo("59s");
                assertThat(read(queries.handedOn(handle, quick, PathAccess.ALL)).path("count"))
                    .isEqualTo(Json.read("1"));
                assertThat(setting(handle, "statement_timeout")).isEqualTo("59s");
                assertThat(setting(handle, "plan_cache_mode")).isEqualTo("auto");
                assertThat(handle.isInTransaction()).isFalse();
              }
            });
  }

  @Test
  void aQuestionOfDocumentsLooksAtNoNode() {
    String plan =
        String.valueOf(
            explained("{\"filter\": {\"cpu.cores\": {\"$gte\": 2}}, \"explain\": true}"));
    assertThat(plan).contains("inventory").doesNotContain("on node");
    assertThat(String.valueOf(explained("{\"filter\": {\"odd.value\": null}, \"explain\": true}")))
        .contains("on node");
  }

  private static JsonNode explained(String body) {
    QueryBody asked = Json.MAPPER.readValue(body, QueryBody.class);
    return read(database
            .jdbi()
            .withHandle(handle -> queries.handedOn(handle, asked, PathAccess.ALL)))
        .path("explain")
        .path("plan");
  }
}
