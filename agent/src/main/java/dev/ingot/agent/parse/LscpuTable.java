package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code lscpu -e}, {@code -p} and {@code -C} with or without {@code -J}: a row for each CPU or
 * cache. CPUs are counted as they are listed, which may be those that are online only.
 */
final class LscpuTable {
  private final List<Map<String, String>> cpus = new ArrayList<>();
  private final List<Map<String, String>> caches = new ArrayList<>();

  /** The rows of a table of JSON; none if it is none. */
  static LscpuTable of(JsonNode root) {
    LscpuTable table = new LscpuTable();
    rows(root.path("cpus"), table.cpus);
    rows(root.path("caches"), table.caches);
    return table;
  }

  private static void rows(JsonNode list, List<Map<String, String>> rows) {
    for (JsonNode row : list) {
      Map<String, String> values = new LinkedHashMap<>();
      JsonFields.entries(row)
          .forEach(
              (key, value) -> {
                if (!value.isContainer() && !value.isNull()) {
                  values.put(key.toLowerCase(Locale.ROOT), value.asString(""));
                }
              });
      rows.add(values);
    }
  }

  /** The rows below the heads of a text; what stands elsewhere or has not all values is noted. */
  static LscpuTable of(List<Line> lines, Notes notes) {
    LscpuTable table = new LscpuTable();
    List<String> heads = List.of();
    List<Map<String, String>> rows = table.cpus;
    boolean commas = false;
    for (Line line : lines) {
      String text = line.text();
      List<String> next = heads(text);
      if (!next.isEmpty()) {
        heads = next;
        commas = text.startsWith("#");
        rows = next.getFirst().equals("cpu") ? table.cpus : table.caches;
        continue;
      }
      List<String> values = commas ? List.of(text.split(",", -1)) : Text.parts(text, " \t");
      // Of caches the first three are always there: name, size of one, size of all.
      boolean caches = !heads.isEmpty() && !heads.getFirst().equals("cpu");
      int least = caches ? 3 : heads.size();
      if (heads.isEmpty()
          ? !text.startsWith("#")
          : values.size() < least || values.size() > heads.size()) {
        notes.line(line);
      } else if (!heads.isEmpty()) {
        Map<String, String> row = new LinkedHashMap<>();
        for (int i = 0; i < least; i++) {
          row.put(heads.get(i), values.get(i).strip());
        }
        rows.add(row);
      }
    }
    return table;
  }

  private static List<String> heads(String text) {
    boolean table =
        Text.matches(text, "# ?CPU(,[A-Za-z0-9:]*)+")
            || Text.matches(text, "CPU( +[A-Za-z0-9:]+)* +(SOCKET|CORE|NODE|ONLINE)( .*)?")
            || Text.matches(text, "NAME +ONE-SIZE .*");
    String words = text.toLowerCase(Locale.ROOT).replaceFirst("^# ?", "");
    return !table
        ? List.of()
        : text.startsWith("#") ? List.of(words.split(",", -1)) : Text.parts(words, " \t");
  }

  boolean isEmpty() {
    return cpus.isEmpty() && caches.isEmpty();
  }

  Fields describe() {
    Map<String, Set<String>> threads = new LinkedHashMap<>();
    Map<String, Set<String>> cores = new LinkedHashMap<>();
    Map<Long, Set<Long>> nodes = new TreeMap<>();
    Set<Long> online = new TreeSet<>();
    @Nullable Long lowest = null;
    @Nullable Long highest = null;
    for (Map<String, String> row : cpus) {
      Long cpu = Numbers.parse(row.getOrDefault("cpu", ""));
      Long node = Numbers.parse(row.getOrDefault("node", ""));
      if (cpu != null && node != null) {
        nodes.computeIfAbsent(node, _ -> new TreeSet<>()).add(cpu);
      }
      if (cpu != null && LscpuWords.isYes(row.get("online"))) {
        online.add(cpu);
      }
      String socket = Text.known(row.get("socket"));
      String core = Text.known(row.get("core"));
      String place = row.getOrDefault("drawer", "") + ':' + row.getOrDefault("book", "");
      if (socket != null) {
        Set<String> own = cores.computeIfAbsent(place + ':' + socket, _ -> new HashSet<>());
        if (core != null) {
          own.add(core);
        }
      }
      if (core != null) {
        threads
            .computeIfAbsent(place + ':' + socket + ':' + core, _ -> new HashSet<>())
            .add(row.getOrDefault("cpu", ""));
      }
      Long minimum = LscpuParser.megahertz(row.get("minmhz"));
      Long maximum = LscpuParser.megahertz(row.get("maxmhz"));
      lowest = minimum == null || (lowest != null && lowest < minimum) ? lowest : minimum;
      highest = maximum == null || (highest != null && highest > maximum) ? highest : maximum;
    }
    ArrayNode numa = Fields.array();
    nodes.forEach(
        (node, of) -> numa.add(new Fields().put("node", node).put("cpus", ranges(of)).node()));
    Fields facts = new Fields();
    if (!cpus.isEmpty()) {
      facts
          .put("cpus", (long) cpus.size())
          .put("online", ranges(online))
          .put("sockets", count(cores))
          .put("cores_per_socket", same(cores))
          .put("threads_per_core", same(threads))
          .put("cores", count(threads))
          .put("threads", threads.isEmpty() ? null : Long.valueOf(cpus.size()))
          .put("min_frequency_hertz", lowest)
          .put("max_frequency_hertz", highest)
          .put("numa_nodes", count(nodes))
          .putUnlessEmpty("numa", numa);
    }
    ArrayNode sizes = Fields.array();
    for (Map<String, String> row : caches) {
      Long one = Sizes.binary(row.get("one-size"));
      Long all = Sizes.binary(row.get("all-size"));
      Long instances =
          instances(row.getOrDefault("one-size", ""), row.getOrDefault("all-size", ""));
      sizes.add(
          new Fields()
              .put("name", row.get("name"))
              .put("size_bytes", all == null ? one : all)
              .put("instances", instances)
              .node());
    }
    return facts.putUnlessEmpty("caches", sizes);
  }

  /** How often one goes into all of them, where rounded sizes allow one answer only. */
  private static @Nullable Long instances(String one, String all) {
    Long each = Sizes.binary(one);
    Long sum = Sizes.binary(all);
    if (each == null || sum == null || each <= 0) {
      return null;
    }
    double eachOff = off(one);
    double sumOff = off(all);
    long fewest = (long) Math.ceil((sum - sumOff) / (each + eachOff));
    long most = (long) Math.floor((sum + sumOff) / Math.max(1, each - eachOff));
    return fewest == most && most > 0 ? Long.valueOf(most) : null;
  }

  /** What a size with one decimal may be away from the real one. */
  private static double off(String size) {
    Long unit = Sizes.binary("1" + size.replaceFirst("^[0-9.,]+", ""));
    return unit == null || Text.matches(size, "\\d+[A-Za-z]*") ? 0 : unit * 0.051;
  }

  private static @Nullable Long count(Map<?, ?> map) {
    return map.isEmpty() ? null : Long.valueOf(map.size());
  }

  /** How many each has, where all have as many. */
  private static @Nullable Long same(Map<String, Set<String>> map) {
    Set<Integer> sizes = new HashSet<>();
    map.values().forEach(each -> sizes.add(each.size()));
    return sizes.size() != 1 || sizes.contains(0) ? null : Long.valueOf(sizes.iterator().next());
  }

  /** {@code 0-7,16-23}, as lscpu writes it. */
  private static @Nullable String ranges(Set<Long> sorted) {
    StringBuilder text = new StringBuilder();
    @Nullable Long first = null;
    long last = 0;
    for (long number : sorted) {
      if (first != null && number == last + 1) {
        last = number;
        continue;
      }
      add(text, first, last);
      first = number;
      last = number;
    }
    add(text, first, last);
    return text.isEmpty() ? null : text.toString();
  }

  private static void add(StringBuilder text, @Nullable Long first, long last) {
    if (first != null) {
      text.append(text.isEmpty() ? "" : ",").append(first.longValue());
      text.append(last > first ? "-" + last : "");
    }
  }
}
