package dev.ingot.configuration;

import dev.ingot.configuration.Given.Origin;
import dev.ingot.configuration.Given.Scalar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;

/** Where secrets may come from, and that nobody else can read them there. */
final class SecretFiles {
  private static final int MAX_BYTES = 64 << 10;

  private final Reading reading;
  private final @Nullable Path configuration;

  SecretFiles(Reading reading, @Nullable Path configuration) {
    this.reading = reading;
    this.configuration = configuration;
  }

  /** Checks where the secret was given; its value if {@code <key>-file} names a file. */
  @Nullable Secret read(String key, @Nullable Given direct) {
    String fileKey = key + "-file";
    reading.known.add(new KnownKey(fileKey, "path", ""));
    Given named = reading.take(fileKey);
    if (direct != null && direct.origin() == Origin.FLAG) {
      refuse(key, direct, "a secret is never given as a flag; use --" + fileKey);
    } else if (direct != null && direct.origin() == Origin.FILE && othersMayRead(configuration)) {
      refuse(key, direct, "others may read this file: chmod 600 " + configuration);
    } else if (direct != null && named != null) {
      refuse(key, direct, "also given as " + fileKey + " (" + named.place() + "); keep one");
    } else if (named != null && named.value() instanceof Scalar scalar && scalar.text() != null) {
      return content(fileKey, named, Path.of(scalar.text()));
    }
    return null;
  }

  private @Nullable Secret content(String key, Given given, Path path) {
    if (othersMayRead(path)) {
      refuse(key, given, "others may read this file: chmod 600 " + path);
      return null;
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES);
      return new Secret(new String(bytes, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      refuse(key, given, "cannot be read: " + path);
      return null;
    }
  }

  private void refuse(String key, Given given, String why) {
    reading.problems.add(key + " (" + given.place() + "): " + why);
  }

  private static boolean othersMayRead(@Nullable Path path) {
    try {
      return path != null
          && Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_READ);
    } catch (IOException e) {
      return false; // not there: reading it says so
    }
  }
}
