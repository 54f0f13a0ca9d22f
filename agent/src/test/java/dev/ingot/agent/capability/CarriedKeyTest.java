package dev.ingot.agent.capability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The key that goes along with a kernel that is started by kexec. */
class CarriedKeyTest {
  @TempDir Path machine;

  @Test
  void theNextKernelFindsTheKeyWhereItWas() throws Exception {
    assumeThat(Programs.find("cpio")).as("unpacks as the kernel does: needs cpio").isNotNull();
    Path folder = Files.createDirectories(machine.toRealPath().resolve("agent"));
    Path key = Files.writeString(folder.resolve("key"), "0123abcd\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    // A length that is no multiple of four: the archive begins at the next one.
    Path initrd = Files.write(machine.resolve("initrd"), new byte[] {7, 7, 7, 7, 7});
    Path copy = CarriedKey.behind(initrd, folder);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(copy)))
        .isEqualTo("rw-------");
    byte[] whole = Files.readAllBytes(copy);
    assertThat(Arrays.copyOf(whole, 8)).containsExactly(7, 7, 7, 7, 7, 0, 0, 0);
    Path archive =
        Files.write(machine.resolve("archive"), Arrays.copyOfRange(whole, 8, whole.length));
    Path root = Files.createDirectory(machine.resolve("root"));
    Process unpacked =
        new ProcessBuilder("cpio", "-i", "--quiet", "--no-absolute-filenames")
            .directory(root.toFile())
            .redirectInput(archive.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(unpacked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(unpacked.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(unpacked.exitValue()).as(said).isZero();
    Path carried = root.resolve(key.toString().substring(1));
    assertThat(carried).hasContent("0123abcd\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(carried)))
        .isEqualTo("rw-------");
    CarriedKey.remove(copy);
    assertThat(left(folder)).containsExactly("key");
  }

  @Test
  void whatCannotBeCopiedLeavesNothingBehind() throws IOException {
    Path folder = Files.createDirectory(machine.resolve("agent"));
    Files.writeString(folder.resolve("key"), "0123abcd\n");
    assertThatThrownBy(() -> CarriedKey.behind(machine.resolve("none"), folder))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(left(folder)).containsExactly("key");
  }

  private static List<String> left(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
