package dev.ingot.simulator;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** How many of a hundred agents of a fleet are how; all others are steady. */
public final class Behaviours {
  /** What {@code mixed} stands for. */
  private static final String MIXED = "slow=5,failing=5,flapping=3,lying=2,rebooting=2";

  private final Map<Behaviour, Integer> percent;

  private Behaviours(Map<Behaviour, Integer> percent) {
    this.percent = percent;
  }

  /** All steady. */
  public static Behaviours steady() {
    return new Behaviours(Map.of());
  }

  /**
   * Reads {@code slow=5,failing=5} (percent), {@code mixed} or the empty word.
   *
   * @throws IllegalArgumentException saying what would be right
   */
  public static Behaviours of(String text) {
    EnumMap<Behaviour, Integer> percent = new EnumMap<>(Behaviour.class);
    for (String part : (text.equals("mixed") ? MIXED : text).split(",", -1)) {
      if (!text.isEmpty()) {
        String[] pair = part.split("=", -1);
        if (pair.length != 2 || !pair[1].matches("[0-9]{1,3}")) {
          throw new IllegalArgumentException(
              part + ": a word and a percentage are wanted, e.g. " + MIXED);
        }
        percent.put(behaviour(pair[0]), Integer.parseInt(pair[1]));
      }
    }
    if (percent.values().stream().mapToInt(Integer::intValue).sum() > 100) {
      throw new IllegalArgumentException(text + ": that is more than 100 percent");
    }
    return new Behaviours(percent);
  }

  private static Behaviour behaviour(String word) {
    return Arrays.stream(Behaviour.values())
        .filter(each -> each.word().equals(word.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    word
                        + " is none of "
                        + Arrays.stream(Behaviour.values())
                            .map(Behaviour::word)
                            .collect(Collectors.joining(", "))));
  }

  /** Of the machine with that number: the same each time, and spread over the fleet. */
  Behaviour of(int number) {
    // Fibonacci hashing: neighbours are not alike.
    int place = (int) (((number * 0x9E3779B97F4A7C15L) >>> 33) % 100);
    for (Map.Entry<Behaviour, Integer> each : percent.entrySet()) {
      place -= each.getValue();
      if (place < 0) {
        return each.getKey();
      }
    }
    return Behaviour.STEADY;
  }
}
