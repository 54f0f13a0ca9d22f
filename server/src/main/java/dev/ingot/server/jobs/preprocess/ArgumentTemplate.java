package dev.ingot.server.jobs.preprocess;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.MustacheException;
import com.samskivert.mustache.Template;
import dev.ingot.core.Json;
import dev.ingot.server.jobs.preprocess.JobPreprocessor.Rendered;
import dev.ingot.server.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Mustache template of YAML (or JSON) that becomes the arguments of a task. Without logic and
 * strict: a name that nothing stands for is an error that names it. {@code {{x}}} is written so
 * that it stays within quotes, {@code {{{x}}}} as it is.
 */
final class ArgumentTemplate {
  private static final int MOST_RENDERED = 1 << 20;
  private static final int MOST_ALIASES = 50;

  private final Template template;

  /**
   * @throws Problem if it is no template
   */
  ArgumentTemplate(String text) {
    closed(text);
    try {
      template =
          Mustache.compiler()
              .withEscaper(ArgumentTemplate::quoted)
              .withLoader(
                  name -> {
                    throw new MustacheException(
                        "it includes " + name + ", and may include nothing");
                  })
              .compile(text);
    } catch (MustacheException e) {
      throw Problem.invalid("instruction", "is no template: " + e.getMessage());
    }
  }

  /** A tag that nobody closed would be taken for text. */
  private static void closed(String text) {
    if (text.contains("{{=")) {
      return; // its tags look otherwise
    }
    int from = 0;
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", from)) {
      int close = text.indexOf("}}", open);
      if (close < 0 || text.substring(open + 2, close).strip().contains("{{")) {
        throw Problem.invalid(
            "instruction",
            "is no template: the tag {{ of line %d is not closed"
                .formatted(
                    1 + text.substring(0, open).chars().filter(each -> each == '\n').count()));
      }
      from = close + 2;
    }
  }

  /** What stays within the double quotes of YAML and JSON. */
  private static String quoted(String text) {
    String json = Json.write(text);
    return json.substring(1, json.length() - 1);
  }

  /**
   * Renders it for one node.
   *
   * @param scope names and values: plain maps, lists and scalars
   * @param under where in the arguments the result goes; null: it is the arguments
   */
  Rendered render(Map<String, Object> scope, @Nullable String under) {
    String text;
    try {
      Bounded bounded = new Bounded();
      template.execute(scope, bounded);
      text = bounded.toString();
    } catch (MustacheException.Context e) {
      return new Rendered.Failure(
          "template: nothing stands for " + e.key + " (line " + e.lineNo + ")");
    } catch (MustacheException e) {
      return new Rendered.Failure("template: " + e.getMessage());
    }
    try {
      LoadSettings settings =
          LoadSettings.builder()
              .setMaxAliasesForCollections(MOST_ALIASES)
              .setCodePointLimit(MOST_RENDERED)
              .setAllowDuplicateKeys(false)
              .build();
      JsonNode read = Json.MAPPER.valueToTree(new Load(settings).loadFromString(text));
      if (under != null) {
        ObjectNode arguments = Json.MAPPER.createObjectNode();
        arguments.set(under, read);
        return rendered(arguments);
      }
      return read instanceof ObjectNode object
          ? rendered(object)
          : new Rendered.Failure("template: gives no object but " + shortened(text));
    } catch (MarkedYamlEngineException e) {
      String where =
          e.getProblemMark().map(mark -> " (line " + (mark.getLine() + 1) + ")").orElse("");
      return new Rendered.Failure("template: gives no YAML: " + e.getProblem() + where);
    } catch (YamlEngineException | IllegalArgumentException e) {
      return new Rendered.Failure(
          "template: gives no YAML: " + shortened(String.valueOf(e.getMessage())));
    }
  }

  private static Rendered rendered(ObjectNode arguments) {
    return new Rendered.Arguments(arguments, Secrets.hidden(arguments));
  }

  private static String shortened(String text) {
    String line = text.replace('\n', ' ').strip();
    return line.length() <= 200 ? line : line.substring(0, 200) + "…";
  }

  /** What a template sees of a node. */
  static Map<String, Object> scope(JobPreprocessor.Node node) {
    Map<String, Object> scope = new LinkedHashMap<>();
    scope.put("node", plain(node.attributes()));
    scope.put("id", node.id());
    scope.put("inventory", node.inventory() == null ? Map.of() : plain(node.inventory()));
    return scope;
  }

  /** Maps, lists and scalars; null for null. */
  static @Nullable Object plain(JsonNode json) {
    return Json.MAPPER.convertValue(json, Object.class);
  }

  /** Lists are said as {@code [a, b]}, as the original does. */
  static Map<String, Object> flattened(JsonNode assets) {
    Map<String, Object> flat = new LinkedHashMap<>();
    assets.forEachEntry(
        (name, value) ->
            flat.put(
                name,
                value.isArray()
                    ? "["
                        + String.join(
                            ", ", value.valueStream().map(ArgumentTemplate::word).toList())
                        + "]"
                    : Optional.ofNullable(plain(value)).orElse("")));
    return flat;
  }

  private static String word(JsonNode value) {
    return value.isString() ? value.asString() : value.toString();
  }

  /** Names in order, for one line. */
  static String names(Iterable<String> names) {
    TreeSet<String> sorted = new TreeSet<>();
    names.forEach(sorted::add);
    List<String> first = sorted.stream().limit(5).toList();
    return String.join(", ", first)
        + (sorted.size() > 5 ? " and " + (sorted.size() - 5) + " more" : "");
  }

  /** Refuses to grow without end. */
  private static final class Bounded extends java.io.StringWriter {
    @Override
    public void write(String text) {
      grow(text.length());
      super.write(text);
    }

    @Override
    public void write(char[] text, int from, int length) {
      grow(length);
      super.write(text, from, length);
    }

    private void grow(int by) {
      if (getBuffer().length() + by > MOST_RENDERED) {
        throw new MustacheException("gives more than " + MOST_RENDERED + " characters");
      }
    }
  }
}
