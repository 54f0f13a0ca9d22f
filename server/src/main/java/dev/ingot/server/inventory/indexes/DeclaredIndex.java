package dev.ingot.server.inventory.indexes;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A declared path.
 *
 * @param since when it came to its state
 * @param done documents whose facets have it, while it is built
 * @param total documents that there are, while it is built
 */
record DeclaredIndex(
    String path,
    Kind kind,
    State state,
    Instant since,
    Instant created,
    String createdBy,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long done,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long total) {

  /** What it serves. */
  enum Kind {
    /** Equality and {@code $in}; every other condition on scalars from the small facet. */
    EQUALITY,
    /** Also {@code $gt $gte $lt $lte}, and the beginnings of texts. */
    RANGE,
    /** Also the beginnings of texts, and those four on texts. */
    PREFIX;

    boolean ordersNumbers() {
      return this == RANGE;
    }

    boolean ordersTexts() {
      return this != EQUALITY;
    }

    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether questions rely on it. */
  enum State {
    BUILDING,
    READY,
    RETIRING;

    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
