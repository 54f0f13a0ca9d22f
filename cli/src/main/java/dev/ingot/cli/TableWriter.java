package dev.ingot.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** Rows under headings, no wider than the terminal: the widest columns are cut first. */
final class TableWriter {
  private static final String GAP = "  ";

  private TableWriter() {}

  /**
   * Writes the table.
   *
   * @param width columns of the terminal, 0 for any number
   */
  static void write(PrintStream out, List<List<String>> rows, int width) {
    int count = rows.getFirst().size();
    int[] widths = new int[count];
    for (List<String> row : rows) {
      for (int i = 0; i < count; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    fit(widths, width);
    for (List<String> row : rows) {
      out.println(line(row, widths, width));
    }
  }

  private static String line(List<String> row, int[] widths, int width) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i);
      if (cell.length() > widths[i]) {
        cell = cell.substring(0, Math.max(0, widths[i] - 1)) + "…";
      }
      cells.add(cell + " ".repeat(widths[i] - cell.length()));
    }
    String line = String.join(GAP, cells).stripTrailing();
    return width > 0 && line.length() > width ? line.substring(0, width) : line;
  }

  private static void fit(int[] widths, int width) {
    int total = GAP.length() * (widths.length - 1);
    for (int it : widths) {
      total += it;
    }
    while (width > 0 && total > width) {
      int widest = 0;
      for (int i = 1; i < widths.length; i++) {
        widest = widths[i] > widths[widest] ? i : widest;
      }
      if (widths[widest] <= 4) {
        return;
      }
      widths[widest]--;
      total--;
    }
  }
}
