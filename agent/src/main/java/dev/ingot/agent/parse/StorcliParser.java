package dev.ingot.agent.parse;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * {@code storcli}, {@code storcli2} and {@code perccli} of Broadcom's MegaRAID and MPT adapters:
 * any {@code show} and {@code show all} of controllers, drives, arrays and batteries, with J or as
 * text.
 */
final class StorcliParser implements OutputParser {
  /** What the controller counts, by the lists in which it then says each. */
  static final Map<String, String> COUNTED =
      Map.of(
          "Physical Drives", "PD LIST",
          "Virtual Drives", "VD LIST",
          "Enclosures", "Enclosure LIST");

  private final String tool;

  StorcliParser(String tool) {
    this.tool = tool;
  }

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    JsonNode root =
        JsonText.looksLike(text)
            ? JsonText.read(text, notes)
            : StorcliText.tree(Line.of(text), notes);
    Map<String, RaidAdapter> adapters = new LinkedHashMap<>();
    Map<String, Fields> failures = new LinkedHashMap<>();
    @Nullable Long declared = null;
    boolean answered = false;
    int position = 0;
    for (JsonNode whole : JsonFields.list(root)) {
      JsonNode part = whole.path("data").has("Controllers") ? whole.path("data") : whole;
      JsonNode controllers = part.path("Controllers");
      for (JsonNode controller :
          JsonFields.list(controllers.isMissingNode() ? part : controllers)) {
        JsonNode status = controller.path("Command Status");
        JsonNode data = controller.path("Response Data");
        answered |= status.isObject() || data.isObject();
        Long count = JsonFields.number(data, "Number of Controllers", "Controller Count");
        declared = count == null ? declared : count;
        Long id = number(status, data);
        if ("Failure".equalsIgnoreCase(JsonFields.text(status, "Status"))) {
          String said = JsonFields.text(status, "Description");
          JsonNode details = status.path("Detailed Status");
          JsonNode detail = (details.isEmpty() ? data.path("Detailed Status") : details).path(0);
          String reason = said == null ? JsonFields.text(detail, "ErrMsg") : said;
          notes.add(
              (id == null ? "" : "controller " + id + ": ")
                  + "failure"
                  + (reason == null ? "" : ": " + reason));
          failures.put(String.valueOf(id), new Fields());
        }
        StorcliReader reader =
            new StorcliReader(adapters, id == null ? String.valueOf(position) : String.valueOf(id));
        reader.read(data);
        if (id != null && "Success".equalsIgnoreCase(JsonFields.text(status, "Status"))) {
          reader.answered();
        }
        COUNTED.forEach((key, list) -> cut(data, key, list, notes));
        position++;
      }
    }
    Fields facts = new Fields();
    if (answered
        && !(adapters.isEmpty() && !failures.isEmpty() && declared == null && root.isEmpty())) {
      facts.putAll(RaidAdapter.facts(adapters.values(), declared));
    }
    return notes.result(tool, facts);
  }

  private static void cut(JsonNode data, String count, String list, Notes notes) {
    Long said = JsonFields.number(data, count);
    int listed = data.path(list).size();
    if (said != null && data.path(list).isArray() && listed < said) {
      notes.add(count + " = " + said + ", but " + list + " has " + listed + ": it is cut off");
    }
  }

  private static @Nullable Long number(JsonNode status, JsonNode data) {
    Long id = JsonFields.number(status, "Controller");
    return id == null ? JsonFields.number(data.path("Basics"), "Controller") : id;
  }
}
