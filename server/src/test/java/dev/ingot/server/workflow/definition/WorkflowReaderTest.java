package dev.ingot.server.workflow.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class WorkflowReaderTest {
  private static final KnownTypes TYPES =
      new KnownTypes() {
        private final Map<String, JsonNode> schemas =
            Map.of(
                "noop", Json.read("{}"),
                "wait-callback", Json.read("{}"),
                "sleep",
                    Json.read(
                        "{\"required\":[\"time\"],\"additionalProperties\":false,"
                            + "\"properties\":{\"time\":{\"type\":\"integer\"}}}"));

        @Override
        public Set<String> names() {
          return schemas.keySet();
        }

        @Override
        public JsonNode schema(String type) {
          return schemas.get(type);
        }

        @Override
        public boolean isDestructive(String type) {
          return false;
        }
      };

  private static List<String> findings(String json) {
    Findings findings = new Findings();
    new WorkflowReader(TYPES).read(Json.read(json.replace('\'', '"')), findings);
    return findings.all().stream().map(each -> each.place() + ": " + each.problem()).toList();
  }

  private static List<String> steps(String steps) {
    return findings("{'name':'w','steps':[" + steps + "]}");
  }

  @Test
  void aGoodOneIsReadWithoutAWord() {
    assertThat(
            findings(
                "{'name':'Graph.X','description':'d','inputs':{'a':{'default':1}},'steps':[{'name':'a','type':'noop','options':{'x':'{{"
                    + " inputs.a"
                    + " }}'},'timeout':'5m','retry':{'times':3,'pause':'1s','when':'attempt < 3 &&"
                    + " !contains(reason,"
                    + " \\'x\\')'}},{'name':'b','type':'sleep','options':{'time':'{{ steps.a.result"
                    + " }}'},"
                    + "'after':{'a':['failed','skipped']},'deadline':{'after':'1h','then':['alert','fail']}},"
                    + "{'name':'c','type':'noop','after':{'b':'finished','any':{'a':'failed','b':'succeeded'}}}]}"))
        .isEmpty();
  }

  @Test
  void everythingThatIsWrongIsNamedWithItsPlace() {
    Map<String, String> cases =
        Map.ofEntries(
            Map.entry("{'name':'a','type':'nop'}", "steps.a.type: there is no step type nop"),
            Map.entry("{'name':'a'}", "steps.a.type: is missing"),
            Map.entry("{'type':'noop'}", "steps[0].name: a step's name is"),
            Map.entry("{'name':'a','type':'noop','aftr':[]}", "did you mean after?"),
            Map.entry(
                "{'name':'a','type':'noop','after':['b']}", "steps.a.after.b: there is no step"),
            Map.entry("{'name':'a','type':'noop','after':'a'}", "goes in a circle: a → a"),
            Map.entry(
                "{'name':'a','type':'noop','after':'c'},{'name':'b','type':'noop','after':'a'},"
                    + "{'name':'c','type':'noop','after':'b'}",
                "goes in a circle: "),
            Map.entry("{'name':'a','type':'sleep'}", "steps.a.options: "),
            Map.entry(
                "{'name':'a','type':'sleep','options':{'time':'x'}}", "steps.a.options.time: "),
            Map.entry(
                "{'name':'a','type':'sleep','options':{'time':1,'tme':2}}", "steps.a.options: "),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':'{{ inputs.y }}'}}",
                "steps.a.options.x: there is no input y"),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':['{{ steps.b.result }}']}},"
                    + "{'name':'b','type':'noop'}",
                "steps.a.options.x[0]: the step b does not come before this one"),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':'{{ nod.id }}'}}",
                "nothing is called nod; did you mean node?"),
            Map.entry(
                "{'name':'a','type':'assert','options':{'that':'{{ node.name != 1 }}'}}",
                "steps.a.options.that: there is no node.name; known: address, hostname, id,"),
            Map.entry(
                "{'name':'a','type':'noop'},"
                    + "{'name':'b','type':'noop','after':'a','when':'steps.a.state == 1'}",
                "steps.b.when: there is no steps.a.state; known: attempt, reason, result, status"),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':'{{ node.id'}}", "{{ is not closed"),
            Map.entry("{'name':'a','type':'noop','when':'a &&'}", "steps.a.when: it ends where"),
            Map.entry("{'name':'a','type':'noop','timeout':'soon'}", "steps.a.timeout: must be"),
            Map.entry("{'name':'a','type':'noop','retry':{}}", "steps.a.retry.times: is missing"),
            Map.entry(
                "{'name':'a','type':'noop','after':{'b':'done'}},{'name':'b','type':'noop'}",
                "steps.a.after.b: must be succeeded"),
            Map.entry(
                "{'name':'a','type':'noop','deadline':{'after':'1s','then':'explode'}}",
                "steps.a.deadline.then: must be alert"),
            Map.entry("{'name':'a','type':'noop'},{'name':'a','type':'noop'}", "is called a too"),
            Map.entry(
                "{'name':'a','type':'noop'},{'name':'y','type':'noop','after':{'a':'succeeded'}},"
                    + "{'name':'n','type':'noop','after':{'a':'failed'}},"
                    + "{'name':'x','type':'noop','after':['y','n']}",
                "steps.x.after: can never be reached: a would have to end in two ways"),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':'\\u0000'}}",
                "steps.0.options.x: holds U+0000"),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':['\\ud800']}}",
                "steps.0.options.x.0: holds U+0000 or half a surrogate pair"),
            Map.entry(
                "{'name':'a','type':'noop','options':{'x':1e999999999}}",
                "steps.0.options.x: is a number beyond"),
            Map.entry("", "steps: must be a list of steps, at least one"));
    cases.forEach(
        (steps, expected) ->
            assertThat(steps(steps)).as(steps).anyMatch(each -> each.contains(expected)));
  }

  @Test
  void aCircleIsNamedBesideAStepThatIsMissing() {
    assertThat(
            steps(
                "{'name':'a','type':'noop','after':['c','ghost']},"
                    + "{'name':'b','type':'noop','after':'a'},"
                    + "{'name':'c','type':'noop','after':'b'},"
                    + "{'name':'d','type':'noop','after':'ghost'}"))
        .anyMatch(each -> each.contains("goes in a circle: b → c → a → b"))
        .anyMatch(each -> each.contains("steps.a.after.ghost: there is no step of that name"))
        .anyMatch(each -> each.contains("steps.d.after.ghost: there is no step of that name"))
        .noneMatch(each -> each.contains("steps.d.after: "));
  }

  @Test
  void tenThousandStepsAreRefusedAndSoIsALongCircle() {
    String many =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "{'name':'s" + i + "','type':'noop'}")
            .collect(Collectors.joining(","));
    assertThat(steps(many)).anyMatch(each -> each.contains("at most 500 steps, this one 10000"));
    String circle =
        IntStream.range(0, 500)
            .mapToObj(
                i -> "{'name':'s%d','type':'noop','after':'s%d'}".formatted(i, (i + 499) % 500))
            .collect(Collectors.joining(","));
    assertThat(steps(circle)).anyMatch(each -> each.contains("goes in a circle"));
  }

  @Test
  void anEndlessExpressionIsRefused() {
    assertThat(steps("{'name':'a','type':'noop','when':'" + "(".repeat(1500) + "'}"))
        .anyMatch(each -> each.contains("nested deeper than 50"));
    assertThat(steps("{'name':'a','type':'noop','when':'" + "!".repeat(1500) + "x'}"))
        .anyMatch(each -> each.contains("nested deeper than 50"));
    assertThat(steps("{'name':'a','type':'noop','when':'" + "1 || ".repeat(5000) + "1'}"))
        .anyMatch(each -> each.contains("at most 2000 characters"));
  }
}
