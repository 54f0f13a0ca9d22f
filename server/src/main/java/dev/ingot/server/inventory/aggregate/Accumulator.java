package dev.ingot.server.inventory.aggregate;

import dev.ingot.server.problem.Problem;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;

/** What a group makes of the values of its documents. */
enum Accumulator {
  SUM("$sum") {
    @Override
    Running start() {
      return new Total(false);
    }
  },
  AVERAGE("$avg") {
    @Override
    Running start() {
      return new Total(true);
    }
  },
  LEAST("$min") {
    @Override
    Running start() {
      return new Extreme(-1);
    }
  },
  GREATEST("$max") {
    @Override
    Running start() {
      return new Extreme(1);
    }
  },
  FIRST("$first") {
    @Override
    Running start() {
      return new Position(true);
    }
  },
  LAST("$last") {
    @Override
    Running start() {
      return new Position(false);
    }
  },
  SET("$addToSet") {
    @Override
    Running start() {
      return new Gathered(new HashSet<>());
    }
  },
  LIST("$push") {
    @Override
    Running start() {
      return new Gathered(null);
    }
  };

  /** How many values one list or set may have. */
  static final int MOST_VALUES = 10_000;

  final String word;

  Accumulator(String word) {
    this.word = word;
  }

  abstract Running start();

  static List<String> words() {
    return Arrays.stream(values()).map(accumulator -> accumulator.word).toList();
  }

  /** The state of one accumulator in one group. */
  interface Running {
    /**
     * Takes the next document's value.
     *
     * @param stage where it is kept, for problems
     */
    void take(JsonNode value, Held held, String stage);

    JsonNode result();
  }

  private static final class Total implements Running {
    private final Numbers numbers = new Numbers();
    private final boolean average;

    Total(boolean average) {
      this.average = average;
    }

    @Override
    public void take(JsonNode value, Held held, String stage) {
      numbers.add(value);
    }

    @Override
    public JsonNode result() {
      return average ? numbers.average() : numbers.sum();
    }
  }

  /** Null and missing values are passed over. */
  private static final class Extreme implements Running {
    private final int sign;
    private JsonNode found = NullNode.getInstance();

    Extreme(int sign) {
      this.sign = sign;
    }

    @Override
    public void take(JsonNode value, Held held, String stage) {
      if (!Operator.isNothing(value)
          && (found.isNull() || ValueOrder.INSTANCE.compare(value, found) * sign > 0)) {
        keep(found, value, held, stage);
        found = value;
      }
    }

    @Override
    public JsonNode result() {
      return found;
    }
  }

  private static final class Position implements Running {
    private final boolean first;
    private boolean taken;
    private JsonNode found = NullNode.getInstance();

    Position(boolean first) {
      this.first = first;
    }

    @Override
    public void take(JsonNode value, Held held, String stage) {
      if (first && taken) {
        return;
      }
      taken = true;
      JsonNode next = value.isMissingNode() ? NullNode.getInstance() : value;
      keep(found, next, held, stage);
      found = next;
    }

    @Override
    public JsonNode result() {
      return found;
    }
  }

  /** Null is a value, a missing one is not. */
  private static final class Gathered implements Running {
    private final @Nullable Set<Object> known;
    private final ArrayNode values = JsonNodeFactory.instance.arrayNode();

    Gathered(@Nullable Set<Object> known) {
      this.known = known;
    }

    @Override
    public void take(JsonNode value, Held held, String stage) {
      if (value.isMissingNode() || (known != null && !known.add(ValueKey.of(value)))) {
        return;
      }
      if (values.size() == MOST_VALUES) {
        throw Problem.invalid(
            stage, "a group would gather more than " + MOST_VALUES + " values: $match before it");
      }
      held.add(Held.weight(value) * (known == null ? 1 : 2) + Held.ENTRY, stage);
      values.add(value);
    }

    @Override
    public JsonNode result() {
      return values;
    }
  }

  private static void keep(JsonNode before, JsonNode after, Held held, String stage) {
    held.release(Held.weight(before));
    held.add(Held.weight(after), stage);
  }
}
