package dev.ingot.server.workflow.rackhd;

import dev.ingot.core.Json;
import dev.ingot.server.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What RackHD's jobs are here: which step type of ours, and with which options. */
final class Jobs {
  private static final String OBM = "Job.Obm.Node";
  private static final String COMMANDS = "Job.Linux.Commands";

  /**
   * What a job is here.
   *
   * @param options from the task's options to those of our type; a {@link Problem} where what they
   *     ask for means nothing here
   */
  record Meaning(String type, Function<JsonNode, ObjectNode> options) {}

  private static final Map<String, Meaning> BY_NAME =
      Map.ofEntries(
          Map.entry("Job.noop", new Meaning("sleep", Jobs::delay)),
          Map.entry("Job.Evaluate.Condition", new Meaning("decide", Jobs::condition)),
          Map.entry("Job.Graph.Run", new Meaning("workflow", Jobs::graph)),
          // There are no SKUs here, and RackHD's job does nothing for a node without one.
          Map.entry("Job.Graph.RunSku", new Meaning("noop", _ -> object())),
          Map.entry(COMMANDS, new Meaning("script", Jobs::commands)),
          Map.entry("Job.Linux.ShellReboot", new Meaning("reboot", _ -> object())),
          Map.entry("Job.Linux.Catalog", new Meaning("inspect", _ -> object())),
          Map.entry("Job.Local.Catalog", new Meaning("inspect", _ -> object())),
          Map.entry("Job.Alert.Node.Discovered", new Meaning("notify", Jobs::discovered)),
          Map.entry("Job.Rest", new Meaning("http", Jobs::request)));

  /** What may be asked of a machine's controller: action of RackHD, and ours. */
  private static final Map<String, Meaning> BY_ACTION =
      Map.ofEntries(
          Map.entry("powerOn", power("on")),
          Map.entry("powerOff", power("off")),
          Map.entry("powerStatus", power("status")),
          Map.entry("reboot", power("cycle")),
          Map.entry("reset", power("cycle")),
          Map.entry("setBootPxe", boot("network")),
          Map.entry("forceBootPxe", boot("network")),
          Map.entry("setBootDisk", boot("disk")));

  /** Jobs that switch or change the node: they have it for themselves. */
  private static final Set<String> DESTRUCTIVE = Set.of(OBM, "Job.Linux.ShellReboot");

  private Jobs() {}

  static ObjectNode object() {
    return Json.MAPPER.createObjectNode();
  }

  private static Meaning power(String action) {
    return new Meaning("power", _ -> object().put("action", action));
  }

  private static Meaning boot(String device) {
    return new Meaning("boot-device", _ -> object().put("device", device).put("once", true));
  }

  static boolean isDestructive(String job) {
    return DESTRUCTIVE.contains(job);
  }

  /** The job's meaning, null when it has none. */
  static @Nullable Meaning meaning(String job, JsonNode options) {
    return job.equals(OBM) ? BY_ACTION.get(options.path("action").asString("")) : BY_NAME.get(job);
  }

  /** What this server lacks for it: a job, or an action of one; null when it has everything. */
  static @Nullable String lacks(String job, JsonNode options) {
    if (job.equals(COMMANDS) && commandList(options).stream().anyMatch(Jobs::isDownload)) {
      return COMMANDS + " downloadUrl";
    }
    if (meaning(job, options) != null) {
      return null;
    }
    String action = options.path("action").asString("");
    if (job.equals(OBM)) {
      // Which one it is shows when the run fills it in.
      return action.contains("{{") ? null : OBM + " " + action;
    }
    return job;
  }

  private static ObjectNode delay(JsonNode options) {
    long millis = options.path("delay").asLong(0);
    return object().put("time", Math.clamp(millis, 1, 999_999_999) + "ms");
  }

  /** Only the text true means that it is so. */
  private static ObjectNode condition(JsonNode options) {
    String when = options.path("when").asString(options.path("when").toString());
    return object()
        .put("that", when.equals("true"))
        .put("message", "when is not true: " + (when.length() > 200 ? "…" : when));
  }

  private static ObjectNode graph(JsonNode options) {
    ObjectNode wanted =
        object()
            .put("workflow", GraphTranslation.workflowName(options.path("graphName").asString("")));
    JsonNode given = options.path("graphOptions");
    wanted.putObject("inputs").set("graphOptions", given.isObject() ? given : object());
    ObjectNode own = wanted.putObject("options");
    given.forEachEntry(
        (label, values) -> {
          if (values.isObject()) {
            own.set(label, values);
          }
        });
    return wanted;
  }

  private static List<JsonNode> commandList(JsonNode options) {
    JsonNode said = options.path("commands");
    return said.isArray() ? said.valueStream().toList() : List.of(said);
  }

  /** One that a file of RackHD's own server belongs to. */
  private static boolean isDownload(JsonNode command) {
    return command.path("downloadUrl").isString();
  }

  /** Each in a shell of its own, until one ends as it should not. */
  private static ObjectNode commands(JsonNode options) {
    StringBuilder script = new StringBuilder("set -e\n");
    int at = 0;
    for (JsonNode each : commandList(options)) {
      String place = "commands[" + at++ + "]";
      if (isDownload(each)) {
        throw Problem.invalid(
            place + ".downloadUrl", "this server has no such file; put the script into command");
      }
      String command = each.isObject() ? each.path("command").asString("") : each.asString("");
      if (command.isBlank()) {
        throw Problem.invalid(place, "has no command");
      }
      List<String> accepted = new ArrayList<>();
      each.path("acceptedResponseCodes").forEach(code -> accepted.add(code.asInt(0) + ""));
      script.append("(\n").append(command).append("\n) || ");
      script.append(
          accepted.isEmpty()
              ? "exit $?\n"
              : "{ c=$?; case $c in "
                  + String.join("|", accepted)
                  + ") ;; *) exit $c ;; esac; }\n");
    }
    return object().put("script", script.toString());
  }

  private static ObjectNode discovered(JsonNode options) {
    return object().put("message", "the node was discovered");
  }

  private static ObjectNode request(JsonNode options) {
    ObjectNode wanted = object().put("url", options.path("url").asString(""));
    wanted.put("method", options.path("method").asString("GET").toUpperCase(Locale.ROOT));
    ObjectNode headers = wanted.putObject("headers");
    Map<String, String> lower = new TreeMap<>();
    options
        .path("headers")
        .forEachEntry(
            (name, value) -> {
              if (lower.put(name.toLowerCase(Locale.ROOT), name) == null) {
                headers.put(name, value.asString(""));
              }
            });
    JsonNode credential = options.path("credential");
    String user = credential.path("userName").asString(credential.path("username").asString(""));
    if (!user.isEmpty()) {
      String pair = user + ":" + credential.path("password").asString("");
      headers.put(
          "Authorization",
          "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
    }
    if (options.hasNonNull("data")) {
      wanted.set("body", options.path("data"));
    }
    return wanted;
  }

  /** The inputs of a run below: those of its own, and the graph's options. */
  static ObjectNode inputs(JsonNode ofRun, JsonNode own) {
    ObjectNode inputs = object();
    ofRun.forEachEntry(inputs::set);
    own.forEachEntry(inputs::set);
    return inputs;
  }
}
