package dev.ingot.configuration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A value as somebody wrote it, and where. */
record Given(Value value, String place, Origin origin) {
  enum Origin {
    FILE,
    ENVIRONMENT,
    FLAG
  }

  sealed interface Value {}

  /**
   * One value.
   *
   * @param text null for YAML's null
   */
  record Scalar(@Nullable String text) implements Value {}

  record Items(List<String> texts) implements Value {}

  /** A group of keys: the keys below it are given on their own, this only says that it is there. */
  record Group() implements Value {}
}
