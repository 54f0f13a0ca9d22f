package dev.ingot.agent.link;

import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.Message;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of the node's log goes over one connection. */
final class LinkLogs {
  private @Nullable NodeLog log;
  private boolean wanted;

  void forward(NodeLog given) {
    log = given;
  }

  /** A new connection: what was under way on the one before is said again. */
  void linked(Set<String> features, LaneWriter writer) {
    wanted = log != null && features.contains(Message.Logs.FEATURE);
    Message.Logs underWay = log == null || !wanted ? null : log.again();
    if (underWay != null) {
      writer.queue(underWay);
    }
  }

  void flush(LaneWriter writer) {
    if (wanted && log != null) {
      Message.Logs next = log.next();
      if (next != null) {
        writer.queue(next);
      }
    }
  }

  void stored(long sequence) {
    if (log != null) {
      log.stored(sequence);
    }
  }
}
