package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.ingot.core.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A machine of QEMU, recorded by {@code Recording} in the microkernel: SMBIOS fields by {@code
 * -smbios}, an e1000e and a virtio port, an NVMe, an AHCI and a virtio disk with serials, a USB
 * device, {@code ipmi-bmc-extern} at OpenIPMI's ipmi_sim with FRU data, and somebody at the other
 * end of the e1000e's cable who sends the LLDP frame of a switch. {@code
 * src/test/recordings/qemu-q35.sh} makes such a recording.
 */
class RecordedMachineTest {
  @TempDir Path folder;

  @Test
  void everySerialThatAMachineWasGivenIsFoundAndItsNeighbourToo() throws Exception {
    unpack(Json.read(Files.readAllBytes(Path.of("src/test/recordings/qemu-q35.json"))));
    InspectionReport report =
        Inspection.run(Recording.replay(folder), new InspectSettings(folder.resolve("agent")));
    JsonNode machine = InspectionRendering.document(report);

    assertThat(machine.at("/dmi/product_serial").asString()).isEqualTo("SYS-SERIAL-1");
    assertThat(machine.at("/dmi/board_serial").asString()).isEqualTo("BOARD-SERIAL-2");
    assertThat(machine.at("/dmi/chassis_serial").asString()).isEqualTo("CHASSIS-SERIAL-4");
    assertThat(machine.at("/dmi/chassis_asset_tag").asString()).isEqualTo("RACK-5");
    assertThat(machine.at("/dmi/bios_version").asString()).isEqualTo("B1.2.3");
    assertThat(machine.at("/mem/dimms/0/serial").asString()).isEqualTo("DIMM-SERIAL-6");
    assertThat(machine.path("cpu")).hasSize(2);

    assertThat(machine.path("os_storage").findValuesAsString("serial"))
        .containsExactly("NVME-SERIAL-A", "SATA-SERIAL-B", "VIRTIO-SERIAL-C", "OUT");
    assertThat(machine.path("os_storage").findValuesAsString("transport"))
        .containsExactly("nvme", "sata", "virtio", "virtio");
    assertThat(machine.at("/os_storage/0/nvme/subsystem").asString()).endsWith("NVME-SERIAL-A");
    assertThat(machine.path("smart").findValuesAsString("serial"))
        .containsExactly("NVME-SERIAL-A", "SATA-SERIAL-B");
    assertThat(machine.at("/smart/0/format_supported").asBoolean()).isTrue();
    assertThat(machine.at("/smart/1/temperature_celsius").asInt()).isEqualTo(31);
    assertThat(machine.path("usb").findValuesAsString("serial")).contains("USB-SERIAL-D");

    assertThat(machine.path("interfaces").findValuesAsString("address"))
        .containsExactly("52:54:00:aa:bb:02", "52:54:00:aa:bb:01");
    assertThat(machine.at("/interfaces/0/firmware").asString()).isEqualTo("2.1-0");
    assertThat(machine.at("/interfaces/0/supported_link_modes").toString())
        .contains("1000baseT/Full");
    assertThat(machine.at("/lldp/0/interface").asString()).isEqualTo("eth0");
    assertThat(machine.at("/lldp/0/system_name").asString()).isEqualTo("tor1");
    assertThat(machine.at("/lldp/0/port_id").asString()).isEqualTo("Ethernet12");
    assertThat(machine.at("/lldp/0/pvid").asInt()).isEqualTo(100);

    assertThat(machine.at("/bmc/fru/0/product/serial").asString()).isEqualTo("PR-SERIAL-99");
    assertThat(machine.at("/bmc/fru/0/board/serial").asString()).isEqualTo("BD-SERIAL-88");
    assertThat(machine.at("/bmc/users/1/name").asString()).isEqualTo("root");
    assertThat(machine.path("bmc").path("users")).hasSize(2);
    assertThat(machine.at("/failures").propertyNames()).containsOnly("bmc", "smart");
    assertThat(machine.at("/failures/bmc").asString()).contains("no LAN channel");
    assertThat(machine.at("/failures/smart").asString()).contains("hdparm is not installed");
    assertThat(
            SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(InventorySchema.of(Inspection.INSPECTORS).toString(), InputFormat.JSON)
                .validate(machine.toString(), InputFormat.JSON))
        .isEmpty();
  }

  /** Of each path its text, or {@code {hex}}, {@code {link}}, or nothing for a folder. */
  private void unpack(JsonNode recorded) throws IOException {
    for (Map.Entry<String, JsonNode> each : recorded.properties()) {
      Path path = folder.resolve(each.getKey());
      Files.createDirectories(path.getParent());
      JsonNode what = each.getValue();
      if (what.isString()) {
        Files.writeString(path, what.stringValue());
      } else if (what.has("hex")) {
        Files.write(path, HexFormat.of().parseHex(what.path("hex").stringValue()));
      } else if (what.has("link")) {
        Files.createSymbolicLink(path, Path.of(what.path("link").stringValue()));
      } else {
        Files.createDirectories(path);
      }
    }
  }
}
