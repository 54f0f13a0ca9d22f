package dev.ingot.server.inventory.history;

import java.util.Arrays;

/** The longest run of pairs that stand in the same order in both lists: what need not move. */
final class Ascending {
  private Ascending() {}

  /**
   * The pairing with those that stand in another order taken apart.
   *
   * @param partner -1 for none
   */
  static int[] of(int[] partner) {
    int[] tails = new int[partner.length];
    int[] previous = new int[partner.length];
    int length = 0;
    for (int i = 0; i < partner.length; i++) {
      if (partner[i] < 0) {
        continue;
      }
      int low = 0;
      int high = length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (partner[tails[middle]] < partner[i]) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      previous[i] = low == 0 ? -1 : tails[low - 1];
      tails[low] = i;
      length = Math.max(length, low + 1);
    }
    int[] kept = new int[partner.length];
    Arrays.fill(kept, -1);
    for (int i = length == 0 ? -1 : tails[length - 1]; i >= 0; i = previous[i]) {
      kept[i] = partner[i];
    }
    return kept;
  }
}
