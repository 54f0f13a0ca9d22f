package dev.ingot.server.inventory.aggregate;

import dev.ingot.core.Json;
import dev.ingot.server.inventory.filter.FieldPath;
import dev.ingot.server.inventory.filter.Filter;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.inventory.segment.PathAccess;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.result.ResultIterator;
import org.jdbi.v3.core.statement.Query;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Documents as pipelines read them: in one pass, only the sections that are needed. */
final class Documents {
  private static final int ROWS_AT_ONCE = 200;

  /** PostgreSQL cuts longer names of columns. */
  private static final int LONGEST_NAME = 63;

  private final Queries queries;

  Documents(Queries queries) {
    this.queries = queries;
  }

  /** What is read: sections as columns, or the document whole. */
  private record Shown(List<String> sections, boolean whole, Set<String> attributes) {
    static Shown of(Needs needs) {
      Set<String> sections = needs.sections();
      Set<String> attributes =
          sections.stream().filter(Shown::isAttribute).collect(Collectors.toSet());
      sections.removeAll(attributes);
      boolean whole =
          needs.everything()
              || sections.stream()
                  .anyMatch(name -> name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME);
      return new Shown(List.copyOf(sections), whole, attributes);
    }

    private static boolean isAttribute(String name) {
      return Queries.isAttribute(new FieldPath(List.of(name)));
    }
  }

  /** Sends each document that matches to the sink until that wants no more. */
  void each(
      Handle handle,
      Filter filter,
      Needs needs,
      boolean ordered,
      Run run,
      PathAccess access,
      Sink sink) {
    Shown shown = Shown.of(needs);
    Queries.Selection selection = queries.select(filter, shown.attributes);
    // Sorted before anything is taken out of a document: OFFSET 0 keeps the two apart.
    String matching =
        "SELECT n.id, i.doc, %s FROM%s WHERE %s%s"
            .formatted(
                shown.attributes.isEmpty() ? "NULL::jsonb AS attributes" : "a.attributes",
                selection.from().substring(" FROM".length()),
                selection.where(),
                ordered ? " ORDER BY n.id OFFSET 0" : "");
    Query query =
        handle.createQuery(
            "SELECT m.id, m.attributes::text"
                + columns(shown)
                + " FROM ("
                + matching
                + ") AS m"
                + sections(shown));
    for (int i = 0; i < selection.parameters().size(); i++) {
      query.bind(i, selection.parameters().get(i));
    }
    query.setFetchSize(ROWS_AT_ONCE);
    try (ResultIterator<ObjectNode> documents =
        query.map((row, _) -> document(row, shown, access)).iterator()) {
      send(documents, run, sink);
    }
  }

  private static void send(Iterator<ObjectNode> documents, Run run, Sink sink) {
    boolean wanted = true;
    while (wanted && documents.hasNext()) {
      run.step();
      wanted = sink.take(documents.next());
    }
    sink.end();
  }

  private static String columns(Shown shown) {
    if (shown.whole) {
      return ", m.doc::text";
    }
    // As a column a null of JSON is a null of SQL; only then is the document asked again.
    return shown.sections.stream()
        .map(
            name ->
                ", coalesce(s.%s::text, (m.doc -> %s)::text)"
                    .formatted(quoted(name), literal(name)))
        .collect(Collectors.joining());
  }

  /** Unpacks a document once, whatever the number of its sections. */
  private static String sections(Shown shown) {
    if (shown.whole || shown.sections.isEmpty()) {
      return "";
    }
    List<String> columns = new ArrayList<>();
    shown.sections.forEach(name -> columns.add(quoted(name) + " jsonb"));
    return " LEFT JOIN LATERAL jsonb_to_record(m.doc) AS s ("
        + String.join(", ", columns)
        + ") ON true";
  }

  /** A name as SQL. */
  private static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  private static ObjectNode document(ResultSet row, Shown shown, PathAccess access)
      throws SQLException {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("mercury_id", row.getString(1));
    String attributes = row.getString(2);
    if (attributes != null) {
      document.setAll(Queries.beside(attributes, access));
    }
    ObjectNode stored = stored(row, shown);
    return document.setAll(access.readsEverything() ? stored : access.prune(stored));
  }

  private static ObjectNode stored(ResultSet row, Shown shown) throws SQLException {
    if (shown.whole) {
      String document = row.getString(3);
      return document == null
          ? JsonNodeFactory.instance.objectNode()
          : (ObjectNode) Json.read(document);
    }
    ObjectNode stored = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < shown.sections.size(); i++) {
      String section = row.getString(3 + i);
      if (section != null) {
        stored.set(shown.sections.get(i), Json.read(section));
      }
    }
    return stored;
  }
}
