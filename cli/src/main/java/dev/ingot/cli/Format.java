package dev.ingot.cli;

import java.util.Locale;

/** How results are written. */
enum Format {
  TABLE,
  JSON,
  YAML,
  CSV,
  NAME;

  static final String WORDS = "table, json, yaml, csv, name";

  static Format of(String word) {
    for (Format format : values()) {
      if (format.name().toLowerCase(Locale.ROOT).equals(word)) {
        return format;
      }
    }
    throw CommandException.usage("-o is one of " + WORDS + ", not " + word);
  }
}
