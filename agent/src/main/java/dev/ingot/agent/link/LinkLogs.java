package dev.ingot.agent.link;

import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.PluginResult;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What of the node's log, and of results that wait on it, goes over one connection. */
final class LinkLogs {
  private @Nullable NodeLog log;
  private @Nullable NodeResults results;
  private boolean wanted;
  private boolean resultsWanted;

  void forward(NodeLog given) {
    log = given;
  }

  void forward(NodeResults given) {
    results = given;
  }

  /** A new connection: what was under way on the one before is said again. */
  void linked(Set<String> features, LaneWriter writer) {
    wanted = log != null && features.contains(Message.Logs.FEATURE);
    Message.Logs underWay = log == null || !wanted ? null : log.again();
    if (underWay != null) {
      writer.queue(underWay);
    }
    resultsWanted = results != null && features.contains(PluginMessage.FEATURE);
    if (results != null && resultsWanted) {
      say(results.again(), writer);
    }
  }

  void flush(LaneWriter writer) {
    if (wanted && log != null) {
      Message.Logs next = log.next();
      if (next != null) {
        writer.queue(next);
      }
    }
    if (resultsWanted && results != null) {
      say(results.next(), writer);
    }
  }

  private static void say(@Nullable PluginResult result, LaneWriter writer) {
    if (result != null) {
      writer.queue(new PluginMessage.Result(result));
    }
  }

  void stored(PluginMessage message) {
    if (results != null && message instanceof PluginMessage.Stored(String id, String error)) {
      results.stored(id, error);
    } else {
      LinkMachine.unexpected(message.getClass().getSimpleName());
    }
  }

  void stored(long sequence) {
    if (log != null) {
      log.stored(sequence);
    }
  }
}
