package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.ingot.core.Json;
import dev.ingot.protocol.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Records the machine that the test runs on, and inspects the recording. */
class RecordingIT {
  /** Sections that are the same when they are read a moment later; addresses need ip. */
  private static final List<String> STEADY =
      List.of(
          "cpu", "mem", "dmi", "os_storage", "pci", "usb", "volumes", "zfs", "gpu", "tpm", "boot");

  @TempDir Path folder;

  @Test
  void aRecordedMachineIsInspectedTheSame() throws IOException, InterruptedException {
    Recording recording = Recording.into(folder.resolve("machine"));
    InspectSettings settings = new InspectSettings(folder.resolve("agent"));
    Machine local = Machine.local(InspectSettings.DEADLINE).recordedBy(recording);
    InspectionReport there = Inspection.run(local, settings, STEADY);
    recording.end();
    InspectionReport here =
        Inspection.run(Recording.replay(folder.resolve("machine")), settings, STEADY);
    for (int i = 0; i < STEADY.size(); i++) {
      Section before = there.sections().get(i);
      assertThat(here.sections().get(i).content()).as(before.name()).isEqualTo(before.content());
    }
    assertThat(here.identity()).isEqualTo(there.identity());
    JsonNode document = Json.read(Json.bytes(InspectionRendering.document(there)));
    assertThat(Differences.between(document, here)).isEmpty();
    ((ObjectNode) document.path("os_storage").path(0)).put("size", 1);
    assertThat(Differences.between(document, here).size())
        .isEqualTo(document.path("os_storage").isEmpty() ? 0 : 1);
  }

  @Test
  void everyDocumentSatisfiesTheSchema() throws InterruptedException {
    InspectionReport report =
        Inspection.run(
            Machine.local(InspectSettings.DEADLINE), new InspectSettings(folder.resolve("agent")));
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(InventorySchema.of(Inspection.INSPECTORS).toString(), InputFormat.JSON);
    String document = InspectionRendering.document(report).toString();
    assertThat(schema.validate(document, InputFormat.JSON)).isEmpty();
    assertThat(schema.validate(document.replaceFirst("\"cpu\":", "\"cpus\":"), InputFormat.JSON))
        .as("a document that it does not describe")
        .isNotEmpty();
  }

  @Test
  void passwordsAreInNoRecordingAndAFullFolderIsRefused() throws IOException {
    assertThat(Recording.withoutSecrets("MAC : 1\nSNMP Community String   : public\nIP : 2"))
        .isEqualTo("MAC : 1\nSNMP Community String   : (left out)\nIP : 2");
    Files.createFile(folder.resolve("something"));
    assertThatThrownBy(() -> Recording.into(folder)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Recording.replay(folder)).isInstanceOf(IOException.class);
  }
}
