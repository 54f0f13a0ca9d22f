package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class MercuryDocumentTest {
  private static final String KNOWN =
      "[{'address': 'a', 'lldp': {'switch_name': 'one'}}, {'address': 'b'}, {'address': ''}]";

  private static JsonNode json(String text) {
    return Json.read(text.replace('\'', '"'));
  }

  private static ObjectNode object(String text) {
    return (ObjectNode) json(text);
  }

  @Test
  void interfacesKeepTheirNeighboursByAddressAndThoseWithoutStayWithout() {
    ObjectNode merged =
        MercuryDocument.merged(
            object("{'interfaces': [{'address': 'b'}, {'address': 'a'}, {'address': ''}, {}]}"),
            (ArrayNode) json(KNOWN));
    assertThat(merged.path("interfaces"))
        .isEqualTo(
            json(
                "[{'address': 'b'}, {'address': 'a', 'lldp': {'switch_name': 'one'}},"
                    + " {'address': ''}, {}]"));
  }

  @Test
  void aNeighbourGoesIntoTheInterfaceThatItNames() {
    ObjectNode merged =
        MercuryDocument.merged(
            object("{'lldp': {'interface_index': 1, 'switch_name': 'two'}}"),
            (ArrayNode) json(KNOWN));
    assertThat(merged.at("/interfaces/1/lldp")).isEqualTo(json("{'switch_name': 'two'}"));
    assertThat(merged.has("lldp")).isFalse();
    assertThatThrownBy(
            () ->
                MercuryDocument.merged(
                    object("{'lldp': {'interface_index': 3}}"), (ArrayNode) json(KNOWN)))
        .isInstanceOf(Refused.class);
  }

  @Test
  void aPathIsSetInWhatIsStoredAndTheRestStays() {
    ObjectNode whole =
        PathUpdate.expanded(
            object(
                "{'dmi.product_name': 'Y', 'interfaces.1.lldp.port': 7, 'new.a.b': 1, 'cpu': []}"),
            section ->
                switch (section) {
                  case "dmi" -> json("{'sys_vendor': 'X', 'product_name': 'old'}");
                  case "interfaces" -> json(KNOWN);
                  default -> null;
                });
    assertThat(whole.path("dmi")).isEqualTo(json("{'sys_vendor': 'X', 'product_name': 'Y'}"));
    assertThat(whole.at("/interfaces/1")).isEqualTo(json("{'address': 'b', 'lldp': {'port': 7}}"));
    assertThat(whole.path("new")).isEqualTo(json("{'a': {'b': 1}}"));
    assertThat(whole.path("cpu")).isEmpty();
    for (String wrong : List.of("{'dmi.': 1}", "{'interfaces.3.x': 1}", "{'interfaces.x': 1}")) {
      assertThatThrownBy(() -> PathUpdate.expanded(object(wrong), section -> json(KNOWN)))
          .as(wrong)
          .isInstanceOf(Refused.class);
    }
  }

  @Test
  void aProjectionIncludesOrExcludes() {
    ObjectNode document =
        object("{'task_id': 't', 'a': {'b': 1, 'c': [{'d': 1, 'e': 2}]}, 'f': 3}");
    assertThat(Projection.of(json("{'f': 1, '_id': 0}")).of(document, "task_id"))
        .isEqualTo(json("{'task_id': 't', 'f': 3}"));
    assertThat(
            Projection.of(json("{'a.c.d': 0, 'f': false, 'task_id': 0}")).of(document, "task_id"))
        .isEqualTo(json("{'task_id': 't', 'a': {'b': 1, 'c': [{'e': 2}]}}"));
    assertThat(Projection.of(null).of(document, "task_id")).isEqualTo(document);
    for (String wrong : List.of("{'a': 1, 'f': 0}", "{'a': 2}", "{'a': 'x'}", "[1]", "'a'")) {
      assertThatThrownBy(() -> Projection.of(json(wrong))).as(wrong).isInstanceOf(Refused.class);
    }
  }

  @Test
  void ourAgentsCapabilitiesAreShownAsMercurysAre() {
    JsonNode parameters =
        json("{'type': 'object', 'required': ['argv'], 'properties': {'argv': {}}}");
    CapabilitySignature able =
        new CapabilitySignature(
            "erase", "erases", "", parameters, null, "disks", 60, true, false, false, null);
    CapabilitySignature unable =
        new CapabilitySignature(
            "kexec", "boots", "", parameters, null, null, 60, true, false, true, "no kexec here");
    assertThat(OwnCapabilities.of(List.of(able, unable)))
        .isEqualTo(
            json(
                "{'erase': {'name': 'erase', 'entry': 'erase', 'description': 'erases', 'doc': '',"
                    + " 'serial': true, 'num_args': 0, 'kwarg_names': ['argv'], 'no_return': false,"
                    + " 'timeout': 60, 'task_id_kwargs': false}}"));
  }
}
