package dev.ingot.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.ingot.agent.link.NodeLog;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sets up Logback by code (no XML to read at start). Found by META-INF/services. */
public final class Logging extends ContextAwareBase implements Configurator {
  private static volatile LogSettings settings =
      new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO);

  /** From now on. */
  static void with(LogSettings chosen) {
    settings = chosen;
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      new Logging().configure(context);
    }
  }

  /** What is logged from now on goes there too. */
  static void alsoTo(NodeLog log) {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      NodeLogAppender appender = new NodeLogAppender(log);
      appender.setContext(context);
      appender.start();
      context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    LayoutBase<ILoggingEvent> layout =
        settings.format() == LogSettings.Format.JSON ? new JsonLines() : new TextLines();
    layout.setContext(context);
    layout.start();
    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();
    ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
    console.setContext(context);
    console.setName("console");
    console.setTarget("System.err");
    console.setEncoder(encoder);
    console.start();
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    // What is wrong with a node's schema is answered, not logged at each call.
    context.getLogger("com.networknt.schema").setLevel(Level.OFF);
    // A connection that breaks is what its user says in one line; the pool adds a stack trace.
    context.getLogger("com.zaxxer.hikari.pool").setLevel(Level.ERROR);
    root.addAppender(console);
    context.getLogger("dev.ingot").setLevel(Level.valueOf(settings.level().name()));
    if (settings.format() == LogSettings.Format.TEXT) {
      // What the database says at each start; its errors are of the same level, so we tell them.
      context.getLogger("dev.ingot.postgres.server").setLevel(Level.WARN);
    }
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
