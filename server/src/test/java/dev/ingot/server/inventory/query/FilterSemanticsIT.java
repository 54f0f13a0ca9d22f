package dev.ingot.server.inventory.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.facet.Facets;
import dev.ingot.server.inventory.filter.FilterParser;
import dev.ingot.server.problem.Problem;
import dev.ingot.testkit.TestDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class FilterSemanticsIT {
  private static final int DOCUMENTS = 80;
  private static final int FILTERS = Integer.getInteger("ingot.test.filters", 1000);
  private static final Facets FACETS = new Facets(List.of("a", "a.b", "b", "c.a.b"));

  private static TestDatabase database;
  private static Connection connection;
  private static final List<ObjectNode> documents = new ArrayList<>();
  private static final RandomQueries random = new RandomQueries(new Random(20260101));

  @BeforeAll
  static void open() throws SQLException {
    database = TestDatabase.empty();
    connection = database.connect();
    try (Statement statement = connection.createStatement()) {
      statement.execute("create table sample (id int, doc jsonb, facet jsonb, attributes jsonb)");
    }
    for (int i = 0; i < DOCUMENTS; i++) {
      documents.add(random.document());
      insert(i, documents.get(i));
    }
  }

  private static void insert(int id, JsonNode document) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into sample values (?, ?::jsonb, ?::jsonb, ?::jsonb)")) {
      insert.setInt(1, id);
      insert.setString(2, Json.write(document));
      insert.setString(3, Json.write(FACETS.of(document)));
      ObjectNode attributes = Json.MAPPER.createObjectNode();
      attributes.set("node", document);
      insert.setString(4, Json.write(attributes));
      insert.execute();
    }
  }

  @AfterAll
  static void close() throws SQLException {
    connection.close();
    database.close();
  }

  @Test
  void everyFilterMatchesTheDocumentsThatTheManualSays() throws SQLException {
    int met = 0;
    for (int i = 0; i < FILTERS; i++) {
      JsonNode filter = random.filter(2);
      TreeSet<Integer> expected = expected(filter);
      assertThat(matching(filter)).as("filter %d: %s", i, filter).isEqualTo(expected);
      met += !expected.isEmpty() && expected.size() < DOCUMENTS ? 1 : 0;
    }
    assertThat(met).as("filters that tell documents apart").isGreaterThan(FILTERS / 4);
  }

  /** The same document stands as the node's attributes: half of a filter is asked of it. */
  @Test
  void conditionsOnDocumentAndNodeMayBeMixed() throws SQLException {
    for (int i = 0; i < FILTERS / 4; i++) {
      JsonNode filter = random.filter(2);
      assertThat(matching(halfToNode(filter, new Random(i))))
          .as("filter %d: %s", i, filter)
          .isEqualTo(expected(filter));
    }
  }

  /** And finds the same as Perl's, as Java reads it. */
  @Test
  void everyExpressionThatIsTakenIsOneOfPostgresql() throws SQLException {
    Random signs = new Random(9);
    List<String> parts =
        List.of(
            "a", "b", "|", "(", ")", "(?:", "(?!", "[ab]", "[^a1]", "[\\w-]", "*", "+", "?", "{2}",
            "{0,1}", "^", "$", ".", "\\d", "\\w", "\\s", "\\b", "\\\\", "1", "é");
    int taken = 0;
    for (int i = 0; i < 20_000 && taken < 1000; i++) {
      StringBuilder text = new StringBuilder();
      for (int j = 1 + signs.nextInt(6); j > 0; j--) {
        text.append(parts.get(signs.nextInt(parts.size())));
      }
      ObjectNode filter = Json.MAPPER.createObjectNode();
      filter.putObject("c").put("$regex", text.toString());
      TreeSet<Integer> found;
      try {
        found = matching(filter);
      } catch (Problem refused) {
        continue;
      }
      taken++;
      assertThat(found).as("%s", text).isEqualTo(expected(filter));
    }
    assertThat(taken).isEqualTo(1000);
  }

  private static JsonNode halfToNode(JsonNode filter, Random random) {
    ObjectNode moved = Json.MAPPER.createObjectNode();
    filter.forEachEntry(
        (key, operand) -> {
          if (key.startsWith("$")) {
            var parts = moved.putArray(key);
            operand.forEach(part -> parts.add(halfToNode(part, random)));
          } else {
            moved.set(random.nextBoolean() ? "node." + key : key, operand);
          }
        });
    return moved;
  }

  private static TreeSet<Integer> expected(JsonNode filter) {
    TreeSet<Integer> expected = new TreeSet<>();
    for (int id = 0; id < documents.size(); id++) {
      if (MongoSemantics.matches(documents.get(id), filter)) {
        expected.add(id);
      }
    }
    return expected;
  }

  private static TreeSet<Integer> matching(JsonNode filter) throws SQLException {
    Sql condition = new SqlFilter(FACETS).of(FilterParser.parse(filter, "filter"));
    TreeSet<Integer> ids = new TreeSet<>();
    try (PreparedStatement select =
        connection.prepareStatement(
            "select n.id from sample i cross join lateral (select i.id) as n"
                + " cross join lateral (select i.attributes) as a where "
                + condition.text())) {
      for (int i = 0; i < condition.parameters().size(); i++) {
        select.setObject(i + 1, condition.parameters().get(i));
      }
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          ids.add(rows.getInt(1));
        }
      }
    }
    return ids;
  }
}
