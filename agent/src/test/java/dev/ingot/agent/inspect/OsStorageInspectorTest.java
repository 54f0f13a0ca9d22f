package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class OsStorageInspectorTest {
  private static final String LSBLK =
      "lsblk -J -b -o"
          + " NAME,KNAME,TYPE,MODEL,SERIAL,WWN,TRAN,PTTYPE,PARTUUID,PARTLABEL,PARTTYPE,FSTYPE";

  @TempDir Path root;

  @Test
  void aSataDiskIsDescribedFromSysfsAndByLsblk() {
    FakeMachine machine =
        sata()
            .tool(
                LSBLK,
                """
                {"blockdevices":[{"name":"sda","kname":"sda","model":"Samsung SSD 860 EVO 500GB","serial":"other",
                  "wwn":"0x5002538e00000000","pttype":"dos","children":[
                    {"name":"sda1","kname":"sda1","partuuid":"00061fe0-01","partlabel":null,"parttype":"0x83"}]}]}
                """);
    Inspector.Findings findings = inspect(machine);
    assertThat(findings.missing()).isNull();
    assertThat(findings.content().get(0).toString())
        .isEqualTo(
            "{\"device\":\"/dev/sda\",\"model\":\"Samsung SSD 860 EVO"
                + " 500GB\",\"firmware\":\"1B6Q\","
                + "\"serial\":\"S3Z2NB0K\",\"wwn\":\"0x5002538e40a1b2c3\",\"size\":500107862016,"
                + "\"sector_size\":{\"logical\":512,\"physical\":4096},\"rotational\":false,\"media_type\":\"ssd\","
                + "\"transport\":\"sata\",\"removable\":false,\"read_only\":false,\"pci_slot\":\"0000:00:17.0\",\"hctl\":\"0:0:0:0\","
                + "\"partition_table\":\"msdos\",\"partitions\":[{\"device\":\"/dev/sda1\",\"number\":1,"
                + "\"start\":1048576,\"size\":536870912,\"uuid\":\"00061fe0-01\",\"type\":\"0x83\"},"
                + "{\"device\":\"/dev/sda10\",\"number\":10,\"start\":1073741824,\"size\":512}]}");
  }

  @Test
  void withoutLsblkTheDiskIsThereAndTheReasonIsSaid() {
    Inspector.Findings findings = inspect(sata());
    JsonNode disk = findings.content().get(0);
    assertThat(disk.get("model").asString()).isEqualTo("Samsung SSD 860");
    assertThat(disk.get("serial").asString()).isEqualTo("S3Z2NB0K");
    assertThat(disk.has("partition_table")).isFalse();
    assertThat(findings.missing()).contains("lsblk is not installed");
  }

  @Test
  void whatIsNoDiskIsLeftOut() {
    FakeMachine machine = new FakeMachine(root);
    for (String name : new String[] {"loop0", "ram0", "zram0", "dm-0", "md127"}) {
      disk(machine, name, "sys/devices/virtual/block/" + name, 1000);
    }
    disk(
        machine,
        "sr0",
        "sys/devices/pci0000:00/0000:00:01.1/ata2/host1/target1:0:0/1:0:0:0/block/sr0",
        900);
    disk(
        machine,
        "sdz",
        "sys/devices/pci0000:00/0000:00:14.0/usb1/1-1/1-1:1.0/host9/target9:0:0/9:0:0:0/block/sdz",
        0);
    disk(machine, "nvme0c0n1", "sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0c0n1", 2000);
    machine.file("sys/devices/pci0000:00/0000:01:00.0/nvme/nvme0/nvme0c0n1/hidden", "1");
    String face = "sys/devices/virtual/nvme-subsystem/nvme-subsys0/nvme0n1";
    disk(machine, "nvme0n1", face, 2000).file(face + "/wwid", "eui.0025388b71b5e9c1");
    disk(
        machine,
        "cciss!c0d0",
        "sys/devices/pci0000:00/0000:06:00.0/cciss0/c0d0/block/cciss!c0d0",
        10);
    JsonNode disks = inspect(machine).content();
    assertThat(disks.valueStream().map(disk -> disk.get("device").asString()))
        .containsExactly("/dev/cciss/c0d0", "/dev/nvme0n1");
    assertThat(disks.get(1).get("wwn").asString()).isEqualTo("eui.0025388b71b5e9c1");
    assertThat(disks.get(1).get("transport").asString()).isEqualTo("nvme");
  }

  @Test
  void aPageThatIsNotASerialNumberIsNone() {
    assertThat(DiskLabels.unitSerialNumber(new byte[0])).isNull();
    assertThat(DiskLabels.unitSerialNumber(new byte[] {0, (byte) 0x83, 0, 1, 'x'})).isNull();
    assertThat(DiskLabels.unitSerialNumber(new byte[] {0, (byte) 0x80, 0x7f, 0x7f, 'x', ' '}))
        .as("a length past the end")
        .isEqualTo("x");
  }

  @Test
  void recordedListsOfLsblkAreRead() throws IOException, ToolUnavailable {
    BlockDevices ironic =
        BlockDevices.parse(Fixtures.read("lsblk/ironic-python-agent__PARTUUID_DEVICE_TEMPLATE"));
    assertThat(ironic.device("sda").serial()).isEqualTo("sda123");
    assertThat(ironic.device("sda1").partitionUuid()).isEqualTo("1234-5678");
    BlockDevices ironlib = BlockDevices.parse(Fixtures.read("lsblk/ironlib__utils_lsblk_json"));
    assertThat(ironlib.device("sdb").model()).as("blanks").isEqualTo("MTFDDAV240TDU");
    assertThat(ironlib.device("nvme0").serial()).isEqualTo("202728F691F5");
    int read = 0;
    for (Path recorded : Fixtures.all("lsblk")) {
      try {
        BlockDevices.parse(java.nio.file.Files.readString(recorded, StandardCharsets.UTF_8));
        read++;
      } catch (ToolUnavailable e) {
        assertThat(e.reason()).as(recorded.toString()).startsWith("lsblk ");
      }
    }
    assertThat(read).isGreaterThan(2);
  }

  private FakeMachine sata() {
    String scsi = "sys/devices/pci0000:00/0000:00:17.0/ata1/host0/target0:0:0/0:0:0:0";
    String folder = scsi + "/block/sda";
    byte[] page = "\0\u0080\0\u0014            S3Z2NB0K".getBytes(StandardCharsets.ISO_8859_1);
    return disk(new FakeMachine(root), "sda", folder, 976_773_168)
        .link(folder + "/device", scsi)
        .file(scsi + "/vendor", "ATA     ")
        .file(scsi + "/model", "Samsung SSD 860 ")
        .file(scsi + "/rev", "1B6Q")
        .file(scsi + "/wwid", "naa.5002538e40a1b2c3")
        .file(scsi + "/vpd_pg80", page)
        .file(folder + "/queue/rotational", "0")
        .file(folder + "/queue/logical_block_size", "512")
        .file(folder + "/queue/physical_block_size", "4096")
        .file(folder + "/removable", "0")
        .file(folder + "/ro", "0")
        .file(folder + "/sda10/partition", "10")
        .file(folder + "/sda10/start", "2097152")
        .file(folder + "/sda10/size", "1")
        .file(folder + "/sda1/partition", "1")
        .file(folder + "/sda1/start", "2048")
        .file(folder + "/sda1/size", "1048576");
  }

  private static FakeMachine disk(FakeMachine machine, String name, String folder, long sectors) {
    return machine.link("sys/block/" + name, folder).file(folder + "/size", "" + sectors);
  }

  private static Inspector.Findings inspect(FakeMachine machine) {
    return Catalogue.inspect(new OsStorageInspector(), machine.machine());
  }
}
