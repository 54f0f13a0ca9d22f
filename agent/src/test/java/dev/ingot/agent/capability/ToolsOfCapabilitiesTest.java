package dev.ingot.agent.capability;

import static dev.ingot.agent.capability.Heard.give;
import static dev.ingot.agent.capability.Heard.offer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage.Status;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From arguments to commands, and from a tool's answer to a result. */
class ToolsOfCapabilitiesTest {
  private static final String ENTRIES =
      """
      BootCurrent: 0001
      BootOrder: 0001,0003,0000
      Boot0000* UiApp
      Boot0001* debian\tHD(1,GPT,aabb)/File(\\EFI\\debian\\shimx64.efi)
      Boot0003* UEFI: PXE IPv4 Network Card\tPciRoot(0x0)/Pci(0x3,0x0)/MAC(525400123456,1)/IPv4
      """;

  @TempDir Path folder;

  @Test
  void ipmitoolIsCalledOnlyForWhatReads() {
    assertThat(
            IpmitoolCapability.command(
                Json.read("{\"arguments\": [\"sel\", \"elist\", \"last\", \"5\"]}")))
        .containsExactly("ipmitool", "sel", "elist", "last", "5");
    for (String bad :
        List.of(
            "[\"sel\", \"clear\"]",
            "[\"chassis\", \"power\", \"off\"]",
            "[\"sel\"]",
            "[\"raw\", \"0x06\", \"0x01\"]",
            "[\"user\", \"set\", \"password\", \"2\", \"x\"]",
            "[\"sel\", \"list\", \"-H\", \"10.0.0.1\"]",
            "[\"-I\", \"lanplus\", \"mc\", \"info\"]")) {
      assertThatThrownBy(
              () -> IpmitoolCapability.command(Json.read("{\"arguments\": " + bad + "}")))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("arguments: ipmitool ")
          .hasMessageContaining("allowed are mc info");
    }
  }

  @Test
  void ipmitoolReadsSensorRecordsForSomeCallsOnly() {
    for (String each : List.of("sdr elist", "sdr type", "sensor list", "fru print", "sel elist")) {
      assertThat(reads(each)).as(each).isTrue();
    }
    for (String each : List.of("sdr info", "fru print 0", "sel list", "mc info", "lan print")) {
      assertThat(reads(each)).as(each).isFalse();
    }
  }

  private static boolean reads(String call) {
    return IpmitoolCapability.readsSensorRecords(List.of(("ipmitool " + call).split(" ")));
  }

  @Test
  void theBootEntryOfADeviceIsFound() {
    assertThat(efi("{\"device\": \"network\"}"))
        .containsExactly("efibootmgr", "--bootnext", "0003");
    assertThat(efi("{\"device\": \"network\", \"once\": false}"))
        .containsExactly("efibootmgr", "--bootorder", "0003,0000,0001");
    assertThat(efi("{\"order\": [\"0003\", \"0001\"]}"))
        .containsExactly("efibootmgr", "--bootorder", "0003,0001");
    assertThatThrownBy(() -> efi("{\"order\": [\"0009\"]}")).hasMessageContaining("no entry 0009");
    assertThatThrownBy(() -> efi("{\"device\": \"setup\"}"))
        .hasMessageContaining("looks like setup");
    assertThat(
            BootOrderCapability.byBmc(
                Json.read("{\"device\": \"network\", \"once\": false}"), true))
        .containsExactly("ipmitool", "chassis", "bootdev", "pxe", "options=persistent,efiboot");
    assertThat(BootOrderCapability.byBmc(Json.read("{\"device\": \"setup\"}"), false))
        .containsExactly("ipmitool", "chassis", "bootdev", "bios");
  }

  private static List<String> efi(String arguments) {
    return BootOrderCapability.byEfi(Json.read(arguments), ENTRIES);
  }

  @Test
  void fioReportsBecomeNumbers() {
    String report =
        """
        note: both iodepth >= 1 and synchronous I/O engine are selected
        {"fio version": "fio-3.33", "jobs": [{"jobname": "ingot",
          "read": {"total_ios": 5000, "bw_bytes": 20480000, "iops": 5000.5,
                   "lat_ns": {"mean": 190000.5}, "clat_ns": {"percentile": {"99.000000": 500000}}},
          "write": {"total_ios": 0, "bw_bytes": 0}}]}
        """;
    assertThat(DiskBenchmarkCapability.result(report.getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(
            Json.MAPPER
                .createObjectNode()
                .put("bytesPerSecond", 20480000.0)
                .put("iops", 5000.5)
                .put("latencyMeanNanoseconds", 190000.5)
                .put("latencyP99Nanoseconds", 500000.0));
  }

  @Test
  void stressIsBoundedInTime() {
    assertThat(
            StressCapability.command(
                Json.read("{\"seconds\": 5, \"cpus\": 2, \"memoryPercent\": 50}")))
        .containsSubsequence("--timeout", "5s")
        .containsSubsequence("--cpu", "2")
        .containsSubsequence("--vm-bytes", "50%");
  }

  @Test
  void frequenciesAreSetForEveryPolicy() throws IOException {
    for (String policy : List.of("policy0", "policy4")) {
      Files.createDirectories(folder.resolve(policy));
      for (String file : List.of("scaling_governor", "scaling_max_freq", "scaling_min_freq")) {
        Files.writeString(folder.resolve(policy).resolve(file), "as it was");
      }
    }
    Heard heard = new Heard();
    try (Executions executions =
        new Executions(List.of(new CpuFrequencyCapability(folder)), heard)) {
      give(
          executions,
          offer(
              1,
              "set_cpu_frequency",
              "{\"governor\": \"powersave\", \"maximumHertz\": 2400000000}",
              10));
      TaskEnd end = heard.end(1);
      assertThat(end.status()).isEqualTo(Status.SUCCEEDED);
      assertThat(end.result()).isEqualTo(Json.MAPPER.valueToTree(Map.of("policies", 2)));
    }
    assertThat(folder.resolve("policy4/scaling_governor")).hasContent("powersave");
    assertThat(folder.resolve("policy0/scaling_max_freq")).hasContent("2400000");
    assertThat(folder.resolve("policy0/scaling_min_freq")).hasContent("as it was");
    assertThat(new CpuFrequencyCapability(folder.resolve("none")).signature().unavailable())
        .contains("no frequency to set");
  }
}
