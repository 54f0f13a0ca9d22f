package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.protocol.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

class InspectionTest {
  @TempDir Path root;
  @TempDir Path folder;

  @Test
  void aFailureIsOfItsSectionAlone() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    InspectionReport report =
        run(
            Duration.ofMillis(2_000),
            inspector(
                "good", _ -> Inspector.Findings.complete(JsonNodeFactory.instance.objectNode())),
            inspector(
                "absent",
                _ -> {
                  throw new InspectionFailed("there is none");
                }),
            inspector(
                "broken",
                _ -> {
                  throw new IllegalStateException("a bug");
                }),
            inspector(
                "stuck",
                _ -> {
                  try {
                    new CountDownLatch(1).await();
                  } catch (InterruptedException e) {
                    stopped.countDown();
                  }
                  throw new InspectionFailed("stopped");
                }));
    assertThat(report.sections().stream().map(Section::name))
        .containsExactly("good", "absent", "broken", "stuck");
    assertThat(report.sections().stream().map(section -> String.valueOf(section.failure())))
        .containsExactly(
            "null",
            "there is none",
            "the inspector broke: java.lang.IllegalStateException: a bug",
            "no answer within 2000 ms");
    assertThat(report.sections().stream().map(section -> section.content() != null))
        .containsExactly(true, false, false, false);
    assertThat(report.durations()).containsOnlyKeys("good", "absent", "broken", "stuck");
    stopped.await();
  }

  @Test
  void inspectorsRunAtTheSameTime() throws InterruptedException {
    CountDownLatch together = new CountDownLatch(3);
    Inspector.Findings found = Inspector.Findings.complete(JsonNodeFactory.instance.arrayNode());
    Inspector[] inspectors = new Inspector[3];
    for (int i = 0; i < inspectors.length; i++) {
      inspectors[i] =
          inspector(
              "meets" + i,
              _ -> {
                together.countDown();
                try {
                  together.await();
                } catch (InterruptedException e) {
                  throw new InspectionFailed("the others did not come");
                }
                return found;
              });
    }
    assertThat(run(Duration.ofSeconds(20), inspectors).sections())
        .allMatch(section -> section.failure() == null);
  }

  @Test
  void aMachineOfNothingHasReasonsAndAnInstallId() throws InterruptedException {
    InspectionReport report = Inspection.run(new FakeMachine(root).machine(), settings());
    assertThat(report.sections().stream().map(Section::name)).isEqualTo(Inspection.SECTIONS);
    assertThat(report.sections())
        .allSatisfy(
            section -> {
              assertThat(section.content()).isNull();
              assertThat(section.failure()).isNotBlank();
            });
    assertThat(report.identity()).isNotNull();
    assertThat(report.identity().id().value()).startsWith("0f");
    assertThat(Inspection.run(new FakeMachine(root).machine(), settings()).identity())
        .as("stable over starts")
        .isEqualTo(report.identity());
  }

  @Test
  void whereNoInstallIdCanBeKeptThatIsTheReason() throws InterruptedException, IOException {
    Path file = Files.createFile(folder.resolve("file"));
    InspectionReport report =
        Inspection.run(new FakeMachine(root).machine(), new InspectSettings(file.resolve("below")));
    assertThat(report.identity()).isNull();
    assertThat(report.identityFailure()).contains("no install id can be kept");
    FakeMachine known =
        new FakeMachine(root)
            .file("sys/class/dmi/id/product_uuid", "37313930-3631-5443-3531-4E5239393532");
    InspectionReport other =
        Inspection.run(known.machine(), new InspectSettings(file.resolve("below")), List.of());
    assertThat(other.identity()).as("it needs none").isNotNull();
  }

  @Test
  void printingAMachineThatIsKnownWritesNothing() throws InterruptedException {
    Machine known =
        new FakeMachine(root)
            .file("sys/class/dmi/id/product_uuid", "37313930-3631-5443-3531-4E5239393532")
            .machine();
    assertThat(Inspection.run(known, settings(), List.of()).facts().installId()).isNull();
    assertThat(folder.resolve("agent")).doesNotExist();
    InspectSettings agent =
        new InspectSettings(
            folder.resolve("agent"),
            Duration.ofSeconds(20),
            Duration.ofSeconds(20),
            UuidCase.UPPER);
    InspectionReport kept = Inspection.run(known, agent, List.of());
    assertThat(kept.facts().installId()).as("an agent keeps one all the same").isNotNull();
    assertThat(Inspection.run(known, settings(), List.of()).facts()).isEqualTo(kept.facts());
  }

  @Test
  void onlyTheSectionsAskedForAreInspectedAndUnknownOnesRefused() throws InterruptedException {
    InspectionReport report =
        Inspection.run(new FakeMachine(root).machine(), settings(), List.of("usb", "cpu"));
    assertThat(report.sections().stream().map(Section::name)).containsExactly("cpu", "usb");
    assertThatThrownBy(
            () -> Inspection.run(new FakeMachine(root).machine(), settings(), List.of("cpus")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'cpus'")
        .hasMessageContaining("os_storage");
  }

  @Test
  void aToolThatHangsTakesNothingBackAndIsNotWaitedForWithoutEnd() throws InterruptedException {
    Set<String> hanging = new HashSet<>();
    AtomicInteger asked = new AtomicInteger();
    Tools tools =
        (_, disk) -> {
          asked.incrementAndGet();
          if (hanging.contains(disk[0]) || hanging.contains("all")) {
            throw ToolUnavailable.hung("ask did not end within 30000 ms");
          }
          return "well";
        };
    List<String> disks = new ArrayList<>(List.of("a", "b", "c", "d", "e", "f"));
    Inspector inspector = inspector("health", machine -> health(machine, disks));
    Machine machine = Machine.at(root, tools);
    assertThat(inspect(machine, inspector).failure()).isNull();
    hanging.add("b");
    Section section = inspect(machine, inspector);
    assertThat(section.content()).hasSize(6).allMatch(said -> said.asString("").equals("well"));
    assertThat(section.failure())
        .isEqualTo("ask b: ask did not end within 30000 ms, its last answer stands");

    disks.add("g");
    hanging.add("all");
    asked.set(0);
    section = inspect(machine, inspector);
    assertThat(asked).as("times that it is waited for").hasValue(4);
    assertThat(section.content()).hasSize(6);
    assertThat(section.failure())
        .contains("ask d: ask did not end", "ask was not asked again, 2 last answers stand")
        .endsWith("ask hung 4 times: not asked again");

    // Another disk may come to the place of one that was gone.
    disks.remove("a");
    inspect(machine, inspector);
    disks.add("a");
    assertThat(inspect(machine, inspector).content()).hasSize(5);
  }

  private static Inspector.Findings health(Machine machine, List<String> disks) {
    ArrayNode content = JsonNodeFactory.instance.arrayNode();
    List<String> missing = new ArrayList<>();
    for (String disk : disks) {
      try {
        content.add(machine.tools().run("ask", disk));
      } catch (ToolUnavailable e) {
        missing.add(e.reason());
      }
    }
    return Inspector.Findings.of(content, missing);
  }

  private Section inspect(Machine machine, Inspector inspector) throws InterruptedException {
    return new Inspection(machine, settings(), new Random(1))
        .run(List.of(inspector))
        .sections()
        .getFirst();
  }

  private InspectSettings settings() {
    return new InspectSettings(folder.resolve("agent"));
  }

  private InspectionReport run(Duration deadline, Inspector... inspectors)
      throws InterruptedException {
    InspectSettings settings =
        new InspectSettings(folder.resolve("agent"), deadline, deadline, UuidCase.UPPER);
    return new Inspection(new FakeMachine(root).machine(), settings, new Random(1))
        .run(List.of(inspectors));
  }

  private interface Look {
    Inspector.Findings at(Machine machine);
  }

  private static Inspector inspector(String name, Look look) {
    return new Inspector() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String meaning() {
        return name;
      }

      @Override
      public List<Field> fields() {
        return List.of();
      }

      @Override
      public Findings inspect(Machine machine) {
        return look.at(machine);
      }
    };
  }
}
