package dev.ingot.server.workflow.rackhd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.ingot.core.Json;
import dev.ingot.server.TestServer.Answer;
import dev.ingot.server.workflow.run.WorkflowScene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** RackHD's graphs and tasks, unchanged. */
class RackhdIT extends WorkflowScene {
  private static Answer load(Map<String, String> files, boolean dryRun) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("dryRun", dryRun);
    ArrayNode list = body.putArray("files");
    files.forEach((name, text) -> list.addObject().put("file", name).put("text", text));
    return server.post("/api/v1/workflows/load", Json.write(body));
  }

  private static Answer graph(String name, String rest) {
    return load(Map.of("g.json", json("{'injectableName':'" + name + "'," + rest + "}")), false);
  }

  @Test
  void everyRecordedGraphLoadsAndRunsDry() throws IOException {
    String folder = System.getenv("INGOT_FIXTURES");
    assumeTrue(folder != null && Files.isDirectory(Path.of(folder, "rackhd")), "no fixtures");
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(Path.of(folder, "rackhd"))) {
      for (Path file : all.filter(each -> each.toString().endsWith(".json")).toList()) {
        files.put(
            file.getParent().getFileName() + "/" + file.getFileName(), Files.readString(file));
      }
    }
    ok(load(files, true), 200);
    JsonNode loaded = ok(load(files, false), 200).body();
    List<String> runs = new ArrayList<>();
    for (JsonNode item : loaded.path("items")) {
      if (!item.path("state").asString().equals("task")) {
        runs.add(run(item.path("name").asString(), ",'dryRun':true"));
      }
    }
    assertThat(runs).hasSizeGreaterThan(50);
    runs.forEach(run -> assertThat(ended(run).path("reason").isMissingNode()).isTrue());
  }

  @Test
  void aGraphOfTasksThatMeanSomethingHereRunsByRackhdsRules() {
    ok(
        graph(
            "Graph.Test.Condition",
            "'options':{'defaults':{'delay':1},'is-it':{'go':'true','when':'{{ options.go }}'}},"
                + "'tasks':[{'label':'first','taskName':'Task.noop'},"
                + "{'label':'is-it','taskName':'/api/2.0/workflows/tasks/Task.Evaluate.Condition',"
                + "'waitOn':{'first':'finished'},'ignoreFailure':true},"
                + "{'label':'yes','taskName':'Task.noop','waitOn':{'is-it':'succeeded'}},"
                + "{'label':'no','taskName':'Task.noop','waitOn':{'is-it':['failed','timeout']}},"
                + "{'label':'end','taskName':'Task.noop','waitOn':{'anyOf':{'yes':'finished','no':'finished'}}}]"),
        200);
    String run = run("Graph.Test.Condition", "");
    assertEnds(run, "succeeded");
    assertThat(step(run, "yes").path("status").asString()).isEqualTo("succeeded");
    assertThat(step(run, "no").path("status").asString()).isEqualTo("unreached");
    String other = run("Graph.Test.Condition", ",'options':{'is-it':{'go':'yes'}}");
    assertEnds(other, "succeeded");
    assertThat(step(other, "no").path("status").asString()).isEqualTo("succeeded");
    ok(
        graph(
            "Graph.Test.Outer",
            "'tasks':[{'label':'run','taskDefinition':{'friendlyName':'r','injectableName':'Task.R',"
                + "'implementsTask':'Task.Base.Graph.Run','options':{'graphName':'Graph.Test.Condition',"
                + "'graphOptions':{'is-it':{'go':'no'}}},'properties':{}}}]"),
        200);
    String outer = run("Graph.Test.Outer", "");
    assertEnds(outer, "succeeded");
    String inner = step(outer, "run").path("result").path("run").asString();
    assertThat(step(inner, "no").path("status").asString()).isEqualTo("succeeded");
  }

  @Test
  void aJobThatMeansNothingHereIsNamedAndRunsDryWithItsOptions() {
    ok(
        graph(
            "Graph.Test.Ansible",
            "'options':{'a':{'playbook':'{{#options.list}}<{{.}}>{{/options.list}}','list':['x','y']}},"
                + "'tasks':[{'label':'a','taskDefinition':{'injectableName':'Task.A','implementsTask':'Task.Base.Ansible','options':{'playbook':null,'key':'{{"
                + " context.key }}'}}}]"),
        200);
    String real = run("Graph.Test.Ansible", ",'inputs':{'context':{'key':'k'}}");
    assertEnds(real, "failed");
    assertThat(show(real).path("reason").asString()).contains("Job.Ansible.Playbook");
    String dry = run("Graph.Test.Ansible", ",'dryRun':true,'inputs':{'context':{'key':'k'}}");
    assertEnds(dry, "succeeded");
    JsonNode options = step(dry, "a").path("result").path("options").path("options");
    assertThat(options.path("playbook").asString()).isEqualTo("<x><y>");
    assertThat(options.path("key").asString()).isEqualTo("k");
  }

  @Test
  void optionsComeInRackhdsOrderAndNullFallsBackToTheDefaults() {
    ok(
        graph(
            "Graph.Test.Options",
            "'serviceGraph':true,'options':{'defaults':{'a':'default','b':'default','_taskTimeout':-1},"
                + "'two':{'a':null,'b':'label'}},'tasks':["
                + "{'label':'one','taskDefinition':{'friendlyName':'o','injectableName':'Task.O','implementsTask':'Task.Base.Ansible','options':{'a':'task','b':'task','c':'{{"
                + " options.d || options.e || literal"
                + " }}','key':'k','playbook':'p'},'properties':{}},'optionOverrides':{'c':'{{"
                + " options.a }}+'}},"
                + "{'label':'two','taskDefinition':{'friendlyName':'o','injectableName':'Task.P','implementsTask':'Task.Base.Ansible','options':{'a':'task','b':'task','c':'{{"
                + " context.users || nobody }}','key':'k','playbook':'p'},"
                + "'properties':{}},'waitOn':{'one':['succeeded','failed']}},"
                + "{'label':'three','taskName':'Task.noop','waitOn':{'one':'finished','anyOf':{'two':'succeeded'}}}]"),
        200);
    String run = run("Graph.Test.Options", ",'dryRun':true");
    assertEnds(run, "succeeded");
    JsonNode one = step(run, "one").path("result").path("options").path("options");
    assertThat(one.path("a").asString()).isEqualTo("default");
    assertThat(one.path("c").asString()).isEqualTo("default+");
    JsonNode two = step(run, "two").path("result").path("options").path("options");
    assertThat(two.path("a").asString()).isEqualTo("default");
    assertThat(two.path("b").asString()).isEqualTo("label");
    assertThat(two.path("c").asString()).isEqualTo("nobody");
    assertThat(step(run, "three").path("status").asString()).isEqualTo("succeeded");
  }

  @Test
  void whatIsWrongIsNamedWithFileAndPlace() {
    String[][] cases = {
      {
        "'tasks':[{'label':'a','taskName':'Task.Nobody.Knows'}]",
        "g.json: tasks.a.taskName: there is no task Task.Nobody.Knows"
      },
      {"'tasks':[{'taskName':'Task.noop'}]", "tasks[0].label: is missing"},
      {
        "'tasks':[{'label':'a','taskName':'Task.noop','waitOn':{'b':'finished'}}]",
        "there is no step of that name"
      },
      {
        "'tasks':[{'label':'a','taskName':'Task.noop','waitOn':{'a':'finished'}}]",
        "goes in a circle"
      },
      {
        "'tasks':[{'label':'a','taskName':'Task.noop'},{'label':'a','taskName':'Task.noop'}]",
        "is there twice"
      },
      {
        "'tasks':[{'label':'a','taskName':'Task.noop','waitOn':{'a':'perhaps'}}]",
        "tasks.a.waitOn.a: must be succeeded"
      },
    };
    for (String[] each : cases) {
      Answer refused = graph("Graph.Test.Wrong", each[0]);
      ok(refused, 422);
      assertThat(refused.text("detail")).contains(each[1]);
    }
  }
}
