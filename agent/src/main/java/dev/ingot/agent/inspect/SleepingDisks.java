package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.Section;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Disks in standby are not asked: what they said when they were awake goes on to hold. */
public final class SleepingDisks {
  private SleepingDisks() {}

  /**
   * The section, in which each disk that sleeps says what it said before, but for readings.
   *
   * @param before the section's content as it was known; null if it was not
   */
  public static Section remembered(Section now, @Nullable JsonNode before) {
    JsonNode content = now.content();
    if (!now.name().equals("smart") || content == null || before == null) {
      return now;
    }
    Map<JsonNode, JsonNode> known = new HashMap<>();
    before.forEach(disk -> known.put(disk.path("device"), disk));
    ArrayNode disks = Fields.array();
    for (JsonNode disk : content) {
      JsonNode earlier = known.get(disk.path("device"));
      boolean asleep = disk.has(SmartInspector.POWER_MODE);
      disks.add(asleep && earlier != null ? asleep(disk, earlier, now) : disk);
    }
    return new Section(now.name(), disks, now.failure(), now.classes());
  }

  private static ObjectNode asleep(JsonNode disk, JsonNode earlier, Section section) {
    ObjectNode known = new Fields().node();
    earlier.forEachEntry(
        (key, value) -> {
          if (section.classes().of(key) != FieldClass.READING) {
            known.set(key, value);
          }
        });
    return known.set(SmartInspector.POWER_MODE, disk.path(SmartInspector.POWER_MODE));
  }
}
