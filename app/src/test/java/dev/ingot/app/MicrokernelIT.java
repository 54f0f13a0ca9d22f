package dev.ingot.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.testkit.TestFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The microkernel as it is built. */
@Tag("long")
class MicrokernelIT {
  private static final long MOST = 60_000_000;

  @Test
  void twoBuildsAreTheSameBitForBitAndSmallAndTheListOfClassesIsOfTodaysAgent() throws Exception {
    for (String program : List.of("busybox", "cpio", "mksquashfs", "apt-get", "strip")) {
      assumeTrue(RackLab.ran("which", program) == 0, "builds an image: needs " + program);
    }
    Path folder = TestFolders.fresh("microkernel");
    try {
      Path dist = BuiltImage.dist(folder.resolve("dist"));
      Path classes = folder.resolve("classes");
      Path first = folder.resolve("first");
      Path second = folder.resolve("second");
      BuiltImage.build(first, dist, Map.of("INGOT_ZSTD", "1", "INGOT_CLASSES", classes.toString()));
      BuiltImage.build(
          second, dist, Map.of("INGOT_ZSTD", "1", "XDG_CACHE_HOME", folder.toString()));
      for (String file : List.of("vmlinuz", "initrd.img")) {
        assertThat(Files.mismatch(first.resolve(file), second.resolve(file)))
            .as(file)
            .isEqualTo(-1);
      }
      Set<String> listed =
          new HashSet<>(Files.readAllLines(Repository.root().resolve("microkernel/classes")));
      List<String> used = Files.readAllLines(classes);
      assertThat(used.stream().filter(listed::contains).count())
          .as("microkernel/classes is old: INGOT_CLASSES=microkernel/classes ./ingot images build")
          .isGreaterThan(used.size() * 9L / 10);

      // Its operator's tools may be scripts, or linked with all that they need.
      Path own = Files.createDirectories(folder.resolve("own"));
      Path tool = Files.createDirectories(own.resolve("bin")).resolve("vendor-tool");
      Files.writeString(tool, "#!/bin/sh\necho tool\n");
      Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.writeString(own.resolve("agent.yaml"), "log: {level: debug}\n");
      Path best = folder.resolve("best");
      BuiltImage.build(best, dist, Map.of("INGOT_ZSTD", "22"), own.toString());
      assertThat(Files.size(best.resolve("vmlinuz")) + Files.size(best.resolve("initrd.img")))
          .isLessThan(MOST);
    } finally {
      BuiltImage.delete(folder);
    }
  }
}
