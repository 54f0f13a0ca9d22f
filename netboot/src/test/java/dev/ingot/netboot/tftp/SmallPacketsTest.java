package dev.ingot.netboot.tftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In a network namespace whose packets are short: a window cannot leave as one packet there. */
class SmallPacketsTest {
  @TempDir Path folder;

  @Test
  void blocksThatTheKernelDoesNotCutApartGoOneByOne() throws Exception {
    assumeTrue(run("true").equals(""), "makes a network namespace: needs unshare and ip");
    byte[] content = new byte[1_000_003];
    new Random(7).nextBytes(content);
    Files.write(folder.resolve("file"), content);
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    assertThat(
            run(
                java,
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TftpReader.class.getName(),
                folder.toString()))
        .endsWith("file is the same, sent again: 0\n");
  }

  private static String run(String... command) throws IOException, InterruptedException {
    List<String> whole =
        new ArrayList<>(
            List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--net",
                "sh",
                "-c",
                "ip link set lo mtu 1400 up && exec \"$@\"",
                "sh"));
    whole.addAll(List.of(command));
    try {
      Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() == 0 ? output : "failed: " + output;
    } catch (IOException absent) {
      return "failed: " + absent.getMessage();
    }
  }
}
