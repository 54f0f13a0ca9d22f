package dev.ingot.server.inventory.indexes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.inventory.InventorySettings;
import dev.ingot.server.inventory.TestNodes;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.indexes.DeclaredIndex.Kind;
import dev.ingot.server.inventory.indexes.DeclaredIndex.State;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.query.QueryBody;
import dev.ingot.server.problem.Problem;
import dev.ingot.server.store.TestStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OrderedIndexesIT {
  private static final int NODES = 400;
  private static final List<String> SCALARS =
      List.of(
          "0",
          "1",
          "1.5",
          "-3",
          "7",
          "1e120",
          "-1e120",
          "2e120",
          "1e-30",
          "-1e-30",
          "12",
          "100",
          "\"\"",
          "\"a\"",
          "\"ab\"",
          "\"abc\"",
          "\"abd\"",
          "\"B\"",
          "\"b\"",
          "\"10\"",
          "\"9\"",
          "\"\u00e4\"",
          "\"ab\uD83D\uDE00\"",
          "\"ab\uffff\"",
          "\"a\\nb\"",
          "\"Z" + "x".repeat(300) + "a\"",
          "\"Z" + "x".repeat(300) + "b\"",
          "true",
          "false",
          "null",
          "{}",
          "{\"0\": 4}",
          "{\"c\": 2}");
  private static final List<String> BEGINNINGS =
      List.of(
          "^a",
          "^ab",
          "^abc?",
          "^ab*",
          "^ab{0,2}",
          "^Zxx",
          "^a|^b",
          "^B",
          "^(a|b)",
          "b",
          "^1.*0$",
          "^ab.",
          "^a b",
          "(?i)^AB",
          "(?m)^b",
          "^ab+");
  private static final List<String> FIELDS = List.of("s.v", "s.v", "s.v", "s.v.0", "s.1.v", "s.w");

  private final Random random = new Random(20_260_101);
  private TestStore database;
  private Inventory inventory;
  private Indexes indexes;

  @BeforeEach
  void open() {
    database = TestStore.open();
    inventory =
        new Inventory(
            database.store(),
            new OutboxTable(() -> {}),
            new AuditTable(),
            InventorySettings.DEFAULT);
    indexes = inventory.indexes();
    TestNodes.make(database.jdbi(), 0, NODES);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void store(int node, int sequence, String document) {
    TestNodes.store(inventory.writer(), TestNodes.id(node), sequence, document);
  }

  private void declare(String path, Kind kind) {
    indexes.add(Principal.SYSTEM, path, kind);
    indexes.build();
    assertThat(indexes.list())
        .filteredOn(index -> index.path().equals(path) && index.kind() == kind)
        .allSatisfy(index -> assertThat(index.state()).isEqualTo(State.READY));
  }

  private JsonNode explain(String filter) {
    QueryBody body = new QueryBody(Json.read(filter), null, null, 1000, null, null, true);
    return database
        .jdbi()
        .inTransaction(
            handle -> {
              handle.execute("SET LOCAL enable_seqscan = off");
              return Json.MAPPER
                  .valueToTree(inventory.queries().answer(handle, body))
                  .path("explain");
            });
  }

  private static void assertServed(JsonNode explain, String type) {
    assertThat(explain.path("served").stringValue()).as("%s", explain).isEqualTo("index");
    assertThat(explain.path("indexes").toString()).contains("inventory_ordered_" + type);
  }

  @Test
  void aRangeOfNumbersAndOfTextsIsServedByItsBtreeAlone() {
    for (int i = 0; i < NODES; i++) {
      store(i, 1, "{\"s\": {\"n\": %d, \"t\": \"t%03d\"}}".formatted(i, i));
    }
    store(7, 2, "{\"s\": {\"n\": [7, 500], \"t\": [\"t007\", \"t900\"]}}");
    String numbers = "{\"s.n\": {\"$gte\": 100, \"$lt\": 110}}";
    String texts = "{\"s.t\": {\"$gt\": \"t390\"}}";
    assertThat(explain(numbers).path("served").stringValue()).isEqualTo("scan");
    declare("s.n", Kind.RANGE);
    declare("s.t", Kind.RANGE);
    JsonNode explain = explain(numbers);
    assertServed(explain, "number");
    // 10, and 7, of whose two values one is below and one above
    assertThat(explain.path("rows").intValue()).isEqualTo(11);
    // 110: no bound is strict in the btree, whose keys may make unequal values equal
    assertThat(explain.path("rowsLookedAtInVain").intValue()).isEqualTo(1);
    explain = explain(texts);
    assertServed(explain, "text");
    assertThat(explain.path("rows").intValue()).isEqualTo(10);
    assertServed(explain("{\"s.t\": {\"$regex\": \"^t39\"}}"), "text");
    // What is written later is in it, and what is given up is gone.
    store(8, 2, "{\"s\": {\"n\": 105, \"t\": \"u\"}}");
    assertThat(explain(numbers).path("rows").intValue()).isEqualTo(12);
    indexes.remove(Principal.SYSTEM, "s.n", Kind.RANGE);
    indexes.build();
    assertThat(explain(numbers).path("indexes").toString()).doesNotContain("ordered");
    assertThat(ordered()).isEqualTo(4);
  }

  @Test
  void aPrefixIsServedByItsBtreeAndNumbersAreNot() {
    for (int i = 0; i < NODES; i++) {
      store(i, 1, "{\"s\": {\"t\": \"R%03d\"}}".formatted(i));
    }
    declare("s.t", Kind.PREFIX);
    JsonNode explain = explain("{\"s.t\": {\"$regex\": \"^R01\"}}");
    assertServed(explain, "text");
    assertThat(explain.path("rows").intValue()).isEqualTo(10);
    for (String other : List.of("{\"$regex\": \"^r01\", \"$options\": \"i\"}", "{\"$gt\": 5}")) {
      assertThat(explain("{\"s.t\": %s}".formatted(other)).path("indexes").toString())
          .doesNotContain("ordered");
    }
  }

  @Test
  void answersAreTheSameWithAndWithoutBtrees() {
    for (int i = 0; i < NODES; i++) {
      store(i, 1, document());
    }
    declare("s.v", Kind.RANGE);
    declare("s.w", Kind.PREFIX);
    Queries without = new Queries(new Facets(List.of()), Duration.ofSeconds(10));
    int some = 0;
    int asked = 0;
    for (int i = 0; i < 400; i++) {
      JsonNode filter = Json.read(filter(2));
      List<String> expected = matching(without, filter, "on");
      assertThat(matching(inventory.queries(), filter, "off")).as("%s", filter).isEqualTo(expected);
      some += expected.isEmpty() || expected.size() == NODES ? 0 : 1;
      asked++;
    }
    assertThat(some).as("of %d that tell documents apart", asked).isGreaterThan(180);
  }

  private List<String> matching(Queries queries, JsonNode filter, String scans) {
    return database
        .jdbi()
        .inTransaction(
            handle -> {
              handle.execute("SET LOCAL enable_seqscan = " + scans);
              return queries.matching(handle, filter, "filter");
            });
  }

  private String any(List<String> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String value() {
    return switch (random.nextInt(8)) {
      case 0 -> list(random.nextInt(4), () -> any(SCALARS));
      case 1 -> list(2, () -> list(random.nextInt(3), () -> any(SCALARS)));
      default -> any(SCALARS);
    };
  }

  private static String list(int size, java.util.function.Supplier<String> element) {
    return IntStream.range(0, size).mapToObj(_ -> element.get()).toList().toString();
  }

  private String object() {
    return switch (random.nextInt(6)) {
      case 0 -> "{\"w\": %s}".formatted(value());
      case 1 -> "{\"v\": %s}".formatted(value());
      default -> "{\"v\": %s, \"w\": %s}".formatted(value(), value());
    };
  }

  private String document() {
    return switch (random.nextInt(8)) {
      case 0 -> "{\"s\": [%s, %s]}".formatted(object(), object());
      case 1 -> "{\"o\": 1}";
      default -> "{\"s\": %s}".formatted(object());
    };
  }

  private String condition() {
    List<String> operands = SCALARS.stream().filter(one -> !one.startsWith("{")).toList();
    String sign = any(List.of("$gt", "$gte", "$lt", "$lte"));
    return switch (random.nextInt(6)) {
      case 0 -> "{\"$regex\": %s}".formatted(Json.write(any(BEGINNINGS)));
      case 1, 2 ->
          "{\"%s\": %s, \"%s\": %s}"
              .formatted(
                  any(List.of("$gt", "$gte")),
                  any(operands),
                  any(List.of("$lt", "$lte")),
                  any(operands));
      case 3 -> "{\"$not\": {\"%s\": %s}}".formatted(sign, any(operands));
      case 4 -> "{\"$elemMatch\": {\"%s\": %s}}".formatted(sign, any(operands));
      default -> "{\"%s\": %s}".formatted(sign, any(operands));
    };
  }

  private String filter(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0 -> "{\"$and\": [%s, %s]}".formatted(filter(depth - 1), filter(depth - 1));
      case 1 -> "{\"$or\": [%s, %s]}".formatted(filter(depth - 1), filter(depth - 1));
      case 2 -> "{\"$nor\": [%s, %s]}".formatted(filter(depth - 1), filter(depth - 1));
      default -> "{\"%s\": %s}".formatted(any(FIELDS), condition());
    };
  }

  private int ordered() {
    return database
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT count(*) FROM pg_indexes WHERE indexname LIKE"
                            + " 'inventory_ordered_%'")
                    .mapTo(Integer.class)
                    .one());
  }

  @Test
  void whatLacksOrIsTooMuchIsPutRightByTheNextTurn() {
    for (int i = 0; i < NODES; i++) {
      store(i, 1, "{\"s\": {\"it's?\": %d, \"x\": \"a\"}}".formatted(i));
    }
    declare("s.it's?", Kind.RANGE);
    assertThat(ordered()).isEqualTo(4);
    database
        .jdbi()
        .useHandle(
            handle -> {
              String one =
                  handle
                      .createQuery(
                          "SELECT min(indexname) FROM pg_indexes"
                              + " WHERE indexname LIKE 'inventory_ordered_%'")
                      .mapTo(String.class)
                      .one();
              handle.execute("DROP INDEX " + one);
              handle.execute("CREATE INDEX inventory_ordered_text_old ON inventory (revision)");
              // as a server leaves it that dies while it makes it
              handle.execute(
                  "UPDATE pg_index SET indisvalid = false WHERE indexrelid = (SELECT"
                      + " min(indexrelid) FROM pg_index WHERE indrelid = 'inventory'::regclass AND"
                      + " indexrelid::regclass::text LIKE 'inventory_ordered_number%')");
            });
    indexes.build();
    assertThat(ordered()).isEqualTo(4);
    assertThat(database.jdbi().withHandle(OrderedIndexes::areRight)).isTrue();
    assertServed(explain("{\"s.it's?\": {\"$gt\": 390}}"), "number");
  }

  @Test
  void moreThanTenAreRefused() {
    for (int i = 0; i < Indexes.MOST_ORDERED; i++) {
      indexes.add(Principal.SYSTEM, "many.p" + i, i % 2 == 0 ? Kind.RANGE : Kind.PREFIX);
    }
    assertThatThrownBy(() -> indexes.add(Principal.SYSTEM, "many.more", Kind.RANGE))
        .isInstanceOfSatisfying(
            Problem.class, problem -> assertThat(problem.kind()).isEqualTo(Problem.Kind.CONFLICT));
    indexes.add(Principal.SYSTEM, "many.more", Kind.EQUALITY);
  }
}
