package dev.ingot.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.server.events.EventCatalog;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.OutboxTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ObjectNode;

/**
 * The list in docs/events.md is written from the catalog and from events that went through outbox,
 * sequencer and stream. After a change of the catalog: run with {@code -Dingot.update=true}.
 */
final class EventsDocumentIT {
  private static final Path DOCUMENT = Path.of("../docs/events.md");
  private static final String BEGINNING = "<!-- written by EventsDocumentIT from here -->\n";
  private static final String NODE = "01a1b2c3d4e5f60718293a4b5c6d7e8f90";

  @Test
  void theDocumentListsEveryKindWithAnExampleThatWasSent() throws Exception {
    StringBuilder list = new StringBuilder();
    Outbox outbox = new OutboxTable(() -> {});
    try (TestServer server = TestServer.start();
        EventStreamClient client = new EventStreamClient(server, "", "0")) {
      assertThat(client.next().event()).as("its own").isEqualTo("server.started");
      Jdbi jdbi =
          Jdbi.create(
              server.database().url(), server.database().user(), server.database().password());
      for (EventCatalog.Kind kind : EventCatalog.KINDS) {
        jdbi.useTransaction(handle -> outbox.append(handle, example(kind)));
      }
      for (EventCatalog.Kind kind : EventCatalog.KINDS) {
        EventStreamClient.Message message = client.next();
        assertThat(message.event()).isEqualTo(kind.type() + "." + kind.action());
        append(list, kind, (ObjectNode) message.data());
      }
    }
    String text = Files.readString(DOCUMENT);
    String written = text.substring(0, text.indexOf(BEGINNING) + BEGINNING.length()) + list;
    if (Boolean.getBoolean("ingot.update")) {
      Files.writeString(DOCUMENT, written);
    }
    assertThat(Files.readString(DOCUMENT)).isEqualTo(written);
  }

  private static NewEvent example(EventCatalog.Kind kind) {
    boolean ofNode = !Set.of("server", "view", "class").contains(kind.type());
    return new NewEvent(
        kind.type(),
        kind.action(),
        kind.severity(),
        ofNode ? NODE : "desk",
        ofNode ? NODE : null,
        Json.read(kind.data()));
  }

  private static void append(StringBuilder list, EventCatalog.Kind kind, ObjectNode event) {
    event.put("time", "2026-01-02T03:04:05.678901Z"); // alike in every run
    list.append("\n### ")
        .append(kind.type())
        .append('.')
        .append(kind.action())
        .append("\n\n")
        .append(kind.when())
        .append(". Severity: ")
        .append(kind.severity().word())
        .append(".\n\n```json\n")
        .append(
            Json.MAPPER
                .rebuild()
                .enable(SerializationFeature.INDENT_OUTPUT)
                .build()
                .writeValueAsString(event))
        .append("\n```\n");
  }
}
