package dev.ingot.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import dev.ingot.agent.link.NodeLog;
import dev.ingot.protocol.LogLine;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** What the agent logs goes to the server too, as far as there is one. */
final class NodeLogAppender extends AppenderBase<ILoggingEvent> {
  private static final String SOURCE = "agent";

  private final NodeLog log;

  NodeLogAppender(NodeLog log) {
    this.log = log;
    setName("node-log");
  }

  @Override
  protected void append(ILoggingEvent event) {
    Map<String, String> fields = new HashMap<>(event.getMDCPropertyMap());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        fields.put(pair.key, String.valueOf(pair.value));
      }
    }
    Long job = number(fields.remove("job"));
    Long task = number(fields.remove("task"));
    fields.put("logger", event.getLoggerName());
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      fields.put("error", thrown.getClassName() + ": " + thrown.getMessage());
    }
    log.say(
        new LogLine(
            Instant.ofEpochMilli(event.getTimeStamp()),
            severity(event.getLevel()),
            SOURCE,
            job,
            task,
            event.getFormattedMessage(),
            fields));
  }

  private static @Nullable Long number(@Nullable String text) {
    return text != null && text.matches("[1-9]\\d{0,17}") ? Long.valueOf(text) : null;
  }

  /** RFC 5424, 6.2.1. */
  private static int severity(Level level) {
    if (level.isGreaterOrEqual(Level.ERROR)) {
      return 3;
    }
    if (level.isGreaterOrEqual(Level.WARN)) {
      return 4;
    }
    return level.isGreaterOrEqual(Level.INFO) ? 6 : 7;
  }
}
