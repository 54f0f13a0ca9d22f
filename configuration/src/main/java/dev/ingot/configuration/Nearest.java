package dev.ingot.configuration;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** The known word that somebody most likely meant. */
public final class Nearest {
  private Nearest() {}

  /** The nearest of the words by edit distance, null when none is near. */
  public static @Nullable String of(String written, Collection<String> known) {
    String nearest = null;
    int least = Math.max(2, written.length() / 3) + 1;
    for (String word : known) {
      int distance = distance(written, word);
      if (distance < least) {
        least = distance;
        nearest = word;
      }
    }
    return nearest;
  }

  /** Optimal string alignment: insert, delete, replace, swap two neighbours; each costs one. */
  private static int distance(String left, String right) {
    int[][] cost = new int[left.length() + 1][right.length() + 1];
    for (int i = 0; i <= left.length(); i++) {
      for (int j = 0; j <= right.length(); j++) {
        if (i == 0 || j == 0) {
          cost[i][j] = i + j;
          continue;
        }
        int replace = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        cost[i][j] =
            Math.min(
                Math.min(cost[i - 1][j] + 1, cost[i][j - 1] + 1), cost[i - 1][j - 1] + replace);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          cost[i][j] = Math.min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
      }
    }
    return cost[left.length()][right.length()];
  }
}
