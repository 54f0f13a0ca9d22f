package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

class InspectionRenderingTest {
  private static final IdentityFacts FACTS =
      new IdentityFacts(
          "37313930-3631-5443-3531-4E5239393532", null, null, null, null, null, List.of(), null);

  @Test
  void aDocumentHasTheIdTheSectionsAndWhatFailed() {
    InspectionReport report =
        report(
            new Section(
                "cpu", Json.read("[{\"model_name\":\"X\"}]"), "partly", FieldClasses.ALL_CONFIG),
            new Section("usb", null, "no bus", FieldClasses.ALL_CONFIG));
    JsonNode document = Json.read(InspectionRendering.json(report));
    assertThat(document.get("mercury_id").asString())
        .isEqualTo("0110a1628669e487f48b3f8de13bebeafe2933c875");
    assertThat(document.get("identity").get("rule").asString()).isEqualTo("01");
    assertThat(document.get("cpu").get(0).get("model_name").asString()).isEqualTo("X");
    assertThat(document.has("usb")).isFalse();
    assertThat(document.get("failures").toString())
        .isEqualTo("{\"cpu\":\"partly\",\"usb\":\"no bus\"}");
  }

  @Test
  void aTableFits100ColumnsWhateverIsInIt() {
    Random random = new Random(7);
    for (int round = 0; round < 500; round++) {
      List<Section> sections = new ArrayList<>();
      for (Inspector inspector : Inspection.INSPECTORS) {
        ArrayNode list = Json.MAPPER.createArrayNode();
        for (int i = random.nextInt(20); i > 0; i--) {
          var element = list.addObject();
          for (Field field : inspector.fields()) {
            if (!field.path().contains(".") && random.nextBoolean()) {
              element.put(
                  field.path(), "x".repeat(random.nextInt(150)) + " y".repeat(random.nextInt(9)));
            }
          }
        }
        sections.add(
            new Section(
                inspector.name(),
                random.nextInt(5) == 0 ? null : list,
                random.nextBoolean() ? "why ".repeat(random.nextInt(60)) : null,
                FieldClasses.ALL_CONFIG));
      }
      String table = InspectionRendering.table(report(sections.toArray(Section[]::new)));
      assertThat(table.lines()).allMatch(line -> line.length() <= 100);
    }
  }

  @Test
  void whatADeviceCallsItselfCannotCommandTheTerminal() {
    Section usb =
        new Section(
            "usb",
            Json.read("[{\"port\":\"1-1\",\"product\":\"a\\u001b[2Jb\\nc\"}]"),
            null,
            FieldClasses.ALL_CONFIG);
    assertThat(InspectionRendering.table(report(usb))).contains("a?[2Jb?c");
  }

  @Test
  void aSectionAmongOthersIsShortAndAloneIsWhole() {
    ArrayNode routes = Json.MAPPER.createArrayNode();
    for (int i = 0; i < 30; i++) {
      routes.addObject().put("destination", "10.0." + i + ".0/24").put("dev", "eth0");
    }
    Section section = new Section("routes", routes, null, FieldClasses.ALL_CONFIG);
    assertThat(InspectionRendering.table(report(section))).contains("10.0.29.0/24");
    assertThat(InspectionRendering.table(report(section, section)))
        .doesNotContain("10.0.29.0/24")
        .contains("… 22 more");
  }

  @Test
  void aMachineReadsLikeAPersonWouldSayIt() {
    InspectionReport report =
        report(
            new Section(
                "cpu",
                Json.read(
                    "[{\"model_name\":\"AMD"
                        + " EPYC\",\"cores\":2,\"threads\":4,\"frequency\":{\"max\":3700000000}}]"),
                null,
                FieldClasses.ALL_CONFIG),
            new Section(
                "mem", Json.read("{\"MemTotal\":25276502016}"), null, FieldClasses.ALL_CONFIG),
            new Section("usb", Json.read("[]"), null, FieldClasses.ALL_CONFIG));
    assertThat(InspectionRendering.table(report))
        .isEqualTo(
            """
            id          0110a1628669e487f48b3f8de13bebeafe2933c875
                        system UUID: product_uuid 37313930-3631-5443-3531-4E5239393532
            cpu         AMD EPYC, 2 cores, 4 threads up to 3.70 GHz
            mem         23.5 GiB
            usb         none
            """);
  }

  private static InspectionReport report(Section... sections) {
    return new InspectionReport(List.of(sections), FACTS, MercuryId.derive(FACTS), null, Map.of());
  }
}
