package dev.ingot.server.workflow.definition;

import dev.ingot.configuration.Nearest;
import dev.ingot.server.workflow.expression.Expression;
import dev.ingot.server.workflow.expression.Template;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Whether options fit their types, and what templates refer to is there when they are filled in.
 */
final class ReferenceCheck {
  /** What templates may begin with. */
  static final Set<String> ROOTS =
      Set.of("node", "inventory", "inputs", "options", "steps", "run", "callbacks");

  /** The fields below them, where they are always the same. */
  private static final Map<String, Set<String>> FIELDS =
      Map.of(
          "node", Set.of("id", "hostname", "tags", "location", "network", "address"),
          "run", Set.of("id", "root", "workflow", "node", "createdBy"),
          "steps", Set.of("status", "attempt", "reason", "result"),
          "callbacks", Set.of("token", "path"));

  private static final Set<String> IN_RETRY = Set.of("reason", "result", "attempt");

  private final Workflow workflow;
  private final KnownTypes types;
  private final Findings findings;
  private final Map<String, Set<String>> before = new HashMap<>();

  ReferenceCheck(Workflow workflow, KnownTypes types, Findings findings) {
    this.workflow = workflow;
    this.types = types;
    this.findings = findings;
  }

  void check() {
    for (Step step : workflow.steps()) {
      String place = "steps." + step.name();
      JsonNode schema = types.schema(step.type());
      if (schema != null) {
        OptionsFit.check(schema, step.options(), place + ".options", findings);
      }
      if (step.type().equals("rackhd")) {
        TaskOptions.checkGiven(step.options(), place + ".options", findings);
      }
      List<Template.Place> used = new ArrayList<>();
      Template.expressions(step.options(), place + ".options", used, findings::add);
      if (step.when() != null) {
        used.add(new Template.Place(place + ".when", step.when()));
      }
      used.forEach(each -> each.expression().paths(path -> path(step, each.place(), path, false)));
      Expression retry = step.retry().when();
      if (retry != null) {
        retry.paths(path -> path(step, place + ".retry.when", path, true));
      }
      if (step.spread() != null && !types.isDestructive(step.type())) {
        findings.add(
            place + ".spread",
            "is for steps that need the node for themselves, not " + step.type());
      }
    }
    List<Template.Place> used = new ArrayList<>();
    Template.expressions(workflow.options(), "options", used, findings::add);
    used.forEach(each -> each.expression().paths(path -> path(null, each.place(), path, false)));
  }

  private void path(@Nullable Step step, String place, Expression.Path path, boolean retry) {
    String root = path.root();
    if (workflow.isForeign()) {
      return;
    }
    Set<String> roots = retry ? IN_RETRY : ROOTS;
    if (!roots.contains(root)) {
      String nearest = root.length() > 64 ? null : Nearest.of(root, roots);
      findings.add(
          place,
          "nothing is called "
              + Fields.shortened(root)
              + (nearest == null
                  ? "; known: " + String.join(", ", roots.stream().sorted().toList())
                  : "; did you mean " + nearest + "?"));
      return;
    }
    if (path.keys().isEmpty()) {
      return;
    }
    String key = path.keys().getFirst();
    field(place, path);
    if (root.equals("inputs") && !workflow.inputs().containsKey(key)) {
      findings.add(
          place,
          "there is no input " + Fields.shortened(key) + among(workflow.inputs().keySet(), key));
    } else if (root.equals("steps")) {
      if (!workflow.places().containsKey(key)) {
        findings.add(
            place,
            "there is no step " + Fields.shortened(key) + among(workflow.places().keySet(), key));
      } else if (step != null && !before(step.name()).contains(key)) {
        findings.add(place, "the step " + key + " does not come before this one");
      }
    } else if (root.equals("callbacks")) {
      boolean there =
          workflow.steps().stream()
              .anyMatch(each -> each.name().equals(key) && each.type().equals("wait-callback"));
      if (!there) {
        findings.add(
            place, "there is no step " + Fields.shortened(key) + " that waits for a callback");
      }
    }
  }

  /** A field of something whose fields are known: steps and callbacks have theirs below a name. */
  private void field(String place, Expression.Path path) {
    Set<String> known = FIELDS.get(path.root());
    int at = path.root().equals("node") || path.root().equals("run") ? 0 : 1;
    if (known != null && path.keys().size() > at && !known.contains(path.keys().get(at))) {
      String named = String.join(".", path.keys().subList(0, at + 1));
      findings.add(
          place,
          "there is no "
              + Fields.shortened(path.root() + "." + named)
              + "; known: "
              + String.join(", ", known.stream().sorted().toList()));
    }
  }

  private static String among(Set<String> names, String meant) {
    String nearest = meant.length() > 64 || names.isEmpty() ? null : Nearest.of(meant, names);
    return nearest == null ? "" : "; did you mean " + nearest + "?";
  }

  /** Every step on some way to this one. */
  private Set<String> before(String step) {
    Set<String> known = before.get(step);
    if (known != null) {
      return known;
    }
    Set<String> found = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(step));
    while (!open.isEmpty()) {
      String at = open.removeLast();
      Integer place = workflow.places().get(at);
      if (place != null) {
        for (String each : workflow.steps().get(place).after().steps()) {
          if (found.add(each)) {
            open.add(each);
          }
        }
      }
    }
    before.put(step, found);
    return found;
  }
}
