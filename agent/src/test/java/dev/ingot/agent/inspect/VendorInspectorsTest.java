package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class VendorInspectorsTest {
  @TempDir Path root;

  private FakeMachine adapter(String driver) {
    return new FakeMachine(root)
        .file("sys/bus/pci/devices/0000:03:00.0/class", "0x010400")
        .link("sys/bus/pci/devices/0000:03:00.0/driver", "sys/bus/pci/drivers/" + driver);
  }

  @Test
  void anAdapterIsAskedByItsVendorsTool() {
    Machine machine =
        adapter("hpsa")
            .tool("ssacli --version", "")
            .tool(
                "ssacli ctrl all show config detail",
                """
                Smart Array P420i in Slot 0 (Embedded)
                   Serial Number: 001438022006330
                   PCI Address (Domain:Bus:Device.Function): 0000:03:00.0
                   Array: A
                      Status: OK
                      Logical Drive: 1
                         Size: 279.4 GB
                         Fault Tolerance: 1
                         Status: OK
                      physicaldrive 1I:1:1
                         Serial Number: PMVXYSZB
                         Size: 300 GB
                         Status: OK
                """)
            .machine();
    Inspector.Findings findings = Catalogue.inspect(new RaidInspector(), machine);
    assertThat(findings.missing()).isNull();
    JsonNode raid = findings.content();
    assertThat(raid).hasSize(1);
    assertThat(raid.at("/0/serial").asString()).isEqualTo("001438022006330");
    assertThat(raid.at("/0/physical_drives/0/serial").asString()).isEqualTo("PMVXYSZB");
    assertThat(raid.at("/0/logical_drives/0/level").asString()).isEqualTo("RAID1");
  }

  @Test
  void aDriveOfAnAdapterWith24GigabitsSaysWhetherItWorks() {
    Machine machine =
        adapter("mpi3mr")
            .tool("storcli64 --version", "")
            .tool("perccli2 --version", "")
            .tool(
                "perccli2 /call/eall/sall show all J",
                "{\"Controllers\":[{\"Command Status\":{\"Controller\":\"0\","
                    + "\"Status\":\"Success\"},\"Response Data\":{\"Drives List\":[{"
                    + "\"Drive Information\":{\"EID:Slt\":\"310:2\",\"PID\":4,"
                    + "\"State\":\"Conf\",\"Status\":\"Failed\"}}]}}]}")
            .machine();
    JsonNode raid = Catalogue.inspect(new RaidInspector(), machine).content();
    assertThat(raid.at("/0/tool").asString()).isEqualTo("perccli2");
    assertThat(raid.at("/0/physical_drives/0/state").asString()).isEqualTo("Conf, Failed");
  }

  @Test
  void drivesWithoutAnEnclosureAreAskedFor() {
    Machine machine =
        adapter("mpt3sas")
            .tool("storcli64 --version", "")
            .tool(
                "storcli64 /call/eall/sall show all J",
                "{\"Controllers\":[{\"Command Status\":{\"Controller\":0,"
                    + "\"Status\":\"Failure\",\"Description\":\"No drive found!\"}}]}")
            .tool(
                "storcli64 /call/sall show all J",
                "{\"Controllers\":[{\"Command Status\":{\"Controller\":0,"
                    + "\"Status\":\"Success\"},\"Response Data\":{\"Drive /c0/s3\":[{"
                    + "\"EID:Slt\":\" :3\",\"DID\":4,\"State\":\"JBOD\"}],"
                    + "\"Drive /c0/s3 - Detailed Information\":{"
                    + "\"Drive /c0/s3 Device attributes\":{\"SN\":\" S0003\"}}}}]}")
            .machine();
    JsonNode raid = Catalogue.inspect(new RaidInspector(), machine).content();
    assertThat(raid.at("/0/physical_drives")).hasSize(1);
    assertThat(raid.at("/0/physical_drives/0/slot").asLong()).isEqualTo(3);
    assertThat(raid.at("/0/physical_drives/0/serial").asString()).isEqualTo("S0003");
  }

  @Test
  void anAdapterWithoutItsToolIsThereWithTheReason() {
    Inspector.Findings findings =
        Catalogue.inspect(new RaidInspector(), adapter("megaraid_sas").machine());
    assertThat(findings.missing()).contains("storcli").contains("none of them is installed");
    assertThat(findings.content().at("/0/pci_slot").asString()).isEqualTo("0000:03:00.0");
  }

  @Test
  void aDiskInStandbyIsLeftAsleep() {
    Machine machine =
        new FakeMachine(root)
            .file("sys/devices/pci0000:00/ata1/host0/block/sda/size", "2048")
            .link("sys/block/sda", "sys/devices/pci0000:00/ata1/host0/block/sda")
            .tool("smartctl --version", "")
            .tool(
                "smartctl -n standby -j -i -H -A /dev/sda",
                "{\"smartctl\":{\"messages\":[{\"string\":\"Device is in STANDBY mode,"
                    + " exit(2)\"}]}}")
            .machine();
    JsonNode smart = Catalogue.inspect(new SmartInspector(), machine).content();
    assertThat(smart.toString())
        .isEqualTo("[{\"device\":\"/dev/sda\",\"power_mode\":\"standby\"}]");
  }

  @Test
  void aMachineWithoutABmcSaysSoAndOneWithHasItsFacts() {
    assertThatThrownBy(() -> new BmcInspector().inspect(new FakeMachine(root).machine()))
        .isInstanceOf(InspectionFailed.class);
    Machine machine =
        new FakeMachine(root)
            .file("dev/ipmi0", "")
            .tool("ipmitool mc info", "Firmware Revision : 1.17\nIPMI Version : 2.0\n")
            .tool(
                "ipmitool lan print 2",
                "Set in Progress : Set Complete\nIP Address Source : DHCP Address\n"
                    + "IP Address : 10.0.0.9\nMAC Address : 00:11:22:33:44:55\n"
                    + "SNMP Community String : hidden\n")
            .machine();
    JsonNode bmc = Catalogue.inspect(new BmcInspector(), machine).content();
    assertThat(bmc.at("/system/firmware").asString()).isEqualTo("1.17");
    assertThat(bmc.at("/network/0/channel").asInt()).isEqualTo(2);
    assertThat(bmc.at("/network/0/address").asString()).isEqualTo("10.0.0.9");
    assertThat(bmc.toString()).doesNotContain("hidden");
  }

  /** For sensors and parts ipmitool would clear an empty repository and fill it. */
  @Test
  void anEmptySensorRepositoryIsNotWritten() {
    FakeMachine fake =
        new FakeMachine(root)
            .file("dev/ipmi0", "")
            .tool("ipmitool mc info", "Firmware Revision : 1.17\nIPMI Version : 2.0\n")
            .tool("ipmitool fru print", "FRU Device Description : Builtin (ID 0)\n Board Mfg : A\n")
            .tool("ipmitool sdr elist full", "FAN1 | 41h | ok | 7.1 | 5400 RPM\n");
    Inspector bmc = new BmcInspector();
    assertThat(Catalogue.inspect(bmc, fake.machine()).content().has("sensors")).isTrue();
    fake.tool("ipmitool sdr info", "SDR Version : 0x51\nRecord Count : 12\n");
    assertThat(Catalogue.inspect(bmc, fake.machine()).content().has("sensors")).isTrue();
    fake.tool("ipmitool sdr info", "SDR Version : 0x51\nRecord Count : 0\n");
    Inspector.Findings found = bmc.inspect(fake.machine());
    assertThat(found.content().has("fru")).isFalse();
    assertThat(found.content().has("sensors")).isFalse();
    assertThat(found.missing()).contains("sensor repository is empty");
  }

  @Test
  void poolsOfZfsHaveTheirDevices() {
    Machine machine =
        new FakeMachine(root)
            .file("sys/module/zfs/version", "2.2.2")
            .tool(
                "zpool list -Hp -o name,guid,health,size,allocated,free,ashift",
                "tank\t123\tDEGRADED\t1000\t10\t990\t12\n")
            .tool(
                "zpool status -LP",
                "  pool: tank\n state: DEGRADED\nconfig:\n\n\tNAME STATE READ WRITE CKSUM\n"
                    + "\ttank DEGRADED 0 0 0\n\t  mirror-0 DEGRADED 0 0 0\n"
                    + "\t    /dev/sda1 ONLINE 0 0 0\n\t    /dev/sdb1 FAULTED 3 1 0\n\n"
                    + "errors: No known data errors\n")
            .machine();
    JsonNode zfs = Catalogue.inspect(new ZfsInspector(), machine).content();
    assertThat(zfs.at("/0/health").asString()).isEqualTo("DEGRADED");
    assertThat(zfs.at("/0/devices")).hasSize(3);
    assertThat(zfs.at("/0/devices/2/read_errors").asInt()).isEqualTo(3);
  }
}
