package dev.ingot.app;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** Which Ingot this is. */
final class Version {
  private Version() {}

  /** As the build wrote it, e.g. {@code 0.1.0}. */
  static String text() {
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot read the version from the program", e);
    }
  }
}
