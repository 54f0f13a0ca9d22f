package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** docs/inventory.md is written from the inspectors: -Dingot.write=true writes it anew. */
class InventoryPageTest {
  private static final String BEGINNING =
      """
      # The inventory

      One document per node, one section per inspector. A document holds hardware facts and no state. What an inspector cannot
      find out it leaves out and says why; a field is never there with an empty or made-up value. `ingot inspect` prints the
      document of the machine it runs on.

      Every field has a class. A different **identity** (which part it is) or **config** (how it is made or set) is a change of
      the machine and is kept in its history; a **counter** (only grows) and a **reading** (goes up and down) are not. Sizes are
      bytes, frequencies Hz, link speeds Mb/s, all as integers; kilobytes of the kernel are 1024 bytes. Paths are as in queries,
      without the index of list elements: the first socket's `model_name` is `cpu.0.model_name`.

      [inventory.schema.json](inventory.schema.json) is the JSON Schema of the documents, made from the same fields; a test holds
      every document that is produced against it. What a tool says beyond these fields is left out.

      A test holds this page against the inspectors. What people know of a machine they write beside this: [writing to the
      inventory](inventory-writes.md).
      """;

  @Test
  void thePageNamesEverySectionAndField() throws IOException {
    Path page = Path.of("../docs/inventory.md");
    String expected = page();
    if (Boolean.getBoolean("ingot.write")) {
      Files.createDirectories(page.getParent());
      Files.writeString(page, expected);
    }
    assertThat(page).as("write it anew with -Dingot.write=true").hasContent(expected);
  }

  @Test
  void theSchemaIsMadeOfTheSameFields() throws IOException {
    Path file = Path.of("../docs/inventory.schema.json");
    String expected =
        Json.MAPPER
                .writerWithDefaultPrettyPrinter()
                .writeValueAsString(InventorySchema.of(Inspection.INSPECTORS))
            + "\n";
    if (Boolean.getBoolean("ingot.write")) {
      Files.writeString(file, expected);
    }
    assertThat(file).as("write it anew with -Dingot.write=true").hasContent(expected);
  }

  @Test
  void theServerClassesImportedFieldsAsInspectorsDo() throws IOException {
    Path file =
        Path.of("../server/src/main/resources/dev/ingot/server/inventory/inspector-classes.json");
    TreeMap<String, TreeMap<String, FieldClass>> classes = new TreeMap<>();
    for (Inspector inspector : Inspection.INSPECTORS) {
      TreeMap<String, FieldClass> fields =
          new TreeMap<>(Field.classes(inspector.fields()).byPattern());
      if (fields.values().stream().anyMatch(fieldClass -> !fieldClass.makesAChange())) {
        classes.put(inspector.name(), fields);
      }
    }
    String expected =
        Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(classes) + "\n";
    if (Boolean.getBoolean("ingot.write")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, expected);
    }
    assertThat(file).as("write it anew with -Dingot.write=true").hasContent(expected);
  }

  private static String page() {
    StringBuilder page = new StringBuilder(BEGINNING);
    for (Inspector inspector : Inspection.INSPECTORS) {
      page.append("\n## ").append(inspector.name()).append('\n');
      page.append(inspector.meaning().substring(0, 1).toUpperCase(Locale.ROOT))
          .append(inspector.meaning().substring(1))
          .append(".\n\n| field | form | class | meaning |\n|---|---|---|---|\n");
      for (Field field : inspector.fields()) {
        page.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    field.path(),
                    field.form(),
                    field.fieldClass().name().toLowerCase(Locale.ROOT),
                    field.meaning()));
      }
    }
    return page.toString();
  }
}
