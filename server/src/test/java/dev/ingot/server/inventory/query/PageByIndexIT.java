package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.segment.PathAccess;
import dev.ingot.server.store.TestStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Pages of what an index serves, where few documents match and where many do. */
class PageByIndexIT {
  private static final int NODES = 6000;

  private static TestStore database;
  private static Queries queries;

  @BeforeAll
  static void open() {
    database = TestStore.open();
    queries = new Queries(new Facets(List.of("dmi.serial", "dmi.vendor")), Duration.ofSeconds(10));
    TestNodes.make(database.jdbi(), 0, NODES);
    Handle handle = database.jdbi().open();
    try (handle) {
      handle.execute(
          """
          INSERT INTO inventory (node, doc, facet, revision, changed)
          SELECT id, jsonb_build_object('dmi', jsonb_build_object('serial', 'S' || place, 'vendor', 'V' || place % 2)),
            jsonb_build_object('.', '[]'::jsonb, 'dmi.serial', jsonb_build_array('S' || place),
              'dmi.vendor', jsonb_build_array('V' || place % 2), 'filling', repeat('x', 1500)), 1, now()
          FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM node) AS n
          """);
      handle.execute("VACUUM ANALYZE inventory");
    }
  }

  @AfterAll
  static void close() {
    database.close();
  }

  private static QueryAnswer ask(String filter, int limit, String cursor, boolean explain) {
    QueryBody body = new QueryBody(Json.read(filter), null, null, limit, cursor, false, explain);
    return database.jdbi().withHandle(handle -> queries.answer(handle, body, PathAccess.ALL));
  }

  private static List<String> all(String filter, int limit) {
    List<String> ids = new ArrayList<>();
    String cursor = null;
    do {
      QueryAnswer page = ask(filter, limit, cursor, false);
      page.items().forEach(item -> ids.add(item.path("mercury_id").stringValue()));
      cursor = page.next();
    } while (cursor != null);
    return ids;
  }

  private static List<String> ordered() {
    return IntStream.range(0, NODES).mapToObj(TestNodes::id).sorted().toList();
  }

  @Test
  void pagesAreWholeAndInOrderWhetherFewMatchOrMany() {
    List<String> ids = ordered();
    List<String> even =
        IntStream.range(0, NODES).filter(i -> i % 2 == 1).mapToObj(ids::get).toList();
    assertThat(all("{\"dmi.vendor\": \"V0\"}", 700)).isEqualTo(even);
    assertThat(all("{\"dmi.vendor\": \"V0\", \"dmi.serial\": {\"$ne\": \"S2\"}}", 7).size())
        .isEqualTo(even.size() - 1);
    assertThat(all("{\"dmi.serial\": {\"$in\": [\"S5999\", \"S7\", \"S3000\", \"none\"]}}", 2))
        .containsExactly(ids.get(6), ids.get(2999), ids.get(5998));
    assertThat(all("{\"dmi.serial\": \"none\"}", 1)).isEmpty();
  }

  /** Which asks for few first, and walks when there are many. */
  @Test
  void whatIsHandedOnIsTheSame() throws IOException {
    for (String filter :
        List.of(
            "{\"dmi.vendor\": \"V0\"}",
            "{\"dmi.serial\": {\"$in\": [\"S5999\", \"S7\", \"S3000\", \"none\"]}}",
            "{\"dmi.serial\": \"none\"}")) {
      for (int limit : List.of(2, 300)) {
        String cursor = null;
        for (int page = 0; page < 3; page++) {
          QueryBody body = new QueryBody(Json.read(filter), null, null, limit, cursor, true, false);
          ByteArrayOutputStream out = new ByteArrayOutputStream();
          database
              .jdbi()
              .withHandle(handle -> queries.handedOn(handle, body, PathAccess.ALL))
              .write(out);
          QueryAnswer answer =
              database.jdbi().withHandle(handle -> queries.answer(handle, body, PathAccess.ALL));
          assertThat(Json.read(out.toByteArray()))
              .as("%s, %d from %s", filter, limit, cursor)
              .isEqualTo(Json.read(Json.bytes(answer)));
          cursor = answer.next();
        }
      }
    }
  }

  @Test
  void aPageOfFewIsServedByTheIndexAndSaysSo() {
    for (int limit : List.of(1, 10, 1000)) {
      JsonNode few = ask("{\"dmi.serial\": \"S4321\"}", limit, null, true).explain();
      assertThat(few.path("served").stringValue()).as("%s", few).isEqualTo("index");
      assertThat(few.path("rowsLookedAtInVain").intValue()).isZero();
      assertThat(few.path("rows").intValue()).isEqualTo(1);
      assertThat(few.path("plan").toString()).doesNotContain("Seq Scan on inventory");
    }
  }

  @Test
  void aPageOfManyLooksAtFewInVain() {
    JsonNode many = ask("{\"dmi.vendor\": \"V1\"}", 10, null, true).explain();
    assertThat(many.path("rows").intValue()).isEqualTo(11);
    assertThat(many.path("rowsLookedAtInVain").intValue()).as("%s", many).isLessThan(100);
  }
}
