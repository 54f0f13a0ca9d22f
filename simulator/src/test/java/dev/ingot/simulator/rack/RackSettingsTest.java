package dev.ingot.simulator.rack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.core.MacAddress;
import dev.ingot.simulator.rack.RackSettings.Disk;
import dev.ingot.simulator.rack.RackSettings.Firmware;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RackSettingsTest {
  private static final Path FOLDER = Path.of("/folder");

  @Test
  void noTwoMachinesOfTwoRacksShareWhatTellsThemApart() {
    Set<String> seen = new HashSet<>();
    for (String name : List.of("rack", "other")) {
      for (RackMachine machine : rack(name, 50, 4).machines()) {
        assertThat(seen.add(machine.uuid())).isTrue();
        assertThat(seen.add(machine.serial())).isTrue();
        for (int port = 0; port < 4; port++) {
          assertThat(MacAddress.isValid(machine.mac(port))).isTrue();
          assertThat(seen.add(machine.mac(port))).isTrue();
          assertThat(machine.tap(port)).hasSizeLessThan(16);
        }
      }
    }
  }

  @Test
  void aRackThatIsSetUpAgainHasTheSameMachines() {
    RackSettings settings = rack("rack", 3, 1);
    RackSettings again =
        Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(settings), RackSettings.class);
    assertThat(again).isEqualTo(settings);
    assertThat(again.machines()).isEqualTo(settings.machines());
  }

  @Test
  void aMachineHasThePortsDisksAndSerialNumbersThatWereAskedFor() {
    RackMachine machine = rack("rack", 1, 2).machine("rack-1");
    String command = String.join(" ", QemuCommand.of(machine, FOLDER));
    assertThat(command)
        .contains("serial=SN-RACK-1", "serial=BB-RACK-1", "asset=ASSET-RACK-1")
        .contains(machine.mac(0), machine.mac(1), "bootindex=10", "bootindex=11")
        .contains("virtio-blk-pci,drive=drive0", "serial=D0-RACK-1")
        .contains("nvme,drive=drive1", "ide-hd,drive=drive2")
        .contains("ipmi-bmc-extern")
        .contains("pflash,unit=1,format=raw,file=/folder/variables");
    assertThat(rack("rack", 1, 2).machine("1")).isEqualTo(machine);
  }

  @Test
  void whatCannotBeIsRefusedInWords() {
    assertThatThrownBy(() -> rack("Rack", 1, 1)).hasMessageContaining("small ones; not Rack");
    assertThatThrownBy(() -> rack("../etc", 1, 1)).isInstanceOf(RackException.class);
    assertThatThrownBy(() -> rack("rack", 51, 1)).hasMessageContaining("from 1 to 50");
    assertThatThrownBy(() -> rack("rack", 1, 5)).hasMessageContaining("from 1 to 4 ports");
    assertThatThrownBy(() -> rack("rack", 2, 1).machine("rack-3"))
        .hasMessageContaining("it has rack-1 to rack-2");
    for (String disk :
        List.of("floppy:1G", "virtio", "virtio:0G", "virtio:1T", "nvme:1G,file=/etc")) {
      assertThatThrownBy(() -> Disk.of(disk))
          .hasMessageContaining("such as virtio:1G; not " + disk);
    }
  }

  private static RackSettings rack(String name, int nodes, int ports) {
    return new RackSettings(
        name,
        "10.219.0",
        nodes,
        Firmware.UEFI,
        768,
        ports,
        List.of(Disk.of("virtio:1G"), Disk.of("nvme:512M"), Disk.of("ahci:2G")),
        true,
        true);
  }
}
