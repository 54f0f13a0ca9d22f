package dev.ingot.app;

import static dev.ingot.app.RackLab.BOOT;
import static dev.ingot.app.RackLab.RACK;
import static dev.ingot.app.RackLab.SPACE;
import static dev.ingot.app.RackLab.output;
import static dev.ingot.app.RackLab.ran;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.core.Json;
import dev.ingot.simulator.rack.Rack;
import dev.ingot.simulator.rack.RackMachine;
import dev.ingot.simulator.rack.RackSettings;
import dev.ingot.simulator.rack.RackSettings.Disk;
import dev.ingot.simulator.rack.RackSettings.Firmware;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
import tools.jackson.databind.node.ObjectNode;

/**
 * Machines of QEMU beside ISC's DHCP server, with addresses of our own, and by UEFI's HTTP boot.
 */
@Tag("long")
class NetworkBootIT {
  private static final String CABLE = "ig-" + RACK;

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

  @ParameterizedTest
  @EnumSource(Firmware.class)
  void aMachineThatIscDhcpdGivesItsAddressBecomesANode(Firmware firmware) throws Exception {
    assumeTrue(ran("which", "dhcpd") == 0, "needs Debian's isc-dhcp-server");
    Rack rack = lay(firmware);
    String subnet = rack.settings().subnet();
    Path configuration = lab.data().resolve("dhcpd.conf");
    Files.writeString(
        configuration,
        """
        authoritative;
        default-lease-time 600;
        subnet %s.0 netmask 255.255.255.0 { range %s.50 %s.60; }
        """
            .formatted(subnet, subnet, subnet));
    Path leases = Files.write(lab.data().resolve("dhcpd.leases"), new byte[0]);
    output(
        "ip",
        "netns",
        "exec",
        SPACE,
        "dhcpd",
        "-4",
        "-q",
        "-cf",
        configuration.toString(),
        "-lf",
        leases.toString(),
        "-pf",
        lab.data().resolve("dhcpd.pid").toString(),
        "br0");
    answerOnTheCable();
    rack.start();
    lab.awaitNodes(1, BOOT);
    assertThat(Files.readString(leases)).contains(rack.settings().machine("1").mac(0));
    inventoryIsWhole(rack.settings().machine("1"));
  }

  @ParameterizedTest
  @EnumSource(Firmware.class)
  void aMachineThatWeGiveAnAddressOfARangeBecomesANode(Firmware firmware) throws Exception {
    Rack rack = lay(firmware);
    String subnet = rack.settings().subnet();
    Path configuration = lab.data().resolve("range.yaml");
    Files.writeString(
        configuration,
        """
        http: {host: 0.0.0.0, insecure: true}
        netboot:
          networks:
            %s:
              network-interface: %s
              dhcp: {mode: range, ranges: [%s.50-%s.60]}
        """
            .formatted(RACK, CABLE, subnet, subnet));
    lab.server().stop();
    lab.server().close();
    lab.start("--config", configuration.toString());
    try {
      lab.client().setBootNetwork(RACK, "auto");
      rack.start();
      lab.awaitNodes(1, BOOT);
      RackMachine machine = rack.settings().machine("1");
      inventoryIsWhole(machine);
      JsonNode leases = Json.read(lab.ingot(0, "boot", "leases", "-o", "json"));
      assertThat(leases.toString())
          .contains(machine.mac(0))
          .containsPattern("\"" + subnet.replace(".", "\\.") + "\\.(5[0-9]|60)\"");
      assertThat(leases).as("firmware, iPXE and the microkernel have one address").hasSize(1);
      assertThat(leases.path(0).path("node").asString())
          .isEqualTo(lab.machines().path(0).path("node").asString());
      assertThat(lab.history(machine.mac(0)))
          .contains("dhcp-offered", "dhcp-acknowledged", "script-sent");
    } finally {
      lab.clear();
      lab.server().stop();
      lab.server().close();
      lab.start();
    }
  }

  /** The node itself says which of its firmware's boot entries is next. */
  @Test
  void firmwareThatBootsByHttpLoadsIpxeFromTheFilesAndBecomesANode() throws Exception {
    assumeTrue(ran("which", "efibootmgr") == 0, "the image needs Debian's efibootmgr");
    lab.ingot(0, "rack", "up", "--name", RACK, "--uefi");
    String node = lab.machines().path(0).path("node").asString();
    String mac = lab.machines().path(0).path("mac").asString();
    lab.awaitInventory(node);
    lab.ingot(
        0,
        "exec",
        "--on",
        node,
        "--",
        "sh",
        "-c",
        "efibootmgr -n $(efibootmgr | sed -n 's/^Boot\\([0-9A-F]*\\).* UEFI HTTPv4.*/\\1/p')");
    lab.ingot(0, "rack", "power", "1", "reset", "--name", RACK);
    Rack rack = Objects.requireNonNull(Rack.find(RACK, lab.data()));
    Path console = rack.consoleLog(rack.settings().machine("1"));
    Awaitility.await("it loads its first file by HTTP")
        .atMost(BOOT)
        .untilAsserted(
            () ->
                assertThat(lab.client().boot().history(mac).toString())
                    .contains("/files/snponly.efi\"", "HTTP /snponly.efi sent"));
    lab.awaitNodes(1, BOOT);
    assertThat(Files.readString(console, StandardCharsets.ISO_8859_1)).contains("Start HTTP Boot");
  }

  /** Its profile says where the broker is; whoever asks is a program of RabbitMQ's client. */
  @Test
  void theMicrokernelAnswersWhatUrsHeadNodeAsksWhereItsProfileNamesABroker() throws Exception {
    Rack rack = Rack.lay(settings(Firmware.BIOS, true), lab.data());
    RackMachine machine = rack.settings().machine("1");
    ObjectNode profile = (ObjectNode) lab.client().boot().profile("microkernel").deepCopy();
    profile.remove(List.of("name", "shipped", "version"));
    try (EmbeddedBroker broker = EmbeddedBroker.start(0, "secret7");
        Relay relay =
            new Relay(
                InetAddress.getByName(rack.settings().gateway()),
                List.of(URI.create(broker.url()).getPort()));
        UrHeadNode head = new UrHeadNode(broker.url())) {
      String url = "amqp://ingot:secret7@" + rack.settings().gateway() + ":" + relay.port() + "/";
      profile.put("arguments", profile.path("arguments").asString() + " ingot.ur=" + url);
      lab.client().boot().putProfile("microkernel", profile);
      answerOnTheCable();
      rack.start();
      lab.awaitNodes(1, BOOT);
      head.hears("ur.startup." + machine.uuid());
      head.says(
          "ur.execute." + machine.uuid() + ".0badcafe",
          "{\"type\": \"script\", \"script\": \"#!/bin/sh\\nhostname; exit 3\"}");
      String hostname = "ingot-" + machine.mac(0).replace(":", "");
      assertThat(Json.read(head.hears("ur.execute-reply." + machine.uuid() + ".0badcafe")))
          .isEqualTo(
              Json.read(
                  "{\"exit_status\": 3, \"stdout\": \"%s\\n\", \"stderr\": \"\"}"
                      .formatted(hostname)));
      Awaitility.await("its kernel's log is kept, and no secret is in it")
          .atMost(BOOT)
          .untilAsserted(
              () ->
                  assertThat(lab.client().logs(Map.of("text", "ingot.ticket")).items().toString())
                      .contains("ingot.ur=amqp://***@")
                      .doesNotContain("secret7"));
    } finally {
      lab.client().boot().deleteProfile("microkernel");
    }
  }

  private static void answerOnTheCable() {
    lab.client().setBootNetwork(RACK, "auto");
    lab.client()
        .boot()
        .openNetwork(
            RACK,
            Json.MAPPER.createObjectNode().put("networkInterface", CABLE).put("insecure", true));
  }

  private static RackSettings settings(Firmware firmware, boolean dhcp) {
    List<Disk> disks = List.of(Disk.of("virtio:1G"));
    return new RackSettings(RACK, Rack.freeSubnet(), 1, firmware, 768, 2, disks, false, dhcp);
  }

  private static Rack lay(Firmware firmware) {
    assumeTrue(
        firmware == Firmware.BIOS || Files.isReadable(Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd")),
        "UEFI: needs Debian's ovmf");
    return Rack.lay(settings(firmware, false), lab.data());
  }

  private static void inventoryIsWhole(RackMachine machine) throws Exception {
    lab.awaitInventory(
        lab.machines().path(0).path("node").asString(),
        machine.serial(),
        machine.mac(0),
        machine.mac(1),
        machine.diskSerial(0));
  }
}
