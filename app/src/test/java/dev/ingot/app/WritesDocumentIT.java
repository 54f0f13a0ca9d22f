package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Types the commands of docs/inventory-writes.md and docs/logs.md into a shell, at a server of
 * their own.
 */
class WritesDocumentIT {
  private static final Pattern WRITE = Pattern.compile("(?m)^\\$ (ingot .*)\n(.*)$");
  private static final Pattern LOOK = Pattern.compile("(?m)^(ingot logs[^#\n]*?) *(?:#.*)?$");
  private static final String NODE = "01" + "a".repeat(40);

  private Path data;
  private Path folder;

  @BeforeEach
  void folders() throws IOException {
    data = TestFolders.fresh("writes");
    folder = Files.createDirectories(data.resolve("typed"));
    Path ingot = folder.resolve("ingot");
    Files.writeString(
        ingot,
        "#!/bin/sh\nexec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s \"$@\"\n"
            .formatted(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                System.getProperty("java.class.path"),
                Main.class.getName()));
    Files.setPosixFilePermissions(ingot, PosixFilePermissions.fromString("rwx------"));
    Files.writeString(
        folder.resolve("asset.json"), "{\"asset\": {\"owner\": \"fab\"}, \"note\": 1}");
    Files.writeString(
        folder.resolve("machines.jsonl"),
        """
        {"mercury_id":"%s","dmi":{"sys_vendor":"HPE","product_name":"DL380Gen10","product_serial":"CZ1"}}
        {"mercury_id":"01%s","dmi":{"sys_vendor":"QEMU"}}
        {"mercury_id":"01%s","dmi":{"sys_vendor":"Dell Inc."}}
        """
            .formatted(NODE, "b".repeat(40), "c".repeat(40)));
  }

  @AfterEach
  void clean() throws IOException {
    TestFolders.discard(data);
  }

  @Test
  void everyCommandAnswersWhatTheDocumentsSay() throws Exception {
    String port = String.valueOf(FreePort.next());
    Map<String, String> environment =
        Map.of("INGOT_DATA_DIR", data.toString(), "INGOT_HTTP_PORT", port);
    try (IngotProcess server = new IngotProcess(environment, "server", "--log", "text")) {
      server.await("ready at", Duration.ofSeconds(120));
      List<String> typed = new ArrayList<>();
      Matcher write = WRITE.matcher(Files.readString(Path.of("../docs/inventory-writes.md")));
      while (write.find()) {
        assertThat(type(write.group(1), port)).as(write.group(1)).isEqualTo(write.group(2));
        typed.add(write.group(1));
      }
      assertThat(typed).hasSize(6);
      Matcher look = LOOK.matcher(Files.readString(Path.of("../docs/logs.md")));
      while (look.find()) {
        // What follows never ends by itself.
        if (!look.group(1).contains(" -f")) {
          type(look.group(1), port);
          typed.add(look.group(1));
        }
      }
      assertThat(typed).hasSize(10);
    }
  }

  private String type(String line, String port) throws IOException, InterruptedException {
    ProcessBuilder shell =
        new ProcessBuilder("sh", "-c", line).directory(folder.toFile()).redirectErrorStream(true);
    shell.environment().put("PATH", folder + ":" + System.getenv("PATH"));
    shell.environment().put("INGOT_SERVER", "http://127.0.0.1:" + port);
    shell.environment().put("INGOT_TOKEN", Files.readString(data.resolve("admin.token")).strip());
    Process process = shell.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("%s: %s", line, said).isZero();
    return said.strip();
  }
}
