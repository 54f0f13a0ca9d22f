package dev.ingot.netboot.syslog;

import dev.ingot.netboot.syslog.LastLine.Origin;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads RFC 5424, RFC 3164 and what devices make of them: no priority, no time, no host, Cisco's
 * sequence numbers and marks, RFC 3339 times in the old form, zeros and newlines at the end.
 * Whatever is no header is text; nothing is an error.
 */
public final class SyslogParser {
  private static final int DEFAULT_PRIORITY = 13; // user.notice (RFC 3164 section 4.3.3)
  private static final int MOST_ELEMENTS = 32;
  private static final int LONGEST_NAME = 128;

  private SyslogParser() {}

  /**
   * Reads one message.
   *
   * @param received when it came, by our clock: it gives old times their year
   */
  public static SyslogMessage parse(byte[] bytes, int from, int length, Instant received) {
    return parse(bytes, from, length, received, new LastLine());
  }

  static SyslogMessage parse(byte[] bytes, int from, int length, Instant received, LastLine last) {
    Cursor cursor = new Cursor(text(bytes, from, length), last);
    int priority = priority(cursor);
    if (cursor.line.startsWith("1 ", cursor.at)) {
      SyslogMessage modern = modern(cursor, priority);
      if (modern != null) {
        return modern;
      }
    }
    return old(cursor, priority, received);
  }

  private static String text(byte[] bytes, int from, int length) {
    int start = from;
    int end = from + length;
    while (end > start
        && (bytes[end - 1] == 0 || bytes[end - 1] == '\n' || bytes[end - 1] == '\r')) {
      end--;
    }
    int all = 0;
    for (int at = start; at < end; at++) {
      all |= bytes[at];
    }
    if (all >= 0) { // ASCII, as nearly all is
      return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, start, end - start))
          .toString();
    } catch (CharacterCodingException notUtf8) {
      return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
  }

  private static int priority(Cursor cursor) {
    if (cursor.take('<')) {
      int priority = cursor.number(3);
      if (priority >= 0 && priority <= 191 && cursor.take('>')) {
        return priority;
      }
    }
    cursor.at = 0;
    return DEFAULT_PRIORITY;
  }

  private static @Nullable SyslogMessage modern(Cursor cursor, int priority) {
    int start = cursor.at;
    cursor.at += 2;
    Instant time = null;
    if (cursor.peek() == '-') {
      cursor.word();
    } else {
      time = SyslogTimes.internet(cursor);
      if (time == null) {
        cursor.at = start;
        return null;
      }
    }
    String host = cursor.valueOrNil();
    String application = cursor.valueOrNil();
    String process = cursor.valueOrNil();
    String messageId = cursor.valueOrNil();
    Map<String, Map<String, String>> structured = structured(cursor);
    cursor.take(' ');
    String text = cursor.rest();
    return new SyslogMessage(
        priority >> 3,
        priority & 7,
        time,
        host,
        application,
        process,
        messageId,
        structured,
        text.startsWith("\uFEFF") ? text.substring(1) : text);
  }

  /**
   * Structured data (RFC 5424 section 6.3); where it breaks off, the cursor stays and the rest is
   * text.
   */
  private static Map<String, Map<String, String>> structured(Cursor cursor) {
    if (cursor.take('-') || cursor.peek() != '[') {
      return Map.of();
    }
    Map<String, Map<String, String>> elements = new LinkedHashMap<>();
    while (cursor.peek() == '[' && elements.size() < MOST_ELEMENTS) {
      int start = cursor.at;
      if (!element(cursor, elements)) {
        cursor.at = start;
        break;
      }
    }
    return elements;
  }

  private static boolean element(Cursor cursor, Map<String, Map<String, String>> elements) {
    cursor.at++;
    String id = name(cursor);
    Map<String, String> parameters = new LinkedHashMap<>();
    while (cursor.take(' ')) {
      cursor.skipSpaces();
      String name = name(cursor);
      if (name.isEmpty()
          || !cursor.take('=')
          || !cursor.take('"')
          || parameters.size() == MOST_ELEMENTS) {
        return false;
      }
      String value = quoted(cursor);
      if (value == null) {
        return false;
      }
      parameters.put(name, value);
    }
    if (id.isEmpty() || !cursor.take(']')) {
      return false;
    }
    elements.put(id, parameters);
    return true;
  }

  private static String name(Cursor cursor) {
    int start = cursor.at;
    while (!cursor.done() && " =]\"".indexOf(cursor.peek()) < 0) {
      cursor.at++;
    }
    return cursor.line.substring(start, cursor.at);
  }

  private static @Nullable String quoted(Cursor cursor) {
    StringBuilder value = new StringBuilder();
    while (!cursor.done()) {
      char next = cursor.peek();
      cursor.at++;
      if (next == '"') {
        return value.toString();
      }
      if (next == '\\' && "\"\\]".indexOf(cursor.peek()) >= 0 && !cursor.done()) {
        next = cursor.peek();
        cursor.at++;
      }
      value.append(next);
    }
    return null;
  }

  private static SyslogMessage old(Cursor cursor, int priority, Instant received) {
    skipSequence(cursor);
    cursor.skipSpaces();
    Instant time = SyslogTimes.internet(cursor);
    if (time == null) {
      time = SyslogTimes.bsd(cursor, received);
    }
    cursor.skipSpaces();
    Origin origin = time == null ? origin(cursor, null) : cursor.last.origin(cursor);
    if (origin == null) {
      int start = cursor.at;
      origin = origin(cursor, host(cursor));
      cursor.last.keep(cursor, start, origin);
    }
    cursor.take(' ');
    return new SyslogMessage(
        priority >> 3,
        priority & 7,
        time,
        origin.host(),
        origin.application(),
        origin.process(),
        null,
        Map.of(),
        cursor.rest());
  }

  /** Cisco numbers its messages ("45: *Mar 1 …"), and some leave just the colon. */
  private static void skipSequence(Cursor cursor) {
    int start = cursor.at;
    cursor.number(9);
    if (!cursor.line.startsWith(": ", cursor.at)) {
      cursor.at = start;
      return;
    }
    cursor.at += 2;
  }

  /** The next word, unless it is a tag: then the device sent no host. */
  private static @Nullable String host(Cursor cursor) {
    int end = cursor.line.indexOf(' ', cursor.at);
    if (end < 0 || end == cursor.at) {
      return null;
    }
    char last = cursor.line.charAt(end - 1);
    char first = cursor.peek();
    if (last == ':'
        || last == ']'
        || first == '%'
        || (last == '[' && cursor.line.indexOf('[', cursor.at) == end - 1)) {
      return null;
    }
    return cursor.word();
  }

  /** With the tag behind a host, "name:", "name[process]:" or Cisco's "%FACILITY-5-NAME:". */
  private static Origin origin(Cursor cursor, @Nullable String host) {
    String line = cursor.line;
    int start = cursor.at;
    int behind = start;
    while (behind < line.length() && isTagCharacter(line.charAt(behind))) {
      behind++;
    }
    cursor.at = behind;
    String process = null;
    if (cursor.take('[')) {
      int end = line.indexOf(']', cursor.at);
      if (end >= 0 && end - cursor.at <= LONGEST_NAME) {
        process = line.substring(cursor.at, end);
        cursor.at = end + 1;
      }
    }
    boolean named = behind > start && behind - start <= LONGEST_NAME;
    boolean ended = (process != null || cursor.at == behind) && cursor.take(':');
    if (!named || (!ended && process == null)) {
      cursor.at = start;
      return new Origin(host, null, null);
    }
    return new Origin(host, line.substring(start, behind), process);
  }

  private static boolean isTagCharacter(char character) {
    return character > ' '
        && character < 0x7f
        && character != ':'
        && character != '['
        && character != ']';
  }
}
