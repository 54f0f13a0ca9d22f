package dev.ingot.server.inventory.filter;

import java.util.Comparator;
import java.util.List;

/** Finds the known word that was probably meant. */
final class Nearest {
  private Nearest() {}

  static String to(String word, List<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String candidate) -> distance(word, candidate)))
        .orElseThrow();
  }

  /** Levenshtein distance, over the first 40 characters. */
  private static int distance(String left, String right) {
    String from = left.length() > 40 ? left.substring(0, 40) : left;
    int[] row = new int[right.length() + 1];
    for (int j = 0; j < row.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int replaced = diagonal + (from.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
