package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.netboot.syslog.SyslogMessage;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Lines that are events, by the operator's rules. One machine makes one event of a rule in its
 * time, however much it says; a pattern that goes back and forth for too long is left alone for a
 * while. Used by the intake's thread only.
 */
final class SyslogEvents {
  private static final Logger LOG = LoggerFactory.getLogger(SyslogEvents.class);

  /** Characters that a pattern may look at in one line, again and again; under a millisecond. */
  private static final int MOST_STEPS = 100_000;

  private static final int LONGEST = 4096;
  private static final int MOST_SOURCES = 10_000;
  private static final int MOST_WAITING = 1000;
  private static final int MOST_OVERRUNS = 10;
  private static final Duration LEFT_ALONE = Duration.ofMinutes(10);

  private final List<Rule> rules;
  private final Jdbi jdbi;
  private final Outbox outbox;
  private final List<NewEvent> waiting = new ArrayList<>();

  private static final class Rule {
    private final String name;
    private final SyslogRule settings;
    private final Pattern pattern;
    private final Severity severity;
    private final Duration every;
    private final Map<String, Told> told =
        new LinkedHashMap<>(64, 0.75f, true) {
          private static final long serialVersionUID = 1;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Told> eldest) {
            return size() > MOST_SOURCES;
          }
        };
    private int overruns;
    private Instant resumes = Instant.MIN;

    private Rule(String name, SyslogRule settings) {
      this.name = name;
      this.settings = settings;
      this.pattern = Pattern.compile(settings.pattern());
      Severity said = settings.severity();
      Duration often = settings.every();
      this.severity = said == null ? Severity.WARNING : said;
      this.every = often == null ? Duration.ofMinutes(1) : often;
    }
  }

  /** When an event was made of a source's lines, and how many lines made none since. */
  private static final class Told {
    private Instant at = Instant.MIN;
    private long untold;
  }

  SyslogEvents(Map<String, SyslogRule> rules, Jdbi jdbi, Outbox outbox) {
    this.rules =
        rules.entrySet().stream().map(rule -> new Rule(rule.getKey(), rule.getValue())).toList();
    this.jdbi = jdbi;
    this.outbox = outbox;
  }

  /** Looks at a line; what it makes is kept until {@link #flush}. */
  void heed(SyslogMessage message, String address, @Nullable String node, Instant received) {
    for (Rule rule : rules) {
      String application = rule.settings.application();
      if ((application == null || application.equals(message.application()))
          && !received.isBefore(rule.resumes)) {
        heed(rule, message, address, node, received);
      }
    }
  }

  private void heed(
      Rule rule, SyslogMessage message, String address, @Nullable String node, Instant received) {
    String text = message.text();
    String shown = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    Matcher matcher = rule.pattern.matcher(new Counted(shown, new int[] {MOST_STEPS}));
    try {
      if (!matcher.find()) {
        return;
      }
    } catch (OverrunException | StackOverflowError tooLong) {
      overrun(rule, received);
      return;
    }
    Told told = rule.told.computeIfAbsent(address, first -> new Told());
    if (received.isBefore(told.at.equals(Instant.MIN) ? received : told.at.plus(rule.every))
        || waiting.size() >= MOST_WAITING) {
      told.untold++;
      return;
    }
    waiting.add(event(rule, message, shown, matcher, address, node, told.untold));
    told.at = received;
    told.untold = 0;
  }

  private static void overrun(Rule rule, Instant received) {
    if (++rule.overruns < MOST_OVERRUNS) {
      return;
    }
    rule.overruns = 0;
    rule.resumes = received.plus(LEFT_ALONE);
    LOG.warn(
        "netboot.syslog-rules.{}: its pattern takes too long on {} lines; it rests for 10 minutes",
        rule.name,
        MOST_OVERRUNS);
  }

  private static NewEvent event(
      Rule rule,
      SyslogMessage message,
      String text,
      Matcher matcher,
      String address,
      @Nullable String node,
      long untold) {
    ObjectNode data = Json.MAPPER.createObjectNode();
    data.put("rule", rule.name).put("text", clean(text)).put("address", address);
    data.put("host", clean(message.host())).put("application", clean(message.application()));
    data.put("more", untold);
    ObjectNode groups = data.putObject("groups");
    matcher.namedGroups().forEach((name, number) -> groups.put(name, clean(matcher.group(number))));
    return new NewEvent("log", "matched", rule.severity, rule.name, node, data);
  }

  private static @Nullable String clean(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\ufffd');
  }

  /** Writes the events; without a database they are lost, as the lines are not. */
  void flush() {
    if (waiting.isEmpty()) {
      return;
    }
    try {
      jdbi.useTransaction(handle -> outbox.appendAll(handle, waiting));
    } catch (JdbiException | dev.ingot.server.problem.Problem trouble) {
      LOG.warn("{} events of lines could not be written: {}", waiting.size(), trouble.getMessage());
    }
    waiting.clear();
  }

  private static final class OverrunException extends RuntimeException {
    private static final long serialVersionUID = 1;

    OverrunException() {
      super("the pattern takes too long", null, false, false);
    }
  }

  /** Text of which each character that is read counts. */
  private record Counted(CharSequence text, int[] left) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      if (left[0]-- <= 0) {
        throw new OverrunException();
      }
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.subSequence(start, end);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }
}
