package dev.ingot.configuration;

import java.util.Locale;

/**
 * A key that a program knows, as docs/configuration.md lists it.
 *
 * @param name dotted, e.g. {@code http.port}; {@code *} stands for the reader's own word
 * @param kind what it takes, e.g. {@code whole number}
 * @param defaultText how the default is written; empty when there is none
 */
public record KnownKey(String name, String kind, String defaultText) {
  /** The environment variable that sets it. */
  public String variable() {
    return variable(name);
  }

  static String variable(String name) {
    return "INGOT_" + name.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
