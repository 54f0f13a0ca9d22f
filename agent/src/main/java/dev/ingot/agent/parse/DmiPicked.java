package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Lines that somebody picked out of {@code dmidecode} (with {@code grep Size}, say), without the
 * titles of what they describe. Only keys that one kind of structure has are understood; where a
 * key comes again the next structure begins.
 */
final class DmiPicked {
  /** More lines of another form than that, and it is another tool's output. */
  private static final int FOREIGN = 3;

  private static final Set<String> DEVICE =
      Set.of("locator", "bank_locator", "form_factor", "type_detail", "size");

  private static final Set<String> OF_DEVICES =
      Set.of(
          "total_width",
          "data_width",
          "set",
          "type",
          "speed",
          "manufacturer",
          "serial_number",
          "asset_tag",
          "part_number",
          "rank",
          "configured_clock_speed",
          "configured_memory_speed",
          "minimum_voltage",
          "maximum_voltage",
          "configured_voltage",
          "memory_technology",
          "volatile_size",
          "non_volatile_size",
          "cache_size",
          "logical_size",
          "array_handle",
          "error_information_handle");

  private static final Set<String> SLOT = Set.of("designation", "current_usage");

  private static final Set<String> OF_SLOTS = Set.of("type", "length", "id", "bus_address");

  private static final Set<String> ARRAY = Set.of("maximum_capacity", "number_of_devices");

  private final List<DmiStructure> found = new ArrayList<>();
  private Block block = new Block();
  private int foreign;

  private DmiPicked() {}

  /** What the lines describe; nothing if they are of something else. */
  static List<DmiStructure> read(List<Line> lines, Notes notes) {
    DmiPicked picked = new DmiPicked();
    Notes own = new Notes();
    for (Line line : lines) {
      int colon = Block.colon(line.text());
      String key = colon < 0 ? "" : Text.snake(line.text().substring(0, colon));
      String value = colon < 0 ? "" : line.text().substring(colon + 1).strip();
      if (line.isBlank() || line.text().equals("--")) {
        continue;
      }
      if (ARRAY.contains(key) || possible(key, value)) {
        picked.add(key, value);
      } else {
        picked.foreign++;
        own.line(line);
      }
    }
    picked.end();
    if (picked.found.isEmpty() || picked.foreign > FOREIGN) {
      return List.of();
    }
    notes.add("lines without titles: a key that comes again is taken for the next structure's");
    own.list().forEach(notes::add);
    return picked.found;
  }

  private static boolean possible(String key, String value) {
    if (key.equals("size")) {
      return Text.matches(value, "\\d+ ([kMGT]?B|bytes)|No Module Installed|Unknown|None");
    }
    return DEVICE.contains(key)
        || OF_DEVICES.contains(key)
        || SLOT.contains(key)
        || OF_SLOTS.contains(key);
  }

  private void add(String key, String value) {
    boolean array = block.keys().stream().anyMatch(ARRAY::contains);
    if (block.has(key) || (!block.isEmpty() && array != ARRAY.contains(key))) {
      end();
    }
    block.put(key, value);
  }

  private void end() {
    List<String> keys = block.keys();
    boolean slot = keys.stream().anyMatch(SLOT::contains);
    boolean device = keys.stream().anyMatch(DEVICE::contains);
    boolean array = keys.stream().anyMatch(ARRAY::contains);
    int type = array ? 16 : device && !slot ? 17 : slot && !device ? 9 : -1;
    if (type > 0) {
      found.add(new DmiStructure(null, type, "", block));
    } else {
      foreign += keys.size();
    }
    block = new Block();
  }
}
