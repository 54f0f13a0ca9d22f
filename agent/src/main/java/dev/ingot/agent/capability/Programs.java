package dev.ingot.agent.capability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The programs of this machine. */
public final class Programs {
  private static final List<String> FOLDERS =
      List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

  private Programs() {}

  /** The program of that name, in the usual folders; null for none. */
  public static @Nullable Path find(String name) {
    return FOLDERS.stream()
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElse(null);
  }

  /** Why a capability that needs the program cannot be called; null when it can. */
  static @Nullable String missing(String name) {
    return find(name) == null ? name + " is not installed" : null;
  }
}
