package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** lshw where lines are broken, a name is missing, or a class alone does not tell what it is. */
class FormsOfListedHardwareTest {
  private static JsonNode lshw(String text) throws ParseFailure {
    return Parsers.parse("lshw", text).facts();
  }

  @Test
  void linesBrokenAtATerminalsWidthAndAMachineWithoutTheNameOfItsHostAreWhole()
      throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "lshw",
            """
                description: Rack Mount Chassis
                product: Beispiel 320
                vendor: Muster
                serial: B320
                configuration: boot=normal chassis=rackmount uuid=01020304-0506-0708-090a-0b
            0c0d0e0f10
              *-core
                   description: Motherboard
                   physical id: 0
                 *-network
                      description: Ethernet interface
                      product: Gigabit Ethernet
                      physical id: 4
                      bus info: pci@0000:05:04.0
                      logical name: eth0
                      serial: 02:00:00:00:00:31
                      capacity: 1GB/s
                      capabilities: pcix pm vpd msi bus_master cap_list ethernet tp autonego
            tiation
                      configuration: autonegotiation=on broadcast=yes mingnt=64 driver=abcd1
            000 duplex=full firmware=5714-v3.24 ip=192.0.2.31 link=yes multicast=yes port=tw
            isted pair speed=1GB/s
            """);
    assertThat(parsed.notUnderstood()).isEmpty();
    JsonNode system = parsed.facts().path("system");
    assertThat(system.path("product").asString("")).isEqualTo("Beispiel 320");
    assertThat(system.path("uuid").asString("")).isEqualTo("01020304-0506-0708-090a-0b0c0d0e0f10");
    JsonNode adapter = parsed.facts().at("/network/0");
    assertThat(adapter.path("driver").asString("")).isEqualTo("abcd1000");
    assertThat(adapter.path("firmware").asString("")).isEqualTo("5714-v3.24");
    assertThat(adapter.path("address").asString("")).isEqualTo("192.0.2.31");
    assertThat(adapter.path("link").asBoolean()).isTrue();
    assertThat(adapter.path("capacity_bits_per_second").asLong()).isEqualTo(1_000_000_000L);
  }

  @Test
  void aPieceWhoseHeadWasCutOffIsNotTheMachine() throws ParseFailure {
    Parsed parsed =
        Parsers.parse(
            "lshw",
            """
                 description: Ethernet interface
                 product: Gigabit Ethernet
                 physical id: 4
              *-network:1
                 description: Ethernet interface
                 logical name: eth1
            """);
    assertThat(parsed.facts().has("system")).isFalse();
    assertThat(parsed.facts().at("/counts/network").asInt()).isEqualTo(1);
    assertThat(parsed.notUnderstood()).hasSize(3);
  }

  @Test
  void whatVirtioShowsIsOneAdapterAndADiskInEveryForm() throws ParseFailure {
    JsonNode full =
        lshw(
            """
            vm
                description: Computer
              *-core
                 *-network
                      description: Ethernet controller
                      product: Virtio network device
                      bus info: pci@0000:00:03.0
                      configuration: driver=virtio-pci latency=0
                    *-virtio0
                         description: Ethernet interface
                         bus info: virtio@0
                         logical name: ens3
                         serial: 02:00:00:00:00:03
                         configuration: driver=virtio_net ip=192.0.2.3 link=yes
                 *-scsi
                      description: SCSI storage controller
                      product: Virtio block device
                      bus info: pci@0000:00:05.0
                    *-virtio1
                         description: Virtual I/O device
                         bus info: virtio@1
                         logical name: /dev/vda
                         size: 20GiB (21GB)
                 *-bridge
                      description: Ethernet interface
                      product: On Board Ethernet
                      bus info: pci@0000:00:07.0
                      logical name: eth9
                      serial: 02:00:00:00:00:09
                 *-bridge:1
                      description: PCI bridge
            """);
    assertThat(full.at("/counts/network").asInt()).isEqualTo(2);
    JsonNode adapter = full.at("/network/0");
    assertThat(adapter.path("bus").asString("")).isEqualTo("pci@0000:00:03.0");
    assertThat(adapter.path("product").asString("")).isEqualTo("Virtio network device");
    assertThat(adapter.path("mac").asString("")).isEqualTo("02:00:00:00:00:03");
    assertThat(adapter.path("driver").asString("")).isEqualTo("virtio_net");
    assertThat(adapter.at("/logical_names/0").asString("")).isEqualTo("ens3");
    assertThat(full.at("/network/1/logical_names/0").asString("")).isEqualTo("eth9");
    assertThat(full.at("/disks/0/size_bytes").asLong()).isEqualTo(20L << 30);
    JsonNode buses =
        lshw(
            """
            Bus info          Device      Class          Description
            ========================================================
            pci@0000:00:03.0              network        Virtio network device
            virtio@0          ens3        network        Ethernet interface
            pci@0000:00:04.0  ens4        network        Gigabit Network Device
            """);
    assertThat(buses.at("/counts/network").asInt()).isEqualTo(2);
    assertThat(buses.at("/network/0/logical_names/0").asString("")).isEqualTo("ens3");
    JsonNode paths =
        lshw(
            """
            H/W path        Device      Class          Description
            ======================================================
            /0/100/3                    network        Virtio network device
            /0/100/3/0      ens3        network        Ethernet interface
            /0/100/4                    network        Unused Ethernet Controller
            /0/100/5/0      /dev/vda    generic        Virtual I/O device
            /0/7            eth9        bridge         On Board Ethernet
            /0/8            /dev/mmcblk0 generic       64GB
            """);
    assertThat(paths.at("/counts/network").asInt()).isEqualTo(3);
    assertThat(paths.at("/network/0/logical_names/0").asString("")).isEqualTo("ens3");
    assertThat(paths.at("/counts/disks").asInt()).isEqualTo(2);
  }

  @Test
  void theShortFormsDrivesMediaSensorsAndHelpersAreNoDisksAndNoProcessors() throws ParseFailure {
    JsonNode facts =
        lshw(
            """
            H/W path           Device       Class          Description
            ==========================================================
            /0/3                            processor      Beispiel 9 Quad-Core Processor
            /0/1.3                          processor      AB78 Co-Processor
            /0/1/0.0.0         /dev/sda     disk           1TB ABC 1
            /0/2/0.0.0         /dev/cdrom   disk           DVDRAM 5
            /0/2/0.0.0/0       /dev/cdrom   disk
            /0/3/0.0.0         /dev/sdb     disk           SD/MMC
            /0/3/0.0.0/0       /dev/sdb     disk           15GB
            /0/100/1d/0/0      hwmon0       disk           NVMe disk
            /0/100/1d/0/1      /dev/ng0n1   disk           NVMe disk
            /0/100/1d/0/2      /dev/nvme0n1 disk           512GB NVMe disk
            """);
    assertThat(facts.at("/counts/processors").asInt()).isEqualTo(1);
    assertThat(facts.at("/counts/disks").asInt()).isEqualTo(3);
    assertThat(facts.at("/disks/2/logical_names/0").asString("")).isEqualTo("/dev/nvme0n1");
    assertThat(
            lshw("[{\"id\":\"processor\",\"class\":\"processor\",\"businfo\":\"pci@0000:00:01.3\"},"
                    + "{\"id\":\"cpu\",\"class\":\"processor\",\"businfo\":\"cpu@0\","
                    + "\"configuration\":{\"microcode\":\"4294967295\"}}]")
                .path("processors")
                .toString())
        .isEqualTo("[{\"id\":\"cpu\",\"bus\":\"cpu@0\"}]");
  }

  @Test
  void headsMayHaveLostTheirMarksOrBeCutOffAndLinesMayEndInADollar() throws ParseFailure {
    String adapter =
        """
                 description: Ethernet interface
                 product: ABC 5 Ethernet
                 physical id: 7
                 bus info: pci@0000:00:07.0
                 logical name: eth2
                 configuration: broadcast=yes driver=abc driverversion=0.64 dupl$
        """;
    JsonNode alone = lshw(adapter);
    assertThat(alone.at("/counts/network").asInt()).isEqualTo(1);
    assertThat(alone.at("/network/0/driver_version").asString("")).isEqualTo("0.64");
    assertThat(alone.has("system")).isFalse();
    JsonNode marksLost =
        lshw(
            "host5\n"
                + "    description: Computer\n"
                + "    product: Beispiel\n"
                + "  core\n"
                + "       description: Motherboard\n"
                + "       physical id: 0\n"
                + "     network:1 DISABLED\n"
                + adapter
                + "     pnp00:00\n          product: PnP device\n          physical id: 1\n");
    assertThat(marksLost.at("/system/id").asString("")).isEqualTo("host5");
    assertThat(marksLost.at("/system/product").asString("")).isEqualTo("Beispiel");
    assertThat(marksLost.at("/counts/nodes").asInt()).isEqualTo(4);
    assertThat(marksLost.at("/network/0/id").asString("")).isEqualTo("network:1");
  }
}
