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
      if (item.path("version").asInt(0) > 0) { // else a task or a schema
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

  private static List<String> lacks(Answer loaded) {
    JsonNode item = loaded.body().path("items").get(0);
    return item.path("lacks").valueStream().map(JsonNode::asString).toList();
  }

  private static String task(String label, String name, String more) {
    return "{'label':'" + label + "','taskName':'" + name + "'" + more + "}";
  }

  @Test
  void whatAJobNeedsAndNobodyHasIsSaidWhenItIsLoadedAndWhenItRunsDry() {
    Answer loaded =
        ok(
            graph(
                "Graph Test/Lacks",
                "'tasks':["
                    + task("led", "Task.Obm.Node.IdentifyOn", "")
                    + ","
                    + task("off", "Task.Obm.Node.PowerOff", ",'waitOn':{'led':'finished'}")
                    + ","
                    + task("boot", "Task.Linux.Bootstrap.Ubuntu", "")
                    + "]"),
            200);
    JsonNode item = loaded.body().path("items").get(0);
    assertThat(item.path("name").asString()).isEqualTo("Graph-Test-Lacks");
    assertThat(lacks(loaded))
        .containsExactly("Job.Obm.Node identifyOn (led)", "Job.Linux.Bootstrap (boot)");
    String dry = run("Graph-Test-Lacks", ",'dryRun':true");
    assertEnds(dry, "succeeded");
    assertThat(step(dry, "led").path("result").path("lacks").asString()).contains("identifyOn");
    assertThat(step(dry, "off").path("result").has("lacks")).isFalse();
    assertThat(step(dry, "off").path("result").path("options").has("schema")).isFalse();
    String real = run("Graph-Test-Lacks", "");
    assertEnds(real, "failed");
    assertThat(step(real, "off").path("reason").asString()).contains("needs a node");
  }

  @Test
  void optionsAreHeldAgainstTheSchemasOfTaskAndBaseAlsoFromFiles() {
    String common =
        "{'definitions':{'Size':{'type':'integer','minimum':0,'exclusiveMinimum':true}}}";
    String schema =
        "{'$schema':'rackhd-task-schema.json','copyright':'-','definitions':{'Mode':{'enum':['a','b']}},"
            + "'allOf':[{'type':'object','properties':{'size':{'$ref':'common.json#/definitions/Size'},"
            + "'mode':{'$ref':'#/definitions/Mode'}},'required':['size','mode']}]}";
    String base =
        "{'friendlyName':'b','injectableName':'Task.Base.J8','runJob':'Job.J8','requiredOptions':['what'],"
            + "'requiredProperties':{},'properties':{},'optionsSchema':'j8.json'}";
    String task =
        "{'friendlyName':'t','injectableName':'Task.J8','implementsTask':'Task.Base.J8','options':"
            + "{'mode':'a','size':null,'what':'{{ options.mode }}'},'properties':{}}";
    Map<String, String> files =
        new TreeMap<>(
            Map.of(
                "schemas/common.json",
                json(common),
                "schemas/j8.json",
                json(schema),
                "base/b.json",
                json(base),
                "t.json",
                json(task),
                "config.json",
                json("{'name':'pack','rules':[],'skuConfig':{}}")));
    files.put(
        "g.json",
        json(
            "{'injectableName':'Graph.Test.Schema','options':{'one':{'size':0}},'tasks':["
                + task("one", "Task.J8", "")
                + "]}"));
    Answer refused = ok(load(files, false), 422);
    assertThat(refused.text("detail")).contains("g.json").contains("steps.one.options.size");
    files.put(
        "g.json",
        json(
            "{'injectableName':'Graph.Test.Schema','tasks':[" + task("one", "Task.J8", "") + "]}"));
    JsonNode items = ok(load(files, false), 200).body().path("items");
    assertThat(items.valueStream().map(each -> each.path("state").asString()))
        .contains("schema", "task", "left out (settings of a SKU pack)");
    Answer missing = server.post("/api/v1/runs", json("{'workflow':'Graph.Test.Schema'}"));
    ok(missing, 422);
    assertThat(missing.text("field")).isEqualTo("options.one.size");
    String dry = run("Graph.Test.Schema", ",'dryRun':true");
    assertEnds(dry, "succeeded");
    assertThat(step(dry, "one").path("result").path("unresolved").asString())
        .contains("Task.J8")
        .contains("options.size");
    String wrong =
        run("Graph.Test.Schema", ",'options':{'one':{'mode':'{{ inputs.no || c }}','size':3}}");
    assertEnds(wrong, "failed");
    assertThat(show(wrong).path("reason").asString()).contains("options.mode").contains("Task.J8");
    // Loaded again without its files, it still knows them.
    Map<String, String> alone =
        Map.of(
            "g.json",
            json(
                "{'injectableName':'Graph.Test.Schema','options':{'one':{'mode':'z'}},'tasks':["
                    + task("one", "Task.J8", "")
                    + "]}"));
    assertThat(ok(load(alone, true), 422).text("detail")).contains("steps.one.options.mode");
  }

  @Test
  void defaultsOfARunDoNotGoOverTheLabelsOptionsOfTheGraph() {
    String base =
        "{'friendlyName':'b','injectableName':'Task.Base.L','runJob':'Job.L','requiredOptions':[],"
            + "'requiredProperties':{},'options':{},'properties':{}}";
    ok(load(Map.of("b.json", json(base)), false), 200);
    ok(
        graph(
            "Graph.Test.Layers",
            "'options':{'defaults':{'x':'d'},'a b':{'x':'label','n':null}},'tasks':[{'label':'a"
                + " b','taskDefinition':"
                + "{'friendlyName':'o','injectableName':'Task.L','implementsTask':'Task.Base.L','options':"
                + "{'x':'task','y':'task','n':'task','playbook':'p'},'properties':{}}},"
                + task("a-b", "Task.noop", ",'waitOn':{'a b':'finished'}")
                + ","
                + task("any", "Task.noop", ",'waitOn':{'anyOf':{'a-b':'finished'}}")
                + "]"),
        200);
    String run =
        run(
            "Graph.Test.Layers",
            ",'dryRun':true,'options':{'defaults':{'x':'run','y':'run','z':1},'a b':{'w':1}}");
    assertEnds(run, "succeeded");
    JsonNode options = step(run, "a-b").path("result").path("options").path("options");
    assertThat(options.path("x").asString()).isEqualTo("label");
    assertThat(options.path("y").asString()).isEqualTo("run");
    assertThat(options.path("n").asString()).isEqualTo("task");
    assertThat(options.has("z")).isFalse();
    assertThat(options.path("w").asInt(0)).isEqualTo(1);
    assertThat(step(run, "a-b-2").path("status").asString()).isEqualTo("succeeded");
    assertThat(step(run, "any-2").path("status").asString()).isEqualTo("succeeded");
  }

  @Test
  void aGraphBelowAnotherSeesWhatThatOneWasGiven() {
    ok(
        graph(
            "Graph.Test.Below",
            "'tasks':["
                + task(
                    "is",
                    "Task.Evaluate.Condition",
                    ",'optionOverrides':{'when':'{{ context.go }}'}")
                + "]"),
        200);
    ok(
        graph(
            "Graph.Test.Above",
            "'tasks':[{'label':'run','taskDefinition':{'friendlyName':'r','injectableName':'Task.R2',"
                + "'implementsTask':'Task.Base.Graph.Run','options':{'graphName':'Graph.Test.Below',"
                + "'graphOptions':{}},'properties':{}}}]"),
        200);
    assertEnds(run("Graph.Test.Above", ",'inputs':{'context':{'go':'true'}}"), "succeeded");
    assertEnds(run("Graph.Test.Above", ",'inputs':{'context':{'go':'no'}}"), "failed");
  }

  @Test
  void tasksOfOlderAndNewerVersionsAreKnownByTheirNames() {
    List<String> tasks = new ArrayList<>();
    for (String name :
        ("Catalog.adaptecraid Catalog.hpssaraid Raid.Create.HpssaRaid Raid.Delete.AdaptecRAID"
                + " Drive.Clear.Partition Linux.DownloadAmiTools Power.Node.Reboot"
                + " Linux.Install.CoreOS Os.Install.Esx Snmp.Collect Ssh.ValidateIn-band")
            .split(" ", -1)) {
      tasks.add(task("t" + tasks.size(), "Task." + name, ""));
    }
    String all = "'tasks':[" + String.join(",", tasks) + "]";
    assertThat(lacks(ok(graph("Graph.Test.Versions", all), 200)))
        .containsExactly(
            "Job.Linux.Install (t7)",
            "Job.Os.Install (t8)",
            "Job.Snmp.Collect (t9)",
            "Job.Ssh (t10)");
    assertEnds(run("Graph.Test.Versions", ",'dryRun':true"), "succeeded");
  }

  @Test
  void commandsWithFilesOfRackhdsServerAreSaidToLackThem() {
    String definition =
        "'taskDefinition':{'friendlyName':'c','injectableName':'Task.C','implementsTask':"
            + "'Task.Base.Linux.Commands','options':{'commands':";
    String tasks =
        "'tasks':[{'label':'get',"
            + definition
            + "[{'command':'sh a','downloadUrl':'{{ api.templates }}/a'}]},'properties':{}}},"
            + "{'label':'say',"
            + definition
            + "'echo'},'properties':{}}}]";
    assertThat(lacks(ok(graph("Graph.Test.Download", tasks), 200)))
        .containsExactly("Job.Linux.Commands downloadUrl (get)");
    String dry =
        run("Graph.Test.Download", ",'dryRun':true,'inputs':{'api':{'templates':'http://t'}}");
    assertEnds(dry, "succeeded");
    assertThat(step(dry, "get").path("result").path("lacks").asString()).contains("downloadUrl");
    assertThat(step(dry, "say").path("result").has("lacks")).isFalse();
  }

  @Test
  void aSchemaMayBeNamedAsOlderVersionsDoAndGivesTheTaskAllDefaults() {
    Map<String, String> files =
        Map.of(
            "old.json",
            json("{'type':'object','properties':{'size':{'type':'integer'}}}"),
            "b.json",
            json(
                "{'friendlyName':'b','injectableName':'Task.Base.Old','runJob':'Job.Old',"
                    + "'requiredOptions':[],'requiredProperties':{},'properties':{}}"),
            "t.json",
            json(
                "{'friendlyName':'t','injectableName':'Task.Old','implementsTask':'Task.Base.Old',"
                    + "'schemaRef':'old.json','options':{},'properties':{}}"));
    ok(load(files, false), 200);
    ok(
        graph(
            "Graph.Test.Old",
            "'options':{'defaults':{'more':1}},'tasks':[" + task("a", "Task.Old", "") + "]"),
        200);
    String run = run("Graph.Test.Old", ",'dryRun':true");
    assertEnds(run, "succeeded");
    JsonNode options = step(run, "a").path("result").path("options").path("options");
    assertThat(options.path("more").asInt(0)).isEqualTo(1);
    Answer refused =
        graph(
            "Graph.Test.Old",
            "'options':{'a':{'size':'big'}},'tasks':[" + task("a", "Task.Old", "") + "]");
    ok(refused, 422);
    assertThat(refused.text("detail")).contains("steps.a.options.size");
  }
}
