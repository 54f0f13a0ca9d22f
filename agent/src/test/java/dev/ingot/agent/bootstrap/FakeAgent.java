package dev.ingot.agent.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** What a bundle of a test starts: says its version, and fails or waits for the end. */
public final class FakeAgent {
  private FakeAgent() {}

  public static void main(String[] arguments) throws IOException {
    try (InputStream in = FakeAgent.class.getResourceAsStream("/version.txt")) {
      String version = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(
          Path.of(System.getenv("FAKE_LOG")),
          version + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      if (version.startsWith("bad")) {
        System.exit(3);
      }
    }
    System.in.transferTo(OutputStream.nullOutputStream());
  }

  /** A bootstrap as a process of its own: folder, server, key, log. */
  public static final class Loader {
    private Loader() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      BootstrapTest.bootstrap(
              Path.of(arguments[0]), arguments[1], arguments[2], Path.of(arguments[3]))
          .of(
              most -> {
                Thread.sleep(most);
                return false;
              })
          .run();
    }
  }

  static Map<String, String> environment(Path log) {
    return Map.of("FAKE_LOG", log.toString());
  }
}
