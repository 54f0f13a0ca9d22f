package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

class OriginConditionTest {
  private static final JsonNode ORIGIN =
      Json.read("{'name': 'ord1', 'datacenter': 'ORD', 'address': null}".replace('\'', '"'));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "origin.name|\"ord1\"|true",
        "origin.name|\"dfw1\"|false",
        "origin.name|{\"$eq\": \"ord1\"}|true",
        "origin.name|{\"$ne\": \"ord1\"}|false",
        "origin.name|{\"$in\": [\"dfw1\", \"ord1\"]}|true",
        "origin.name|{\"$nin\": [\"dfw1\", \"ord1\"]}|false",
        "origin.datacenter|{\"$regex\": \"^or\", \"$options\": \"i\"}|true",
        "origin.datacenter|{\"$regex\": \"^or\"}|false",
        "origin.datacenter|{\"$ne\": \"DFW\", \"$exists\": true}|true",
        "origin.address|null|true",
        "origin.rack|null|true",
        "origin.rack|{\"$exists\": false}|true",
        "origin.name.first|\"o\"|false",
        "origin|null|false",
        "origin|{\"$ne\": null}|true"
      })
  void aConditionHoldsForAllOrForNone(String path, String condition, boolean holds) {
    assertThat(OriginCondition.holds(ORIGIN, path, Json.read(condition))).isEqualTo(holds);
    JsonNode asked = Json.read("{\"%s\": %s}".formatted(path, condition));
    assertThat(Asked.filter(asked, ORIGIN).isEmpty()).isEqualTo(holds);
  }

  @Test
  void whatCannotBeAskedIsSaid() {
    assertThatThrownBy(
            () -> OriginCondition.holds(ORIGIN, "origin.name", Json.read("{\"$gt\": \"a\"}")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("$gt");
    assertThatThrownBy(
            () -> OriginCondition.holds(ORIGIN, "origin.name", Json.read("{\"$regex\": \"(\"}")))
        .isInstanceOf(Refused.class)
        .hasMessageContaining("regular expression");
  }
}
