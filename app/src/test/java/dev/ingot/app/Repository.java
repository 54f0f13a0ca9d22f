package dev.ingot.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The checkout that the tests run in. */
final class Repository {
  private static final Set<String> NOT_OURS =
      Set.of("target", ".git", ".ingot", ".idea", "node_modules");

  private Repository() {}

  /** The folder with the launcher in it. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder != null && !Files.isRegularFile(folder.resolve("ingot"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException(
          "no launcher in any folder above " + Path.of("").toAbsolutePath());
    }
    return folder;
  }

  /** Every file that people wrote, relative to the root. */
  static List<Path> files() {
    Path root = root();
    List<Path> files = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              boolean module = Files.isRegularFile(folder.resolveSibling("pom.xml"));
              return module && NOT_OURS.contains(folder.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              // A worktree has a file of this name, with a path of its machine in it.
              if (attributes.isRegularFile() && !file.getFileName().toString().equals(".git")) {
                files.add(root.relativize(file));
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
    return files;
  }

  /** Whether a file's name says that it is text. */
  static boolean isText(Path file) {
    return file.toString()
            .matches(".*\\.(java|md|sql|xml|sh|awk|json|yaml|yml|properties|config|txt)")
        || file.toString().matches("ingot|LICENSE|\\.gitignore|\\.ci/run");
  }

  static String text(Path file) {
    try {
      return Files.readString(root().resolve(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }
}
