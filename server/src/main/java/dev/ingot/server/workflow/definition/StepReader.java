package dev.ingot.server.workflow.definition;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.workflow.expression.Expression;
import dev.ingot.server.workflow.expression.ExpressionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads one step. */
final class StepReader {
  static final List<String> FIELDS =
      List.of(
          "name",
          "type",
          "description",
          "options",
          "after",
          "ignoreFailure",
          "retry",
          "timeout",
          "deadline",
          "when",
          "group",
          "spread");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");
  private static final Duration TIMEOUT = Duration.ofHours(24);
  private static final String ANY = "any";

  private final Findings findings;
  private final KnownTypes types;

  StepReader(Findings findings, KnownTypes types) {
    this.findings = findings;
    this.types = types;
  }

  Step read(JsonNode json, int at) {
    JsonNode said = json.path("name");
    String name = said.isString() ? said.stringValue() : "";
    String place = name.isEmpty() ? "steps[" + at + "]" : "steps." + Fields.shortened(name);
    Fields fields = Fields.of(json, place, findings, FIELDS);
    if (!NAME.matcher(name).matches() || name.equals(ANY)) {
      fields.wrong(
          "name", "a step's name is 1 to 64 letters, digits, dashes and underscores, and not any");
    }
    String type = fields.text("type", 64);
    if (type == null || !types.names().contains(type)) {
      fields.wrong(
          "type",
          (type == null ? "is missing" : "there is no step type " + type)
              + "; known: "
              + String.join(", ", types.names()));
    }
    JsonNode options = fields.get("options");
    if (options != null && !options.isObject()) {
      fields.wrong("options", "must be an object");
    }
    return new Step(
        name,
        type == null ? "" : type,
        fields.text("description", 1000),
        options instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode(),
        after(fields),
        fields.flag("ignoreFailure"),
        retry(fields),
        fields.time("timeout", TIMEOUT),
        deadline(fields),
        expression(fields, "when"),
        group(fields),
        spread(fields));
  }

  private After after(Fields fields) {
    JsonNode after = fields.get("after");
    if (after == null) {
      return After.NOTHING;
    }
    Map<String, Set<Outcome>> all = new LinkedHashMap<>();
    Map<String, Set<Outcome>> any = new LinkedHashMap<>();
    String place = fields.place("after");
    if (after.isString()) {
      all.put(after.stringValue(), succeeded());
    } else if (after.isArray() && after.valueStream().allMatch(JsonNode::isString)) {
      after.forEach(each -> all.put(each.stringValue(), succeeded()));
    } else if (after.isObject()) {
      conditions(after, place, all);
      if (after.has(ANY)) {
        if (after.path(ANY).isObject() && !after.path(ANY).isEmpty()) {
          conditions(after.path(ANY), place + "." + ANY, any);
        } else {
          findings.add(place + "." + ANY, "must be an object of steps and outcomes");
        }
      }
    } else {
      findings.add(place, "must be a step, a list of steps, or an object of steps and outcomes");
    }
    return new After(all, any);
  }

  private static Set<Outcome> succeeded() {
    Set<Outcome> meant = Outcome.meant("succeeded");
    return meant == null ? Set.of() : meant;
  }

  private void conditions(JsonNode object, String place, Map<String, Set<Outcome>> into) {
    object.forEachEntry(
        (step, words) -> {
          if (step.equals(ANY) && words.isObject()) {
            return;
          }
          Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
          List<JsonNode> list = words.isArray() ? words.valueStream().toList() : List.of(words);
          for (JsonNode word : list) {
            Set<Outcome> meant = word.isString() ? Outcome.meant(word.stringValue()) : null;
            if (meant == null) {
              findings.add(
                  place + "." + Fields.shortened(step),
                  "must be " + Problem.oneOf(List.copyOf(Outcome.words())) + ", or a list of them");
              return;
            }
            outcomes.addAll(meant);
          }
          if (outcomes.isEmpty()) {
            findings.add(place + "." + Fields.shortened(step), "names no outcome");
          }
          into.put(step, outcomes);
        });
  }

  private Step.Retry retry(Fields step) {
    JsonNode json = step.get("retry");
    if (json == null) {
      return Step.Retry.NONE;
    }
    Fields fields =
        Fields.of(
            json,
            step.place("retry"),
            findings,
            List.of("times", "pause", "factor", "longest", "when"));
    Integer times = fields.number("times", 1, 100);
    if (fields.get("times") == null) {
      fields.wrong("times", "is missing");
    }
    JsonNode factor = fields.get("factor");
    double by = factor == null ? Step.Retry.NONE.factor() : factor.asDouble(0);
    if (!(by >= 1 && by <= 10)) {
      fields.wrong("factor", "must be a number from 1 to 10");
      by = 1;
    }
    return new Step.Retry(
        times == null ? 0 : times,
        fields.time("pause", Step.Retry.NONE.pause()),
        by,
        fields.time("longest", Step.Retry.NONE.longest()),
        expression(fields, "when"));
  }

  private Step.@Nullable Deadline deadline(Fields step) {
    JsonNode json = step.get("deadline");
    if (json == null) {
      return null;
    }
    if (!json.isObject()) {
      return new Step.Deadline(step.time("deadline", TIMEOUT), List.of(Step.Escalation.FAIL));
    }
    Fields fields = Fields.of(json, step.place("deadline"), findings, List.of("after", "then"));
    if (fields.get("after") == null) {
      fields.wrong("after", "is missing");
    }
    List<Step.Escalation> then = new ArrayList<>();
    JsonNode said = fields.get("then");
    List<JsonNode> words =
        said == null ? List.of() : said.isArray() ? said.valueStream().toList() : List.of(said);
    for (JsonNode word : words) {
      Step.Escalation found =
          Arrays.stream(Step.Escalation.values())
              .filter(each -> word(each).equals(word.asString("")))
              .findFirst()
              .orElse(null);
      if (found == null) {
        fields.wrong(
            "then",
            "must be "
                + Problem.oneOf(
                    Arrays.stream(Step.Escalation.values()).map(StepReader::word).toList())
                + ", or a list of them");
        break;
      }
      then.add(found);
    }
    if (then.size() > 10) {
      fields.wrong("then", "has at most 10 entries");
    }
    return new Step.Deadline(
        fields.time("after", TIMEOUT),
        then.isEmpty() ? List.of(Step.Escalation.FAIL) : List.copyOf(then));
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private @Nullable Expression expression(Fields fields, String name) {
    JsonNode value = fields.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isString() && !value.isBoolean()) {
      fields.wrong(name, "must be an expression");
      return null;
    }
    String text = value.asString().strip();
    if (text.startsWith("{{") && text.endsWith("}}")) {
      text = text.substring(2, text.length() - 2);
    }
    try {
      return Expression.parse(text);
    } catch (ExpressionException e) {
      fields.wrong(name, e.why());
      return null;
    }
  }

  private Step.@Nullable Group group(Fields step) {
    JsonNode json = step.get("group");
    if (json == null) {
      return null;
    }
    Fields fields = Fields.of(json, step.place("group"), findings, List.of("name", "most"));
    String name = fields.text("name", 64);
    Integer most = fields.number("most", 1, 100_000);
    if (name == null || name.isBlank() || most == null) {
      step.wrong("group", "wants a name and most");
      return null;
    }
    return new Step.Group(name, most);
  }

  private Step.@Nullable Spread spread(Fields step) {
    JsonNode json = step.get("spread");
    if (json == null) {
      return null;
    }
    Fields fields =
        Fields.of(json, step.place("spread"), findings, List.of("of", "most", "percent"));
    String of = fields.text("of", 200);
    Integer most = fields.number("most", 1, 100_000);
    Integer percent = fields.number("percent", 1, 100);
    if (of == null
        || !(of.equals("rack")
            || of.equals("site")
            || of.equals("all")
            || (of.startsWith("tag:") && of.length() > 4))) {
      fields.wrong("of", "must be rack, site, all or tag:NAME");
      return null;
    }
    if ((most == null) == (percent == null)) {
      step.wrong("spread", "wants either most or percent");
      return null;
    }
    return new Step.Spread(of, most, percent);
  }
}
