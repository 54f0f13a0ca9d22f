package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the microkernel does where it cannot go on: here nobody gives it an address. */
@Tag("long")
class MicrokernelEndIT {
  @TempDir private Path folder;

  @BeforeAll
  static void needs() throws Exception {
    for (String program : List.of("qemu-system-x86_64", "busybox", "cpio", "mksquashfs")) {
      assumeTrue(RackLab.ran("which", program) == 0, "boots an image: needs " + program);
    }
  }

  @Test
  void itStartsAgainUnlessItIsToldToWaitOrToSwitchOffAndGivesAShellOnlyWhereItIsTold()
      throws Exception {
    try (Machine machine = new Machine("")) {
      machine.says("no DHCP server answered on eth0");
      machine.says("once more in 30 seconds");
      machine.ends();
      assertThat(machine.said()).doesNotContain("a shell");
    }
    try (Machine machine = new Machine("ingot.end=wait")) {
      machine.says("waiting, as ingot.end says");
      assertThat(machine.said()).doesNotContain("a shell", "once more");
    }
    try (Machine machine = new Machine("ingot.end=poweroff ingot.rescue=shell")) {
      machine.says("a shell, as ingot.rescue says");
      machine.type("echo answer $((6 * 7))\n");
      machine.says("answer 42");
      machine.type("exit\n");
      machine.says("off in 10 seconds, as ingot.end says");
      machine.ends();
    }
  }

  /** QEMU with a port that leads nowhere; it ends when the machine starts again or goes off. */
  private final class Machine implements AutoCloseable {
    private final Process process;
    private final OutputStream input;
    private final Path console = Files.createTempFile(folder, "console", ".log");

    Machine(String arguments) throws Exception {
      Path image = BuiltImage.shared();
      List<String> command = new ArrayList<>(List.of("qemu-system-x86_64", "-nodefaults"));
      command.addAll(List.of("-display", "none", "-machine", "q35", "-accel", "tcg"));
      command.addAll(List.of("-cpu", "max", "-m", "768", "-no-reboot", "-serial", "stdio"));
      command.addAll(List.of("-netdev", "hubport,id=net0,hubid=0"));
      command.addAll(List.of("-device", "virtio-net-pci,netdev=net0,romfile="));
      command.addAll(List.of("-kernel", image.resolve("vmlinuz").toString()));
      command.addAll(List.of("-initrd", image.resolve("initrd.img").toString()));
      command.addAll(List.of("-append", "quiet console=ttyS0 " + arguments));
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(console.toFile())
              .start();
      input = process.getOutputStream();
    }

    String said() throws IOException {
      return Files.readString(console, StandardCharsets.ISO_8859_1);
    }

    void says(String text) {
      Awaitility.await(text)
          .atMost(RackLab.BOOT)
          .untilAsserted(() -> assertThat(said()).contains(text));
    }

    void type(String text) throws IOException {
      input.write(text.getBytes(StandardCharsets.US_ASCII));
      input.flush();
    }

    void ends() throws Exception {
      assertThat(process.waitFor(RackLab.BOOT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
      process.onExit().join();
    }
  }
}
