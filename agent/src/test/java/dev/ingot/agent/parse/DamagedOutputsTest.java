package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.ingot.core.Json;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever happened to an output: facts, or the parser's own error, and never more than a second.
 */
class DamagedOutputsTest {
  private static final Duration MOST = Duration.ofSeconds(1);

  /** The thread's own time: others may keep the processor busy. */
  private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

  @Test
  void damagedInTwoHundredWaysEveryOutputGivesFactsOrTheParsersError() throws Exception {
    damage(200, 1_000);
  }

  @Test
  @Tag("long")
  void damagedInTenThousandWaysEveryOutputGivesFactsOrTheParsersError() throws Exception {
    damage(10_000, Integer.MAX_VALUE);
  }

  /**
   * Large outputs are damaged in a part of the given size, so that the everyday test ends in time;
   * the long one takes them whole.
   */
  private static void damage(int rounds, int largest) throws Exception {
    List<Callable<Integer>> each = new ArrayList<>();
    for (Recorded one : Recorded.all()) {
      each.add(() -> withFacts(one, rounds, largest));
    }
    long facts = 0;
    try (ExecutorService processors =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
      for (Future<Integer> one : processors.invokeAll(each)) {
        facts += one.get();
      }
    }
    long failures = (long) each.size() * rounds - facts;
    assertThat(facts).as("outputs with facts").isGreaterThan(failures);
    assertThat(failures).as("outputs without").isPositive();
  }

  /** How many of its damaged forms gave facts. */
  private static int withFacts(Recorded one, int rounds, int largest) {
    Random random = new Random(one.file().hashCode());
    String whole = one.text();
    int facts = 0;
    for (int round = 0; round < rounds; round++) {
      // Mostly from the beginning, where the head is that makes a form known.
      boolean within = whole.length() > largest && random.nextInt(4) == 0;
      int from = within ? random.nextInt(whole.length() - largest) : 0;
      String part =
          round == 0 ? whole : whole.substring(from, Math.min(whole.length(), from + largest));
      facts += parses(one, damaged(part, random), round) ? 1 : 0;
    }
    return facts;
  }

  @Test
  void emptyBinaryHugeAndForeignOutputIsRefusedWithTheParsersError() throws ParseFailure {
    String binary = new String(randomBytes(200_000), java.nio.charset.StandardCharsets.UTF_8);
    String huge = "x".repeat(17 << 20);
    for (String tool : Parsers.names()) {
      assertThatThrownBy(() -> Parsers.parse(tool, "")).isInstanceOf(ParseFailure.class);
      assertThatThrownBy(() -> Parsers.parse(tool, huge)).isInstanceOf(ParseFailure.class);
      for (String foreign :
          List.of(
              binary,
              "bash: " + tool + ": command not found\n",
              "\0\0\0\0",
              "{",
              "[",
              "{}",
              "[]",
              "[[[[[[[[[[",
              "<",
              "<?xml version=\"1.0\"?>",
              "The quick brown fox\njumps over the lazy dog.\n",
              "a".repeat(1 << 18),
              "[".repeat(100_000),
              "{\"a\":".repeat(50_000),
              "<a>".repeat(50_000),
              ": \n".repeat(100_000),
              "\"".repeat(100_000),
              "| ".repeat(100_000),
              "(".repeat(300_000))) {
        parses(new Recorded(tool, "foreign " + Text.shown(foreign, 20), foreign), foreign, 0);
      }
    }
  }

  private static byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private static boolean parses(Recorded one, String text, int round) {
    long started = THREAD.getCurrentThreadCpuTime();
    try {
      Parsed parsed = Parsers.parse(one.tool(), text);
      // What is printed and stored must be writable.
      assertThat(Json.write(parsed.document(one.tool()))).isNotEmpty();
      return true;
    } catch (ParseFailure e) {
      assertThat(e.reason()).isNotBlank();
      return false;
    } catch (RuntimeException | StackOverflowError e) {
      return fail(one.tool() + " broke on " + one.file() + " in round " + round + " by " + e, e);
    } finally {
      Duration took = Duration.ofNanos(THREAD.getCurrentThreadCpuTime() - started);
      assertThat(took).as("%s of %s, round %d", one.tool(), one.file(), round).isLessThan(MOST);
    }
  }

  private static String damaged(String text, Random random) {
    StringBuilder damaged = new StringBuilder(text);
    for (int i = random.nextInt(6); i >= 0 && !damaged.isEmpty(); i--) {
      int at = random.nextInt(damaged.length());
      int length = Math.min(damaged.length() - at, 1 + random.nextInt(200));
      switch (random.nextInt(9)) {
        case 0 -> damaged.setLength(at);
        case 1 -> damaged.delete(at, at + length);
        case 2 -> damaged.insert(at, damaged.substring(at, at + length));
        case 3 -> damaged.setCharAt(at, (char) random.nextInt(256));
        case 4 ->
            damaged.setCharAt(at, "0123456789abcdef:-,[]{}()=\"\n\t |".charAt(random.nextInt(31)));
        case 5 -> damaged.insert(at, "\n".repeat(1 + random.nextInt(3)));
        case 6 -> damaged.insert(at, Long.toString(random.nextLong()));
        case 7 -> damaged.insert(at, "x".repeat(random.nextInt(1_000)));
        default -> {
          int other = random.nextInt(damaged.length());
          damaged.insert(at, damaged.substring(other, Math.min(damaged.length(), other + length)));
        }
      }
    }
    return damaged.toString();
  }
}
