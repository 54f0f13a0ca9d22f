package dev.ingot.configuration;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why a file or folder could not be used, in words: Java's own messages are often just a path. */
public final class FileFailure {
  private FileFailure() {}

  /** E.g. {@code /srv/ingot/agent.lock: permission denied}. */
  public static String words(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> e.getFile() + " cannot be made or is not there";
      case AccessDeniedException e -> e.getFile() + ": permission denied";
      case FileAlreadyExistsException e -> e.getFile() + " is there and is no folder";
      case FileSystemException e -> e.getFile() + ": " + orName(e.getReason(), e);
      default -> orName(failure.getMessage(), failure);
    };
  }

  private static String orName(@Nullable String words, IOException failure) {
    return Objects.requireNonNullElse(words, failure.getClass().getSimpleName());
  }
}
