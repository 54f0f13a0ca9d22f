package dev.ingot.server.workflow.fleet;

import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A number of nodes, or a share of them: {@code 5} or {@code 10%}. */
record Portion(int number, boolean percent) {
  private static final Pattern PERCENT = Pattern.compile("([0-9]{1,3}) ?%");

  static @Nullable Portion read(String field, @Nullable JsonNode value, int least) {
    if (value == null || value.isNull()) {
      return null;
    }
    if (value.isIntegralNumber() && value.canConvertToInt() && value.intValue() >= least) {
      return new Portion(value.intValue(), false);
    }
    String text = value.isString() ? value.stringValue() : "";
    if (text.matches("[0-9]{1,6}") && Integer.parseInt(text) >= least) {
      return new Portion(Integer.parseInt(text), false);
    }
    Matcher percent = PERCENT.matcher(text);
    if (percent.matches()) {
      int number = Integer.parseInt(percent.group(1));
      if (number >= least && number <= 100) {
        return new Portion(number, true);
      }
    }
    throw Problem.invalid(
        field, "must be a number of nodes from " + least + ", or a share such as 10%");
  }

  /** Of so many; a share is rounded up. */
  int of(int total) {
    return percent ? (int) (((long) total * number + 99) / 100) : Math.min(number, total);
  }

  /** The sizes of the waves: first the canary, where there is one, then the others. */
  static List<Integer> waves(int total, @Nullable Portion canary, @Nullable Portion wave) {
    List<Integer> waves = new ArrayList<>();
    int left = total;
    int first = canary == null ? 0 : canary.of(total);
    if (first > 0) {
      waves.add(first);
      left -= first;
    }
    int size = wave == null ? Math.max(1, left) : Math.max(1, wave.of(total));
    while (left > 0) {
      waves.add(Math.min(size, left));
      left -= size;
    }
    return waves;
  }
}
