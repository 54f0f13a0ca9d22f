package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.MercuryId;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class InterfacesInspectorTest {
  private static final String IP = "ip -j -d address show";
  private static final String INSTALL_ID = "5f1c9e0b7a3d42688c0f6be2914d7a50c3b8e6f1";

  @TempDir Path root;

  @Test
  void aPortOnTheBoardIsDescribedWhole() {
    JsonNode port = inspect(rack()).content().get(0);
    assertThat(port.toString())
        .isEqualTo(
            "{\"devname\":\"eno1\",\"address\":\"38:63:bb:3f:4b:f4\",\"permanent_address\":\"38:63:bb:3f:4b:f4\","
                + "\"address_assignment\":\"permanent\",\"physical\":true,\"embedded\":true,\"carrier\":true,"
                + "\"speed\":10000,\"duplex\":\"full\",\"mtu\":1500,\"dev_port\":0,\"driver\":\"tg3\","
                + "\"pci_slot\":\"0000:02:00.0\",\"pci_class\":\"20000\",\"pci_id\":\"14E4:1657\","
                + "\"pci_subsystem_id\":\"103C:169D\",\"vendor_name\":\"Broadcom\",\"model_name\":\"NetXtreme\","
                + "\"predictable_names\":{\"biosdevname\":\"em1\",\"systemd_udev\":\"enp2s0f0\","
                + "\"systemd_onboard\":\"eno1\",\"systemd_mac\":\"enx3863bb3f4bf4\",\"systemd_slot\":\"ens4f0\"},"
                + "\"address_info\":[{\"addr\":\"192.0.2.2\",\"netmask\":\"255.255.254.0\",\"prefix\":23,\"broadcast\":\"192.0.3.255\"}],"
                + "\"address_info_v6\":[{\"addr\":\"fd00::2\",\"prefix\":64,\"scope\":\"global\"}]}");
  }

  @Test
  void interfacesAreInTheOrderThatTheKernelMetThem() {
    assertThat(inspect(rack()).content().valueStream().map(port -> port.get("devname").asString()))
        .containsExactly("eno1", "ens1", "ens1v0", "bond0", "br0");
  }

  @Test
  void aMemberOfABondKeepsThePermanentMacItHad() {
    JsonNode member = inspect(rack()).content().get(1);
    assertThat(member.get("address").asString()).isEqualTo("38:63:bb:3f:4b:f4");
    assertThat(member.get("permanent_address").asString()).isEqualTo("38:63:bb:99:00:01");
    assertThat(member.has("speed")).as("no link, no speed").isFalse();
    assertThat(member.get("carrier").asBoolean()).isFalse();
  }

  @Test
  void softwareDevicesAndVirtualFunctionsAreNotPhysical() {
    JsonNode ports = inspect(rack()).content();
    assertThat(ports.get(2).get("physical").asBoolean()).as("virtual function").isFalse();
    assertThat(ports.get(3).get("physical").asBoolean()).as("bond").isFalse();
    assertThat(ports.get(3).get("kind").asString()).isEqualTo("bond");
  }

  @Test
  void udevsOwnNamesWinOverComputedOnes() {
    FakeMachine machine =
        rack().file("run/udev/data/n2", "I:123\nE:ID_NET_NAME_PATH=enp2s0f0np0\nE:OTHER=1");
    assertThat(inspect(machine).content().get(0).get("predictable_names").toString())
        .isEqualTo("{\"biosdevname\":\"em1\",\"systemd_udev\":\"enp2s0f0np0\"}");
  }

  @Test
  void withoutIpOrLspciTheRestIsThereAndTheReasonIsSaid() {
    FakeMachine machine = ports(new FakeMachine(root));
    Inspector.Findings findings = inspect(machine);
    assertThat(findings.content().size()).isEqualTo(5);
    assertThat(findings.content().get(0).has("address_info")).isFalse();
    assertThat(findings.missing())
        .contains("ip is not installed")
        .contains("lspci is not installed");
  }

  @Test
  void theIdentityIsThatOfThePermanentMacsOnTheBoard() {
    IdentityFacts facts =
        new IdentityReader(rack().machine(), UuidCase.UPPER).read().withInstallId(INSTALL_ID);
    assertThat(MercuryId.of(facts).value()).isEqualTo("00bb5644ba1c830a3b9ab9dedcd8f516b2075a7cd6");
  }

  @Test
  void aPortWhoseMacWasChangedAndCannotBeAskedForLeavesNoWeakerIdBehind() {
    FakeMachine machine = ports(new FakeMachine(root)).file("proc/net/bonding/bond0", "");
    IdentityFacts facts =
        new IdentityReader(machine.machine(), UuidCase.UPPER).read().withInstallId(INSTALL_ID);
    assertThat(facts.unreadable()).containsExactly("ports");
    assertThat(MercuryId.of(facts).value()).isEqualTo("0f" + INSTALL_ID);
  }

  @Test
  void theUuidIsHashedInUpperCaseUnlessAskedOtherwise() {
    FakeMachine machine =
        new FakeMachine(root)
            .file("sys/class/dmi/id/product_uuid", "37313930-3631-5443-3531-4e5239393532");
    assertThat(MercuryId.of(new IdentityReader(machine.machine(), UuidCase.UPPER).read()).value())
        .isEqualTo("0110a1628669e487f48b3f8de13bebeafe2933c875");
    assertThat(MercuryId.of(new IdentityReader(machine.machine(), UuidCase.AS_READ).read()).value())
        .isEqualTo("013c16030373937262a32e831ff18c941b6481ded8");
  }

  @Test
  void aUuidThatCannotBeReadIsSaidToBeUnreadable() {
    FakeMachine machine = new FakeMachine(root).unreadable("sys/class/dmi/id/product_uuid");
    IdentityFacts facts =
        new IdentityReader(machine.machine(), UuidCase.UPPER).read().withInstallId(INSTALL_ID);
    assertThat(facts.unreadable()).containsExactly("product_uuid");
    assertThat(MercuryId.derive(facts).reason()).contains("product_uuid");
  }

  private FakeMachine rack() {
    return ports(new FakeMachine(root))
        .tool(
            "lspci -D -vmm",
            "Slot:\t0000:02:00.0\n"
                + "Class:\tEthernet controller\n"
                + "Vendor:\tBroadcom\n"
                + "Device:\tNetXtreme\n")
        .tool(
            IP,
            """
            [{"ifindex":1,"ifname":"lo","addr_info":[]},
             {"ifindex":2,"ifname":"eno1","addr_info":[
               {"family":"inet","local":"192.0.2.2","prefixlen":23,"broadcast":"192.0.3.255","label":"eno1"},
               {"family":"inet6","local":"fd00::2","prefixlen":64,"scope":"global"},
               {"family":"inet6","local":"fd00::77","prefixlen":64,"scope":"global","temporary":true}]},
             {"ifindex":3,"ifname":"ens1","permaddr":"38:63:BB:99:00:01","addr_info":[{}]},
             {},
             {"ifindex":5,"ifname":"bond0","linkinfo":{"info_kind":"bond"},"addr_info":[]}]
            """);
  }

  private static FakeMachine ports(FakeMachine machine) {
    String pci = "sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0";
    port(machine, "lo", 1, "00:00:00:00:00:00", 0, null).file("sys/class/net/lo/type", "772");
    port(machine, "eno1", 2, "38:63:bb:3f:4b:f4", 0, pci)
        .file("sys/class/net/eno1/carrier", "1")
        .file("sys/class/net/eno1/speed", "10000")
        .file("sys/class/net/eno1/duplex", "full")
        .link("sys/bus/pci/devices/0000:02:00.0", pci)
        .link(pci + "/driver", "sys/bus/pci/drivers/tg3")
        .file(pci + "/index", "1")
        .file(
            pci + "/config", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0x80, 0})
        .file(
            pci + "/uevent",
            "DRIVER=tg3\nPCI_CLASS=20000\nPCI_ID=14E4:1657\nPCI_SUBSYS_ID=103C:169D")
        .file("sys/bus/pci/slots/4/address", "0000:02:00");
    port(machine, "ens1", 3, "38:63:bb:3f:4b:f4", 3, "sys/devices/pci0000:00/0000:03:00.0")
        .file("sys/class/net/ens1/carrier", "0")
        .file("sys/class/net/ens1/speed", "-1");
    String function = "sys/devices/pci0000:00/0000:03:00.2";
    port(machine, "ens1v0", 4, "38:63:bb:99:00:02", 0, function)
        .link(function + "/physfn", "sys/devices/pci0000:00/0000:03:00.0");
    port(machine, "bond0", 5, "38:63:bb:3f:4b:f4", 2, null);
    port(machine, "br0", 6, "38:63:bb:3f:4b:f4", 3, null);
    return machine
        .file("sys/class/net/bonding_masters", "bond0")
        .file(
            "proc/net/bonding/bond0",
            "Ethernet Channel Bonding Driver: v6\n\n"
                + "Slave Interface: ens1\n"
                + "MII Status: up\n"
                + "Permanent HW addr: 38:63:bb:99:00:01\n");
  }

  private static FakeMachine port(
      FakeMachine machine, String name, int index, String mac, int assignment, String device) {
    String folder = "sys/class/net/" + name;
    machine
        .file(folder + "/ifindex", "" + index)
        .file(folder + "/address", mac)
        .file(folder + "/addr_assign_type", "" + assignment)
        .file(folder + "/type", "1")
        .file(folder + "/mtu", "1500")
        .file(folder + "/dev_port", "0");
    return device == null ? machine : machine.link(folder + "/device", device);
  }

  private static Inspector.Findings inspect(FakeMachine machine) {
    return Catalogue.inspect(new InterfacesInspector(), machine.machine());
  }
}
