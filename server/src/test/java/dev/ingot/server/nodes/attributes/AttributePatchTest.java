package dev.ingot.server.nodes.attributes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.nodes.NodeRecord.Location;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AttributePatchTest {
  @Test
  void anObjectOfTagsIsMergedAndAListTakesTheirPlace() {
    assertThat(patch("{'tags':{'b':true,'a':null,'z':null}}").tags(List.of("a", "c")))
        .containsExactly("b", "c");
    assertThat(patch("{'tags':['y','x','x']}").tags(List.of("a"))).containsExactly("x", "y");
    assertThat(patch("{'location':{}}").tags(List.of("a"))).containsExactly("a");
  }

  @Test
  void aLocationIsMergedByField() {
    Location present = new Location("ams", "r1", "12");
    assertThat(patch("{'location':{'rack':null,'unit':7}}").location(present))
        .isEqualTo(new Location("ams", null, "7"));
    assertThat(patch("{'location':null}").location(present))
        .isEqualTo(new Location(null, null, null));
    assertThat(patch("{'tags':[]}").location(present)).isEqualTo(present);
  }

  @Test
  void whatCannotBeIsRefusedByField() {
    refused("[]", null);
    refused("{}", null);
    refused("{'tag':[]}", "tag");
    refused("{'tags':'a'}", "tags");
    refused("{'tags':['a b']}", "tags");
    refused("{'tags':['-a']}", "tags");
    refused("{'tags':['" + "a".repeat(64) + "']}", "tags");
    refused("{'tags':{'a':false}}", "tags.a");
    refused("{'location':[]}", "location");
    refused("{'location':{'room':'1'}}", "location.room");
    refused("{'location':{'site':''}}", "location.site");
    refused("{'location':{'site':{}}}", "location.site");
    refused("{'location':{'site':'a\\u0000'}}", "location.site");
    refused(
        IntStream.range(0, 65)
            .mapToObj(i -> "'t" + i + "'")
            .collect(Collectors.joining(",", "{'tags':[", "]}")),
        "tags");
  }

  @Test
  void aTagTooManyIsRefusedWhenItIsAdded() {
    List<String> full = IntStream.range(0, 64).mapToObj(i -> "t" + i).toList();
    assertThat(patch("{'tags':{'t0':null,'new':true}}").tags(full)).hasSize(64);
    assertThatThrownBy(() -> patch("{'tags':{'new':true}}").tags(full))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("at most 64");
  }

  private static void refused(String body, String field) {
    assertThatThrownBy(() -> patch(body))
        .as(body)
        .isInstanceOfSatisfying(
            Problem.class,
            problem -> {
              if (field != null) {
                assertThat(problem.field()).as(body).isEqualTo(field);
              }
            });
  }

  private static AttributePatch patch(String json) {
    return AttributePatch.parse(Json.read(json.replace('\'', '"')));
  }
}
