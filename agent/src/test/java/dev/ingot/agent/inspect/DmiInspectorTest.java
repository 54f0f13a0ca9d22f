package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DmiInspectorTest {
  @TempDir Path root;

  @Test
  void whatTheFirmwareSaysIsAFlatMap() {
    FakeMachine machine =
        new FakeMachine(root)
            .file("sys/class/dmi/id/sys_vendor", "Dell Inc.")
            .file("sys/class/dmi/id/product_serial", "C83T54J  ")
            .file("sys/class/dmi/id/board_asset_tag", "")
            .file("sys/class/dmi/id/uevent", "MODALIAS=dmi:x")
            .file("sys/class/dmi/id/power/control", "auto");
    Inspector.Findings findings = Catalogue.inspect(new DmiInspector(), machine.machine());
    assertThat(findings.content().toString())
        .isEqualTo("{\"product_serial\":\"C83T54J\",\"sys_vendor\":\"Dell Inc.\"}");
    assertThat(findings.missing()).isNull();
  }

  @Test
  void whatCouldNotBeReadIsNamedAndNotEmpty() {
    FakeMachine machine =
        new FakeMachine(root)
            .file("sys/class/dmi/id/sys_vendor", "Dell Inc.")
            .unreadable("sys/class/dmi/id/product_uuid")
            .unreadable("sys/class/dmi/id/product_serial");
    Inspector.Findings findings = Catalogue.inspect(new DmiInspector(), machine.machine());
    assertThat(findings.content().toString()).isEqualTo("{\"sys_vendor\":\"Dell Inc.\"}");
    assertThat(findings.missing()).contains("product_serial", "product_uuid");
  }

  @Test
  void aMachineWithoutTablesSaysSo() {
    assertThatThrownBy(() -> new DmiInspector().inspect(new FakeMachine(root).machine()))
        .isInstanceOf(InspectionFailed.class)
        .hasMessageContaining("no SMBIOS tables");
  }
}
