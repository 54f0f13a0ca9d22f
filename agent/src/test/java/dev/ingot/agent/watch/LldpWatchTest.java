package dev.ingot.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.agent.parse.LldpFrameTest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A virtual cable, at one end of which the test is a switch. */
class LldpWatchTest {
  private static final byte[] FRAME = HexFormat.of().parseHex(LldpFrameTest.SWITCH);

  private final String ours = "lo" + Long.toHexString(new Random().nextLong() & 0xffffff) + "a";
  private final String theirs = ours.replaceFirst(".$", "b");

  @AfterEach
  void removeTheCable() throws Exception {
    ip("link", "delete", ours);
  }

  @Test
  void aNeighbourIsHeardAlsoWhenTheCableComesLaterAndIsForgottenWhenItSaysSo() throws Exception {
    LldpNeighbours neighbours = new LldpNeighbours();
    AtomicInteger told = new AtomicInteger();
    try (LldpWatch _ =
        watch(neighbours, () -> told.incrementAndGet(), () -> System.nanoTime() / 1_000_000)) {
      cable();
      // A port that came since is joined to the groups within seconds; a veth takes all frames in.
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                send(FRAME);
                return neighbours.frames().contains(LldpFrameTest.SWITCH);
              });
      assertThat(neighbours.frames()).startsWith(ours + " ").hasLineCount(1);
      await().until(() -> told.get() == 1);
      send(HexFormat.of().parseHex(LldpFrameTest.SWITCH.replace("06020078", "06020000")));
      await().until(() -> neighbours.frames().equals("no frames\n"));
      await().until(() -> told.get() == 2);
    }
  }

  @Test
  void aNeighbourWhoseTimeToLiveIsOverIsForgotten() {
    LldpNeighbours neighbours = new LldpNeighbours();
    assertThat(neighbours.heard("eno1", FRAME, 1_000)).as("it is new").isTrue();
    assertThat(neighbours.heard("eno1", FRAME, 31_000)).as("the same again").isFalse();
    assertThat(neighbours.forget(150_999)).isFalse();
    assertThat(neighbours.forget(151_000)).isTrue();
    assertThat(neighbours.heard("eno1", new byte[64], 0)).as("no LLDP").isFalse();
    for (int i = 0; i < 5_000; i++) {
      neighbours.heard("port" + i, FRAME, 0);
    }
    assertThat(neighbours.frames()).hasLineCount(1024);
  }

  @Test
  void theKernelSaysThatAPortCame() throws Exception {
    Set<String> changed = ConcurrentHashMap.newKeySet();
    KernelEvents events;
    try {
      events = KernelEvents.start(changed::addAll);
    } catch (IOException e) {
      Assumptions.abort("skipped: " + e.getMessage());
      return;
    }
    try (events) {
      cable();
      await().untilAsserted(() -> assertThat(changed).contains("interfaces", "lldp"));
      ip("address", "add", "192.0.2.1/30", "dev", ours);
      await().untilAsserted(() -> assertThat(changed).contains("routes"));
    }
  }

  @Test
  void eventsOfDevicesNameTheSectionsThatMayHaveChanged() {
    assertThat(DeviceEvents.sections(event("add", "/devices/pci0000:00/x/block/sdb", "block")))
        .contains("os_storage", "volumes", "smart");
    assertThat(DeviceEvents.sections(event("change", "/devices/pci0000:00/x/block/sdb", "block")))
        .as("a disk that was asked for its health by writing to it is not asked again for that")
        .containsExactlyInAnyOrder("os_storage", "volumes");
    assertThat(DeviceEvents.sections(event("add", "/devices/virtual/block/loop3", "block")))
        .isEmpty();
    assertThat(
            DeviceEvents.sections(
                event("change", "/devices/virtual/block/md0", "block") + "\0DEVNAME=md0"))
        .containsExactly("volumes");
    assertThat(DeviceEvents.sections(event("remove", "/devices/pci0000:00/usb1/1-1", "usb")))
        .containsExactly("usb");
    assertThat(DeviceEvents.sections("libudev\0\0\1\2garbage")).isEmpty();
    assertThat(DeviceEvents.sections(new KernelSocket.Received(new byte[0], new byte[0], true)))
        .as("the kernel could not keep all of them")
        .contains("os_storage", "pci", "usb");
  }

  private static String event(String action, String path, String subsystem) {
    return action
        + "@"
        + path
        + "\0ACTION="
        + action
        + "\0DEVPATH="
        + path
        + "\0SUBSYSTEM="
        + subsystem;
  }

  private static LldpWatch watch(
      LldpNeighbours neighbours, Runnable changed, java.util.function.LongSupplier clock) {
    try {
      return LldpWatch.start(neighbours, Long.MAX_VALUE, clock, changed);
    } catch (IOException e) {
      return Assumptions.abort("skipped: LLDP frames cannot be heard here: " + e.getMessage());
    }
  }

  private void cable() throws Exception {
    boolean made =
        ip("link", "add", ours, "type", "veth", "peer", "name", theirs)
            && ip("link", "set", ours, "up")
            && ip("link", "set", theirs, "up");
    Assumptions.assumeTrue(made, "skipped: no veth can be made here");
  }

  private void send(byte[] frame) throws IOException {
    int index =
        Integer.parseInt(Files.readString(Path.of("/sys/class/net", theirs, "ifindex")).strip());
    byte[] address =
        ByteBuffer.allocate(20)
            .order(ByteOrder.nativeOrder())
            .putShort((short) 17)
            .putShort((short) 0)
            .putInt(index)
            .array();
    try (KernelSocket socket = KernelSocket.open(17, 3, 0, address, 1 << 16)) {
      socket.send(frame);
    }
  }

  private static boolean ip(String... arguments) throws Exception {
    java.util.List<String> command = new java.util.ArrayList<>(java.util.List.of("ip"));
    command.addAll(java.util.List.of(arguments));
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no ip
    }
  }
}
