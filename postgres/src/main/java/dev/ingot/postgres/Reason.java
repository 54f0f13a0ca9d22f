package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** Why an operation on a file failed, in words: Java's own messages are often just the path. */
final class Reason {
  private Reason() {}

  static String of(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> e.getFile() + " does not exist";
      case AccessDeniedException e -> e.getFile() + ": permission denied";
      case FileSystemException e -> e.getFile() + ": " + orName(e.getReason(), e);
      default -> orName(failure.getMessage(), failure);
    };
  }

  private static String orName(@Nullable String words, IOException failure) {
    return words == null ? failure.getClass().getSimpleName() : words;
  }
}
