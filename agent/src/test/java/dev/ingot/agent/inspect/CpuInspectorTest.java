package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.protocol.Section;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class CpuInspectorTest {
  @TempDir Path root;

  @Test
  void eachSocketIsCountedWithItsCoresThreadsAndCaches() {
    FakeMachine machine = new FakeMachine(root).file("sys/devices/system/cpu/online", "0-7");
    StringBuilder cpuinfo = new StringBuilder();
    for (int processor = 0; processor < 8; processor++) {
      int socket = processor / 2 % 2;
      int core = processor % 2;
      cpuinfo.append(
          "processor\t: %d\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\nmodel name\t: Xeon\nstepping\t: 4\ncpu MHz\t\t: 999.0\ncache size\t: 100 KB\nphysical id\t: %d\ncore id\t\t: %d\nflags\t\t: fpu vme\nbogomips\t: 4200.15\ncache_alignment\t: 64\n\n"
              .formatted(processor, socket, core));
      String folder = "sys/devices/system/cpu/cpu" + processor;
      String siblings = processor % 4 + "," + (processor % 4 + 4);
      machine
          .file(folder + "/topology/physical_package_id", "" + socket)
          .file(folder + "/topology/thread_siblings_list", siblings)
          .file(folder + "/cache/index0/level", "1")
          .file(folder + "/cache/index0/type", "Data")
          .file(folder + "/cache/index0/size", "32K")
          .file(folder + "/cache/index0/shared_cpu_list", siblings)
          .file(folder + "/cache/index3/level", "3")
          .file(folder + "/cache/index3/type", "Unified")
          .file(folder + "/cache/index3/size", "16384K")
          .file(folder + "/cache/index3/shared_cpu_list", "socket " + socket)
          .file(folder + "/cpufreq/scaling_cur_freq", "1200000")
          .file(folder + "/cpufreq/cpuinfo_min_freq", "800000")
          .file(folder + "/cpufreq/cpuinfo_max_freq", "3700000");
    }
    machine.file("proc/cpuinfo", cpuinfo.toString());
    machine.file("sys/devices/system/node/node0/cpulist", "0-1,4-5");
    machine.file("sys/devices/system/node/node1/cpulist", "2-3,6-7");

    JsonNode cpu = inspect(machine);

    assertThat(cpu.size()).isEqualTo(2);
    for (int socket = 0; socket < 2; socket++) {
      JsonNode one = cpu.get(socket);
      assertThat(one.get("physical_id").asInt()).isEqualTo(socket);
      assertThat(one.get("cores").asInt()).isEqualTo(2);
      assertThat(one.get("threads").asInt()).isEqualTo(4);
      assertThat(one.get("numa_nodes").toString()).isEqualTo("[" + socket + "]");
    }
    JsonNode first = cpu.get(0);
    assertThat(first.get("model_name").asString()).isEqualTo("Xeon");
    assertThat(first.get("cache_size").asLong()).isEqualTo(16L << 20);
    assertThat(first.get("caches").toString())
        .isEqualTo(
            "[{\"level\":1,\"type\":\"Data\",\"size\":32768,\"instances\":2},"
                + "{\"level\":3,\"type\":\"Unified\",\"size\":16777216,\"instances\":1}]");
    assertThat(first.get("flags").toString()).isEqualTo("[\"fpu\",\"vme\"]");
    assertThat(first.get("frequency").toString())
        .isEqualTo(
            "{\"cpufreq_enabled\":true,\"current\":1200000000,\"min\":800000000,\"max\":3700000000,\"bogomips\":4200.15}");
  }

  @Test
  void frequencyIsInHertzAlsoWithoutCpufreq() {
    JsonNode cpu =
        inspect(
            new FakeMachine(root)
                .file("proc/cpuinfo", "processor : 0\nmodel name : X\ncpu MHz : 2596.132\n"));
    assertThat(cpu.get(0).get("frequency").toString())
        .isEqualTo("{\"cpufreq_enabled\":false,\"current\":2596132000}");
  }

  @Test
  void anotherFrequencyIsNoChangeAndAnotherModelIs() {
    String digest = digest("cpu MHz : 2000.0\nmodel name : X");
    assertThat(digest("cpu MHz : 3000.0\nmodel name : X")).isEqualTo(digest);
    assertThat(digest("cpu MHz : 2000.0\nmodel name : Y")).isNotEqualTo(digest);
  }

  private String digest(String cpuinfo) {
    JsonNode cpu = inspect(new FakeMachine(root).file("proc/cpuinfo", "processor : 0\n" + cpuinfo));
    return new Section("cpu", cpu, null, Field.classes(new CpuInspector().fields())).digest();
  }

  @Test
  void arm64WithoutPhysicalIdsIsOneSocketWithAName() {
    JsonNode cpu =
        inspect(
            new FakeMachine(root)
                .file("sys/devices/system/cpu/online", "0-1")
                .file("sys/devices/system/cpu/cpu0/topology/physical_package_id", "-1")
                .file(
                    "proc/cpuinfo",
                    "processor\t: 0\n"
                        + "BogoMIPS\t: 50.00\n"
                        + "Features\t: fp asimd\n"
                        + "CPU implementer\t: 0x41\n"
                        + "CPU part\t: 0xd0c\n\n"
                        + "processor\t: 1\n"
                        + "CPU implementer\t: 0x41\n"
                        + "CPU part\t: 0xd0c\n"));
    assertThat(cpu.size()).isEqualTo(1);
    assertThat(cpu.get(0).get("model_name").asString()).isEqualTo("ARM Neoverse-N1");
    assertThat(cpu.get(0).get("threads").asInt()).isEqualTo(2);
    assertThat(cpu.get(0).get("cores").asInt()).isEqualTo(2);
    assertThat(cpu.get(0).get("flags").toString()).isEqualTo("[\"fp\",\"asimd\"]");
  }

  @Test
  void aCoreThatNobodyNamedIsShownInNumbers() {
    assertThat(ArmCores.name(0x41, 0xfff)).isEqualTo("ARM part 0xfff");
    assertThat(ArmCores.name(0x99, 0x001)).isEqualTo("implementer 0x99 part 0x001");
    assertThat(ArmCores.name(0xc0, 0xac3)).isEqualTo("Ampere-1");
  }

  @Test
  void powerSaysModelAndClockInItsOwnWords() {
    JsonNode cpu =
        inspect(
            new FakeMachine(root)
                .file(
                    "proc/cpuinfo",
                    "processor\t: 0\n"
                        + "cpu\t\t: POWER9, altivec supported\n"
                        + "clock\t\t: 3800.000000MHz\n"
                        + "revision\t: 2.2\n\n"
                        + "timebase\t: 512000000\n"
                        + "platform\t: PowerNV\n"));
    assertThat(cpu.get(0).get("model_name").asString()).isEqualTo("POWER9, altivec supported");
    assertThat(cpu.get(0).get("frequency").get("current").asLong()).isEqualTo(3_800_000_000L);
  }

  @Test
  void aMachineWithoutProcessorsIsAFailureNotAnEmptyList() {
    assertThatThrownBy(() -> inspect(new FakeMachine(root))).isInstanceOf(InspectionFailed.class);
    assertThatThrownBy(() -> inspect(new FakeMachine(root).file("proc/cpuinfo", "")))
        .isInstanceOf(InspectionFailed.class);
  }

  @Test
  void rangesOfProcessorsAreReadAndNonsenseIsNot() {
    assertThat(CpuLists.parse("0-2,8,10-11")).containsExactly(0, 1, 2, 8, 10, 11);
    assertThat(CpuLists.parse("3-1,x,,-,5-99999999999,-4")).isEmpty();
    assertThat(CpuLists.parse(null)).isEmpty();
  }

  private static JsonNode inspect(FakeMachine machine) {
    return Catalogue.inspect(new CpuInspector(), machine.machine()).content();
  }
}
