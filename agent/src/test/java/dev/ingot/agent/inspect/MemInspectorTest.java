package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MemInspectorTest {
  @TempDir Path root;

  @Test
  void theKernelsKilobytesAre1024BytesAndCountsStayCounts() {
    Machine machine =
        new FakeMachine(root)
            .file(
                "proc/meminfo",
                "MemTotal:       24684084 kB\n"
                    + "Active(anon):       1568 kB\n"
                    + "HugePages_Total:       3\n"
                    + "nonsense\n"
                    + "Broken: x kB")
            .machine();
    JsonNode mem = Catalogue.inspect(new MemInspector(), machine).content();
    assertThat(mem.toString())
        .isEqualTo("{\"MemTotal\":25276502016,\"Active(anon)\":1605632,\"HugePages_Total\":3}");
  }

  @Test
  void onlyWhatIsBuiltInOrSetMakesAChange() {
    var classes = Field.classes(new MemInspector().fields());
    assertThat(classes.stable(MemInspector.parse("MemTotal: 8 kB\nMemFree: 3 kB")).toString())
        .isEqualTo("{\"MemTotal\":8192}");
  }

  @Test
  void withoutATotalThereIsNothingToReport() {
    assertThatThrownBy(() -> new MemInspector().inspect(new FakeMachine(root).machine()))
        .isInstanceOf(InspectionFailed.class)
        .hasMessageContaining("/proc/meminfo");
  }
}
