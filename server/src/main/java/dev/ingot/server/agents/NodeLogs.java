package dev.ingot.server.agents;

import dev.ingot.core.Json;
import dev.ingot.protocol.LogLine;
import dev.ingot.protocol.Message;
import dev.ingot.server.logs.LogBatch;
import dev.ingot.server.logs.LogRecord;
import dev.ingot.server.logs.LogSeverity;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Log lines of nodes on their way to the store. */
final class NodeLogs {
  private static final String SOURCE = "agent";

  private final Consumer<LogBatch> store;

  NodeLogs(Consumer<LogBatch> store) {
    this.store = store;
  }

  /**
   * A batch came.
   *
   * @param stored run when it is stored, or was before
   */
  void arrived(String node, String incarnation, Message.Logs logs, Runnable stored) {
    List<LogRecord> records = new ArrayList<>();
    if (logs.dropped() > 0) {
      records.add(
          new LogRecord(
              null,
              node,
              null,
              null,
              SOURCE,
              LogSeverity.WARNING,
              logs.dropped() + " log lines were dropped on the node: there was no room for them",
              null));
    }
    for (LogLine line : logs.lines()) {
      records.add(
          new LogRecord(
              line.time(),
              node,
              line.job(),
              line.task(),
              line.source(),
              LogSeverity.of(line.severity()),
              line.message(),
              line.fields().isEmpty() ? null : Json.MAPPER.valueToTree(line.fields())));
    }
    store.accept(
        new LogBatch(records, new LogBatch.Origin(node, incarnation, logs.sequence()), stored));
  }
}
