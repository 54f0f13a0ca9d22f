package dev.ingot.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

final class PathGrantsTest {
  private static PathGrants grants(String... written) {
    return PathGrants.parse(List.of(written), "read");
  }

  private static boolean covers(PathGrants grants, String path) {
    return grants.covers(List.of(path.split("\\.")));
  }

  private static String pruned(PathGrants grants, String document) {
    return Json.write(grants.prune((ObjectNode) Json.read(document)));
  }

  @Test
  void aGrantCoversItsPathAndAllBelowAndNothingAboveOrBeside() {
    PathGrants grants = grants("cpu", "interfaces.lldp", "plugins.*.version");
    assertThat(covers(grants, "cpu")).isTrue();
    assertThat(covers(grants, "cpu.0.cores")).isTrue();
    assertThat(covers(grants, "cpus")).isFalse();
    assertThat(covers(grants, "interfaces")).isFalse();
    assertThat(covers(grants, "interfaces.3.lldp.switch_name")).isTrue();
    assertThat(covers(grants, "interfaces.address")).isFalse();
    assertThat(covers(grants, "plugins")).isFalse();
    assertThat(covers(grants, "plugins.raid")).isFalse();
    assertThat(covers(grants, "plugins.raid.version")).isTrue();
    assertThat(covers(grants, "plugins.raid.state.version")).isFalse();
    assertThat(grants.reaches(List.of("interfaces"))).isTrue();
    assertThat(grants.reaches(List.of("plugins", "raid"))).isTrue();
    assertThat(grants.reaches(List.of("dmi"))).isFalse();
  }

  @Test
  void keysThatNoPathCanWriteAreHiddenUnlessTheirObjectIsGranted() {
    String document = "{\"o\":{\"\":1,\"a\":{\"\":2,\"c\":3},\"a.b\":4}}";
    assertThat(pruned(grants("o.a"), document)).isEqualTo("{\"o\":{\"a\":{\"\":2,\"c\":3}}}");
    assertThat(pruned(grants("o.a.b"), document)).isEqualTo("{}");
    assertThat(pruned(grants("o.a.c"), document)).isEqualTo("{\"o\":{\"a\":{\"c\":3}}}");
    assertThat(pruned(grants("o"), document)).isEqualTo(document);
  }

  @Test
  void aStarAtTheEndIsEverythingBelow() {
    assertThat(grants("*").isEverything()).isTrue();
    assertThat(covers(grants("plugins.*"), "plugins")).isTrue();
    assertThat(covers(grants("*.version"), "dmi.version")).isTrue();
    assertThat(covers(grants("*.version"), "dmi")).isFalse();
    assertThat(grants("cpu").isEverything()).isFalse();
    assertThat(PathGrants.NOTHING.reaches(List.of("cpu"))).isFalse();
  }

  @Test
  void aStarAndANameBesideItGrantWhatEitherDoes() {
    PathGrants grants = grants("a.*.c", "a.b.d");
    assertThat(covers(grants, "a.b.c")).isTrue();
    assertThat(covers(grants, "a.b.d")).isTrue();
    assertThat(covers(grants, "a.x.d")).isFalse();
  }

  @Test
  void whatIsLeftOfADocumentKeepsTheShapeOfArraysAndDropsWhatIsEmpty() {
    PathGrants grants = grants("interfaces.mac", "mem.total", "dmi.vendor");
    assertThat(
            pruned(
                grants,
                """
                {"interfaces": [{"mac": "a", "ip": "b"}, {"ip": "c"}, 5, [{"mac": 1, "x": 2}]],
                 "mem": {"free": 1}, "dmi": "text", "cpu": [1]}
                """))
        .isEqualTo("{\"interfaces\":[{\"mac\":\"a\"},{},null,[{\"mac\":1}]]}");
    assertThat(pruned(grants, "{\"interfaces\": {\"0\": {\"mac\": 1, \"ip\": 2}}}"))
        .isEqualTo("{\"interfaces\":{\"0\":{\"mac\":1}}}");
    assertThat(pruned(grants, "{\"dmi\": {\"vendor\": {}, \"serial\": 1}}"))
        .isEqualTo("{\"dmi\":{\"vendor\":{}}}");
  }

  @Test
  void whatIsNoPathIsRefusedByItsPlace() {
    for (String wrong : List.of("", "cpu.", ".cpu", "$where", "cpu.$x", "cp*", "cpu.0.cores")) {
      assertThatThrownBy(() -> grants("cpu", wrong))
          .as(wrong)
          .isInstanceOfSatisfying(
              Problem.class, problem -> assertThat(problem.field()).isEqualTo("read.1"));
    }
  }
}
