package dev.ingot.app;

import static dev.ingot.app.RackLab.BOOT;
import static dev.ingot.app.RackLab.RACK;
import static dev.ingot.app.RackLab.SPACE;
import static dev.ingot.app.RackLab.output;
import static dev.ingot.app.RackLab.ran;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.simulator.rack.Rack;
import dev.ingot.simulator.rack.RackSettings.Firmware;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Machines of QEMU with real firmware, set up as people do it: they are switched on beside another
 * DHCP server and become nodes of a server that runs here with no settings of its own.
 */
class RackIT {
  /** What a disk holds that says on the serial port that it was started from, and stops. */
  private static final byte[] DISK = bootSector("here is the disk\r\n");

  private static RackLab lab;

  @BeforeAll
  static void start() throws Exception {
    lab = RackLab.open();
  }

  @AfterAll
  static void stop() throws Exception {
    if (lab != null) {
      lab.close();
    }
  }

  @AfterEach
  void down() throws Exception {
    lab.clear();
  }

  @Test
  void aMachineWithTwoPortsBecomesANodeThenBootsItsDiskAndItsRackLeavesNothingBehind()
      throws Exception {
    lab.ingot(0, "rack", "up", "--name", RACK, "--ports", "2");
    JsonNode machine = lab.machines().path(0);
    assertThat(machine.path("state").asString()).isEqualTo("online");
    String mac = machine.path("mac").asString();
    String node = machine.path("node").asString();
    String second = mac.substring(0, mac.length() - 1) + "1";
    lab.awaitInventory(
        node,
        machine.path("serial").asString(),
        mac,
        second,
        "D0-" + RACK.toUpperCase(java.util.Locale.ROOT));
    everyPortIsUpAndOnlyTheOneThatBootedHasAnAddress(node, mac, second);
    Awaitility.await("its kernel's log is kept, and its ticket is not in it")
        .atMost(BOOT)
        .untilAsserted(
            () ->
                assertThat(lab.client().logs(Map.of("text", "ingot.ticket")).items().toString())
                    .contains("ingot.ticket=***")
                    .doesNotContainPattern("ingot.ticket=[A-Za-z0-9_]"));
    assertThat(lab.history(mac)).contains("dhcp-offered", "script-sent", "file-sent");
    assertThat(lab.ingot(3, "rack", "power", "7", "off", "--name", RACK))
        .contains("has no machine 7");

    Path disk = lab.data().resolve("racks/" + RACK + "/1/disk0");
    lab.client().boot().assign(node, JsonNodeFactory.instance.objectNode().put("profile", "disk"));
    lab.ingot(0, "rack", "power", "1", "off", "--name", RACK);
    assertThat(lab.ingot(0, "rack", "list", "--name", RACK)).contains("off");
    try (var channel = Files.newByteChannel(disk, java.nio.file.StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(DISK));
    }
    lab.ingot(0, "rack", "power", "1", "on", "--name", RACK);
    Rack rack = Objects.requireNonNull(Rack.find(RACK, lab.data()));
    Path console = rack.consoleLog(rack.settings().machine("1"));
    Awaitility.await("it starts from its disk")
        .atMost(BOOT)
        .untilAsserted(
            () ->
                assertThat(Files.readString(console, StandardCharsets.ISO_8859_1))
                    .contains("here is the disk"));
    assertThat(lab.client().boot().history(mac).toString()).contains("it boots its own disk");

    for (String pid : output("ip", "netns", "pids", SPACE).lines().toList()) {
      ran("kill", "-9", pid);
    }
    lab.ingot(0, "rack", "down", "--name", RACK);
    assertThat(output("ip", "netns", "list")).doesNotContain(SPACE);
    assertThat(output("ip", "link")).doesNotContain("ig-" + RACK);
    assertThat(lab.data().resolve("racks")).doesNotExist();
    assertThat(lab.running()).isEmpty();
    assertThat(lab.client().boot().networks().items()).isEmpty();
    assertThat(lab.ingot(3, "rack", "down", "--name", RACK)).contains("there is no rack " + RACK);
  }

  private static void everyPortIsUpAndOnlyTheOneThatBootedHasAnAddress(
      String node, String booted, String other) throws Exception {
    List<JsonNode> ports =
        lab.client().inventory(node).findParents("carrier").stream()
            .filter(port -> port.path("physical").asBoolean())
            .toList();
    // A port that is down has no carrier to read.
    assertThat(ports).hasSize(2).allMatch(port -> port.path("carrier").asBoolean());
    assertThat(ports)
        .filteredOn(port -> !port.path("address_info").isEmpty())
        .extracting(port -> port.path("address").asString())
        .containsExactly(booted);
    assertThat(Files.readString(lab.data().resolve("racks/" + RACK + "/leases")))
        .contains(booted)
        .doesNotContain(other);
  }

  @Test
  @Tag("long")
  void aMachineStartsAnewByRebootAndByKexecAndStaysTheNodeThatItIs() throws Exception {
    lab.ingot(0, "rack", "up", "--name", RACK);
    JsonNode machine = lab.machines().path(0);
    String mac = machine.path("mac").asString();
    String node = machine.path("node").asString();
    lab.awaitInventory(node);
    String first = boot(node);
    lab.ingot(0, "call", "reboot", "--on", node);
    String second = boot(node);
    assertThat(second).isNotEqualTo(first);

    theMachinesOwnBmcIsAskedByItsAgent(machine);
    long scripts = lab.history(mac).stream().filter("script-sent"::equals).count();
    String files = lab.client().boot().networks().items().getFirst().path("files").asString();
    for (String file : List.of("vmlinuz", "initrd.img")) {
      String url = "url=" + files + "images/microkernel/x86_64/" + file;
      lab.ingot(0, "call", "download", "--on", node, url, "path=/tmp/" + file);
    }
    // Its ticket is used up, and nobody asks the firmware for another one: it is the key that
    // counts.
    lab.ingot(0, "call", "kexec", "--on", node, "kernel=/tmp/vmlinuz", "initrd=/tmp/initrd.img");
    assertThat(boot(node)).isNotEqualTo(second);
    assertThat(lab.history(mac).stream().filter("script-sent"::equals)).hasSize((int) scripts);
    assertThat(lab.ingot(1, "call", "kexec", "--on", node, "kernel=/tmp/none"))
        .contains("/tmp/none");
  }

  private static void theMachinesOwnBmcIsAskedByItsAgent(JsonNode machine) throws Exception {
    String node = machine.path("node").asString();
    Awaitility.await("it can ask its BMC as soon as the driver is loaded")
        .atMost(BOOT)
        .untilAsserted(
            () ->
                assertThat(
                        lab.ingot(
                            0, "call", "ipmitool", "--on", node, "arguments:=[\"mc\",\"info\"]"))
                    .contains("IPMI Version"));
    assertThat(lab.ingot(1, "call", "ipmitool", "--on", node, "arguments:=[\"sel\",\"clear\"]"))
        .contains("allowed are");
    assertThat(lab.ingot(1, "call", "ipmitool", "--on", node, "arguments:=[\"sdr\",\"list\"]"))
        .contains("sensor repository is empty");
    lab.ingot(0, "call", "set_boot_order", "--on", node, "device=network", "by=bmc");
    if (ran("which", "ipmitool") == 0) {
      assertThat(ipmi(machine.path("bmc").asString(), "chassis", "bootparam", "get", "5"))
          .contains("Force PXE");
    }
  }

  private static String boot(String node) throws Exception {
    return lab.ingot(0, "exec", "--on", node, "--", "cat", "/proc/sys/kernel/random/boot_id")
        .strip();
  }

  @Test
  @Tag("long")
  void threeUefiMachinesBecomeNodesAndTheirBmcsSwitchThem() throws Exception {
    assumeTrue(
        Files.isReadable(Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd")), "UEFI: needs Debian's ovmf");
    assumeTrue(ran("which", "ipmitool") == 0, "asks BMCs: needs ipmitool");
    lab.ingot(0, "rack", "up", "--name", RACK, "--nodes", "3", "--uefi");
    JsonNode machines = lab.machines();
    assertThat(machines).hasSize(3).allMatch(one -> one.path("online").asBoolean());
    String bmc = machines.path(1).path("bmc").asString();
    assertThat(ipmi(bmc, "chassis", "power", "status")).contains("is on");
    ipmi(bmc, "chassis", "power", "off");
    assertThat(ipmi(bmc, "chassis", "power", "status")).contains("is off");
    assertThat(lab.ingot(0, "rack", "list", "--name", RACK, "-o", "csv")).contains("-2,", ",off,");
    ipmi(bmc, "chassis", "power", "on");
    assertThat(ipmi(bmc, "chassis", "power", "status")).contains("is on");
  }

  @ParameterizedTest
  @EnumSource(Firmware.class)
  @Tag("long")
  void aServerThatIsKilledInTheMiddleOfABootAndStartedAgainStillGetsItsNode(Firmware firmware)
      throws Exception {
    List<String> up = new ArrayList<>(List.of("rack", "up", "--name", RACK, "--no-wait"));
    if (firmware == Firmware.UEFI) {
      assumeTrue(
          Files.isReadable(Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd")),
          "UEFI: needs Debian's ovmf");
      up.add("--uefi"); // one: OVMF that finds nothing to boot stays in its shell
    } else {
      up.addAll(List.of("--nodes", "2"));
    }
    lab.ingot(0, up.toArray(String[]::new));
    String mac = lab.machines().path(0).path("mac").asString();
    Awaitility.await("one has its script")
        .atMost(BOOT)
        .until(() -> lab.history(mac).contains("script-sent"));
    lab.server().killHard();
    lab.server().close();
    lab.start();
    lab.awaitNodes(firmware == Firmware.UEFI ? 1 : 2, BOOT.multipliedBy(2));
  }

  @Test
  @Tag("long")
  void tenMachinesAtOnceBecomeNodes() throws Exception {
    lab.ingot(0, "rack", "up", "--name", RACK, "--nodes", "10", "--within", "1500");
    assertThat(lab.machines()).hasSize(10).allMatch(one -> one.path("online").asBoolean());
  }

  /**
   * Sixteen-bit code: writes the text to the first serial port, then halts. The offsets in it are
   * those of its own bytes.
   */
  private static byte[] bootSector(String text) {
    int[] code = {
      0xFA,
      0x31,
      0xC0,
      0x8E,
      0xD8,
      0xFC, // cli; ds = 0; forwards
      0xBE,
      0x17,
      0x7C,
      0xBA,
      0xF8,
      0x03, // si = the text at 7C17; dx = 3F8
      0xAC,
      0x84,
      0xC0,
      0x74,
      0x03,
      0xEE,
      0xEB,
      0xF8, // al = next; unless 0: out, again
      0xF4,
      0xEB,
      0xFD // halt
    };
    byte[] sector = new byte[512];
    for (int at = 0; at < code.length; at++) {
      sector[at] = (byte) code[at];
    }
    byte[] said = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(said, 0, sector, code.length, said.length);
    sector[510] = 0x55;
    sector[511] = (byte) 0xAA;
    return sector;
  }

  private static String ipmi(String address, String... command) throws Exception {
    List<String> all =
        new ArrayList<>(
            List.of("ipmitool", "-I", "lanplus", "-C", "3", "-U", "admin", "-P", "password"));
    all.addAll(List.of("-H", address));
    all.addAll(List.of(command));
    return output(all.toArray(String[]::new));
  }
}
