package dev.ingot.agent.link;

import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LogLine;
import dev.ingot.protocol.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is said on this node, until the server has stored it: bounded in memory, on no disk (a
 * microkernel has none). When there is more than fits the oldest goes, which is counted and told.
 * Safe for many threads.
 */
public final class NodeLog {
  private static final int MOST_LINES = 2_000;
  private static final int MOST_CHARACTERS = 1 << 20;
  private static final int BATCH_LINES = 200;
  private static final int BATCH_CHARACTERS = 64 << 10;
  private static final int MOST_FIELDS = 16;
  private static final int LONGEST_FIELD = 1024;

  private final Deque<LogLine> lines = new ArrayDeque<>();
  private int characters;
  private long dropped;
  private long sequence;
  private Message.@Nullable Logs underWay;
  private Runnable news = () -> {};

  /** Takes a line; never waits. */
  public void say(LogLine said) {
    LogLine line = fit(said);
    Runnable tell;
    synchronized (this) {
      lines.add(line);
      characters += size(line);
      while (lines.size() > MOST_LINES || characters > MOST_CHARACTERS) {
        characters -= size(lines.remove());
        dropped++;
      }
      tell = news;
    }
    tell.run();
  }

  /** Has something run after each line; it must be quick. */
  synchronized void tell(Runnable whenSaid) {
    news = whenSaid;
  }

  /**
   * The next batch; null when there is nothing to say, or one is under way. What is under way no
   * longer counts as waiting.
   */
  synchronized Message.@Nullable Logs next() {
    if (underWay != null || (lines.isEmpty() && dropped == 0)) {
      return null;
    }
    List<LogLine> batch = new ArrayList<>();
    int size = 0;
    while (!lines.isEmpty()
        && batch.size() < BATCH_LINES
        && (batch.isEmpty() || size + size(lines.element()) <= BATCH_CHARACTERS)) {
      LogLine line = lines.remove();
      size += size(line);
      batch.add(line);
    }
    characters -= size;
    underWay = new Message.Logs(++sequence, dropped, batch);
    dropped = 0;
    return underWay;
  }

  /** What was under way when the connection broke, to be said again; null when nothing was. */
  synchronized Message.@Nullable Logs again() {
    return underWay;
  }

  /** The server has stored the batch of that number. */
  synchronized void stored(long number) {
    if (underWay != null && underWay.sequence() <= number) {
      underWay = null;
    }
  }

  private static int size(LogLine line) {
    int size = 100 + line.message().length();
    for (Map.Entry<String, String> field : line.fields().entrySet()) {
      size += field.getKey().length() + field.getValue().length();
    }
    return size;
  }

  /** The link carries no NUL, and a batch of longest lines must fit a message of its lane. */
  private static LogLine fit(LogLine line) {
    Map<String, String> fields = new HashMap<>();
    line.fields().entrySet().stream()
        .limit(MOST_FIELDS)
        .forEach(
            field -> fields.put(fit(field.getKey(), 64), fit(field.getValue(), LONGEST_FIELD)));
    return new LogLine(
        line.time(),
        Math.clamp(line.severity(), 0, 7),
        fit(line.source(), 64),
        line.job(),
        line.task(),
        fit(line.message(), LogLine.MAX_MESSAGE),
        fields);
  }

  private static String fit(String text, int longest) {
    String carried = text.indexOf('\0') < 0 ? text : text.replace('\0', '\ufffd');
    if (carried.length() <= longest) {
      return carried;
    }
    String note = "… (" + (carried.length() - longest) + " characters more)";
    int end = Math.max(0, longest - note.length());
    return carried.substring(0, end) + (longest > note.length() ? note : "");
  }

  static {
    // Six bytes for a character that JSON escapes.
    assert 6 * (BATCH_CHARACTERS + LogLine.MAX_MESSAGE) < Lane.BULK.maxMessage();
  }
}
