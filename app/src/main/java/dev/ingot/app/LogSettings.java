package dev.ingot.app;

/**
 * What is logged, {@code log} in the configuration.
 *
 * @param format how a line looks
 * @param level the least that is logged of Ingot's own; of libraries it is warnings
 */
record LogSettings(Format format, Level level) {
  static final LogSettings DEFAULT = new LogSettings(Format.AUTO, Level.INFO);

  enum Format {
    /** Text on a terminal, else JSON. */
    AUTO,
    TEXT,
    JSON
  }

  enum Level {
    DEBUG,
    INFO,
    WARN,
    ERROR
  }

  /** With auto decided. */
  LogSettings on(boolean terminal) {
    Format decided = terminal ? Format.TEXT : Format.JSON;
    return format == Format.AUTO ? new LogSettings(decided, level) : this;
  }

  String formatWord() {
    return format == Format.JSON ? "json" : "text";
  }
}
