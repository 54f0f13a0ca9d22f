package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Thousands of filters whose answers mingo and MongoDB's manual gave: see src/test/mingo. */
class MingoVectorsIT {
  private static final Path FOLDER =
      Path.of(System.getProperty("ingot.test.vectors", "src/test/resources/mingo"));

  /** The folder below with documents of no machine. */
  private static final String SHAPES = "shapes";

  private static final int FIRST_SHAPE = 100_000;

  /** Half of the paths that the filters ask for are declared, so that the facet answers too. */
  private static final Facets FACETS =
      new Facets(
          List.of(
              "dmi.sys_vendor",
              "dmi.slots.lanes",
              "cpu.cores",
              "cpu.flags",
              "cpu.cache.l3",
              "mem.dimms",
              "interfaces.address",
              "interfaces.mtu",
              "interfaces.address_info.addr",
              "interfaces.address_info.label",
              "interfaces.features",
              "os_storage.model",
              "os_storage.partitions",
              "raid.controllers.drives.state",
              "raid.controllers.drives.errors",
              "odd",
              "odd.x",
              "other.x.y",
              "m",
              "m.a",
              "n.b",
              "s",
              "rows.a",
              "rows.b",
              "rows.b.a",
              "deep.a.b.c",
              "deep.a.b.c.a.b.c.1"));

  private static final int AT_ONCE = 50;

  private static TestDatabase database;
  private static Connection connection;

  @BeforeAll
  static void open() throws SQLException, IOException {
    database = TestDatabase.empty();
    connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table sample (id int, doc jsonb, facet jsonb, attributes jsonb)");
    }
    insertAll(0, FOLDER);
    insertAll(FIRST_SHAPE, FOLDER.resolve(SHAPES));
  }

  private static void insertAll(int first, Path folder) throws SQLException, IOException {
    for (JsonNode document : read(folder, "documents.jsonl")) {
      insert(first++, document);
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
    database.close();
  }

  private static List<JsonNode> read(Path folder, String file) throws IOException {
    List<JsonNode> values = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(file))) {
      values.add(Json.read(line));
    }
    return values;
  }

  private static void insert(int id, JsonNode document) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into sample values (?, ?::jsonb, ?::jsonb, '{}'::jsonb)")) {
      insert.setInt(1, id);
      insert.setString(2, Json.write(document));
      insert.setString(3, Json.write(FACETS.of(document)));
      insert.execute();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", SHAPES})
  void everyFilterFindsWhatTheOracleSays(String folder) throws SQLException, IOException {
    int first = folder.isEmpty() ? 0 : FIRST_SHAPE;
    List<String> wrong = new ArrayList<>();
    List<JsonNode> vectors = read(FOLDER.resolve(folder), "filters.jsonl");
    for (int from = 0; from < vectors.size(); from += AT_ONCE) {
      List<JsonNode> some = vectors.subList(from, Math.min(from + AT_ONCE, vectors.size()));
      Facets facets = from / AT_ONCE % 2 == 0 ? FACETS : new Facets(List.of());
      List<TreeSet<Integer>> matching =
          matching(first, some.stream().map(vector -> vector.path("filter")).toList(), facets);
      for (int i = 0; i < some.size(); i++) {
        TreeSet<Integer> expected = found(first, some.get(i).path("finds").stringValue());
        if (!matching.get(i).equals(expected)) {
          wrong.add(some.get(i).path("filter") + " finds " + matching.get(i) + ", not " + expected);
        }
      }
    }
    assertThat(vectors).hasSizeGreaterThan(1000);
    assertThat(wrong).isEmpty();
  }

  /** The first document is the highest bit. */
  private static TreeSet<Integer> found(int first, String digits) {
    TreeSet<Integer> found = new TreeSet<>();
    for (int bit = 0; bit < digits.length() * 4; bit++) {
      if ((Character.digit(digits.charAt(bit / 4), 16) >> (3 - bit % 4) & 1) == 1) {
        found.add(first + bit);
      }
    }
    return found;
  }

  @Test
  void everyExceptionIsAnsweredAsTheManualSays() throws SQLException, IOException {
    String page = Files.readString(Path.of("../docs/query.md"));
    List<JsonNode> exceptions = read(FOLDER, "exceptions.jsonl");
    int id = 10 * FIRST_SHAPE;
    for (JsonNode exception : exceptions) {
      insert(id, exception.path("document"));
      TreeSet<Integer> matching =
          matching(id, List.of(exception.path("filter")), FACETS).getFirst();
      assertThat(matching.contains(id))
          .as("%s", exception)
          .isEqualTo(exception.path("manual").booleanValue());
      try (Statement statement = connection.createStatement()) {
        statement.execute("delete from sample where id = " + id);
      }
      assertThat(page).contains("`" + exception.path("filter") + "`");
    }
    TreeSet<String> named = new TreeSet<>();
    for (Path folder : List.of(FOLDER, FOLDER.resolve(SHAPES))) {
      for (JsonNode vector : read(folder, "filters.jsonl")) {
        vector.path("because").forEach(name -> named.add(name.stringValue()));
      }
    }
    assertThat(exceptions.stream().map(exception -> exception.path("name").stringValue()))
        .containsAll(named);
  }

  /** Which documents each filter finds; one statement for all, which is what takes time. */
  private static List<TreeSet<Integer>> matching(int first, List<JsonNode> filters, Facets facets)
      throws SQLException {
    List<Sql> conditions =
        filters.stream()
            .map(filter -> new SqlFilter(facets).of(FilterParser.parse(filter, "filter")))
            .toList();
    List<TreeSet<Integer>> found = conditions.stream().map(_ -> new TreeSet<Integer>()).toList();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select n.id, "
                + conditions.stream().map(Sql::text).collect(Collectors.joining(", "))
                + " from sample i cross join lateral (select i.id) as n"
                + " cross join lateral (select i.attributes) as a"
                + " where i.id between "
                + first
                + " and "
                + (first + FIRST_SHAPE - 1))) {
      int parameter = 1;
      for (Sql condition : conditions) {
        for (Object value : condition.parameters()) {
          select.setObject(parameter++, value);
        }
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          for (int i = 0; i < found.size(); i++) {
            if (rows.getBoolean(i + 2)) {
              found.get(i).add(rows.getInt(1));
            }
          }
        }
      }
    }
    return found;
  }
}
