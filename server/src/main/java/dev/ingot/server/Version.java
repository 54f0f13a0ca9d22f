package dev.ingot.server;

import org.jspecify.annotations.Nullable;

/** Which Ingot this is. */
final class Version {
  private Version() {}

  /** The jar's version; {@code development} when the classes come from a folder. */
  static String text() {
    String packaged = packaged();
    return packaged == null ? "development" : packaged;
  }

  private static @Nullable String packaged() {
    return Version.class.getPackage().getImplementationVersion();
  }
}
