package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code dmidecode}, whole or of some types (-t), with -q or without. DMTF DSP0134 names them. */
final class DmidecodeParser implements OutputParser {
  private static final int OEM = 128;

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Fields facts = new Fields();
    List<Line> lines = Line.of(text);
    Notes whole = new Notes();
    List<DmiStructure> all = DmiStructure.all(lines, whole, facts);
    if (all.isEmpty()) {
      all = DmiPicked.read(lines, notes);
    } else {
      all = withTheCutOne(lines, all, whole);
    }
    if (all.isEmpty() || notes.list().isEmpty()) {
      whole.list().forEach(notes::add);
    }
    if (all.isEmpty()) {
      return notes.result("dmidecode", facts);
    }
    Map<Integer, List<DmiStructure>> byType = new LinkedHashMap<>();
    all.forEach(one -> byType.computeIfAbsent(one.type(), _ -> new ArrayList<>()).add(one));
    facts.put("structures", (long) all.size());
    ObjectNode counts = facts.node().putObject("counts");
    one(facts, "bios", of(byType, 0), DmiSystem::bios);
    one(facts, "system", of(byType, 1), DmiSystem::system);
    list(facts, "boards", of(byType, 2), DmiSystem::board);
    list(facts, "chassis", of(byType, 3), DmiSystem::chassis);
    ArrayNode processors = list(facts, "processors", of(byType, 4), DmiParts::processor);
    counts.put("processor_sockets", processors.size());
    counts.put("processors", count(processors, "populated"));
    list(facts, "caches", of(byType, 7), DmiParts::cache);
    DmiMemory.add(facts, counts, of(byType, 16), of(byType, 17), of(byType, 6));
    ArrayNode slots = list(facts, "slots", of(byType, 9), DmiParts::slot);
    counts.put("slots", slots.size());
    counts.put("slots_in_use", count(slots, "in_use"));
    ArrayNode supplies = list(facts, "power_supplies", of(byType, 39), DmiParts::powerSupply);
    counts.put("power_supplies", count(supplies, "present"));
    list(facts, "onboard_devices", of(byType, 41, 10), DmiParts::onboard);
    one(facts, "ipmi", of(byType, 38), DmiSystem::ipmi);
    one(facts, "tpm", of(byType, 43), DmiSystem::tpm);
    list(facts, "firmware", of(byType, 45), DmiSystem::firmware);
    strings(facts, "oem_strings", of(byType, 11));
    strings(facts, "configuration_options", of(byType, 12));
    others(facts, all);
    return notes.result("dmidecode", facts);
  }

  /** What stands above the first title goes on from a structure whose title was cut off. */
  private static List<DmiStructure> withTheCutOne(
      List<Line> lines, List<DmiStructure> all, Notes whole) {
    int first = 0;
    while (first < lines.size() && !DmiStructure.isHead(lines.get(first))) {
      first++;
    }
    Notes own = new Notes();
    List<DmiStructure> cut = DmiPicked.read(lines.subList(0, first), own);
    if (cut.size() != 1) {
      return all;
    }
    whole.withoutLinesBefore(first + 1);
    whole.add("lines 1 to " + first + ": without the title of what they describe");
    List<DmiStructure> both = new ArrayList<>(cut);
    both.addAll(all);
    return both;
  }

  interface Describe {
    Fields describe(DmiStructure structure);
  }

  private static List<DmiStructure> of(Map<Integer, List<DmiStructure>> byType, int... types) {
    List<DmiStructure> found = new ArrayList<>();
    for (int type : types) {
      found.addAll(byType.getOrDefault(type, List.of()));
    }
    return found;
  }

  static ArrayNode list(
      Fields facts, String name, List<DmiStructure> structures, Describe describe) {
    ArrayNode list = Fields.array();
    for (DmiStructure structure : structures) {
      Fields fields = describe.describe(structure);
      list.add(structure.values().rest(fields).node());
    }
    facts.putUnlessEmpty(name, list);
    return list;
  }

  /** The first of a kind that there should be one of; a second one is kept beside it. */
  private static void one(
      Fields facts, String name, List<DmiStructure> structures, Describe describe) {
    for (int i = 0; i < structures.size(); i++) {
      DmiStructure structure = structures.get(i);
      Fields fields = structure.values().rest(describe.describe(structure));
      facts.putUnlessEmpty(i == 0 ? name : name + "_" + (i + 1), fields.node());
    }
  }

  static int count(ArrayNode list, String flag) {
    return (int) list.valueStream().filter(each -> each.path(flag).asBoolean(false)).count();
  }

  private static void strings(Fields facts, String name, List<DmiStructure> structures) {
    ArrayNode strings = Fields.array();
    for (DmiStructure structure : structures) {
      structure
          .values()
          .rest(new Fields())
          .node()
          .path("other")
          .forEachEntry(
              (_, value) -> {
                if (value.isArray()) {
                  strings.addAll(value.valueStream().toList());
                } else {
                  strings.add(value);
                }
              });
    }
    facts.putUnlessEmpty(name, strings);
  }

  /** All that has no section of its own: by title, vendors' own types by number. */
  private static void others(Fields facts, List<DmiStructure> all) {
    Set<Integer> told =
        new HashSet<>(List.of(0, 1, 2, 3, 4, 6, 7, 9, 10, 11, 12, 16, 17, 38, 39, 41, 43, 45, 127));
    Map<String, ArrayNode> byTitle = new LinkedHashMap<>();
    Map<Integer, Integer> vendors = new java.util.TreeMap<>();
    for (DmiStructure structure : all) {
      if (told.contains(structure.type()) || structure.title().equals("End Of Table")) {
        continue;
      }
      if (structure.type() >= OEM && structure.title().startsWith("OEM-specific")) {
        vendors.merge(structure.type(), 1, Integer::sum);
        continue;
      }
      ArrayNode list = byTitle.computeIfAbsent(Text.snake(structure.title()), _ -> Fields.array());
      ObjectNode values = Fields.array().addObject();
      structure.values().rest(new Fields()).node().path("other").forEachEntry(values::set);
      list.add(values);
    }
    Fields others = new Fields();
    byTitle.forEach(others::put);
    facts.putUnlessEmpty("other_structures", others.node());
    Fields byNumber = new Fields();
    vendors.forEach((type, count) -> byNumber.put("type_" + type, (long) count));
    facts.putUnlessEmpty("vendor_structures", byNumber.node());
  }
}
