package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** How Mercury's programs ask for what follows the last page. */
class AskedTest {
  private static JsonNode after(String query, String key, boolean descending) {
    ObjectNode asked = (ObjectNode) Json.read(query);
    ObjectNode filter = Asked.filter(asked, Json.read("{}"));
    JsonNode both = Asked.after(filter, asked, key, descending, Json.read("\"last\""));
    return both.equals(filter) ? Json.read("null") : both.at("/$and/1");
  }

  @Test
  void aPageFollowsTheLastDocumentThatWasSeen() {
    assertThat(after("{}", null, false))
        .isEqualTo(Json.read("{\"mercury_id\": {\"$gt\": \"last\"}}"));
    assertThat(after("{}", "dmi.sys_vendor", true))
        .isEqualTo(Json.read("{\"dmi.sys_vendor\": {\"$lt\": \"last\"}}"));
  }

  @Test
  void aQueryThatAsksForTheKeyItselfSaysItsOwnBounds() {
    assertThat(after("{\"_id\": {\"$gt\": \"x\"}}", null, false).isNull()).isTrue();
    assertThat(after("{\"mercury_id\": \"x\"}", "mercury_id", false).isNull()).isTrue();
    assertThat(after("{\"mercury_id\": {\"$in\": [\"x\"]}}", null, false))
        .as("by default it is _id that pages go by")
        .isEqualTo(Json.read("{\"mercury_id\": {\"$gt\": \"last\"}}"));
  }
}
