package dev.ingot.agent.parse;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** {@code lscpu}: text, {@code -J} flat (until 2.36) and nested (from 2.37), and its tables. */
final class LscpuParser implements OutputParser {
  /** What stands before the names of flaws, and from 2.37 in a line above all of them. */
  static final String FLAW = "vulnerability_";

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Block block = new Block();
    LscpuKinds kinds = new LscpuKinds();
    LscpuTable table;
    if (JsonText.looksLike(text)) {
      JsonNode root = JsonText.read(text, notes);
      add(root.isArray() ? root : root.path("lscpu"), "", block, kinds);
      table = LscpuTable.of(root);
    } else {
      List<Line> lines = Line.of(text);
      Notes outside = new Notes();
      table = LscpuTable.of(lines, outside);
      if (!table.isEmpty() && lines.stream().noneMatch(line -> whole(line.text()))) {
        outside.list().forEach(notes::add);
        return notes.result("lscpu", table.describe());
      }
      for (LscpuLines.Entry entry : LscpuLines.read(lines, notes)) {
        block.put(entry.key(), entry.value());
        kinds.add(entry.key(), entry.value());
      }
    }
    if (!block.has("cpu_s")
        && !block.has("architecture")
        && !block.has("model_name")
        && !block.has("socket_s")) {
      if (!table.isEmpty()) {
        return notes.result("lscpu", table.describe());
      }
      throw new ParseFailure("nothing of lscpu in it");
    }
    Fields facts = describe(block);
    kinds.put(facts);
    return notes.result("lscpu", facts);
  }

  /** A line that stands in the summary only. */
  private static boolean whole(String text) {
    return Text.matches(text, "(Architecture|CPU\\(s\\)|Model name|Socket\\(s\\)):.*");
  }

  /** A list of {@code {"field": "CPU(s):", "data": "8", "children": […]}}. */
  private static void add(JsonNode list, String before, Block block, LscpuKinds kinds) {
    for (JsonNode entry : JsonFields.list(list)) {
      String field = entry.path("field").asString("");
      String known = LscpuWords.key(field.replaceFirst("[:\uff1a\ufe30]\\s*$", ""));
      String key = known == null ? "" : before + known;
      if (!field.isEmpty()) {
        block.put(key, entry.path("data").asString(""));
        kinds.add(key, entry.path("data").asString(""));
      } else {
        for (Map.Entry<String, JsonNode> each : JsonFields.entries(entry).entrySet()) {
          block.put(each.getKey(), each.getValue().asString(""));
        }
      }
      if (entry.path("children").isArray()) {
        add(entry.path("children"), key.equals("vulnerabilities") ? FLAW : "", block, kinds);
      }
    }
  }

  private static Fields describe(Block block) {
    Long said = block.number("socket_s");
    // No machine has none: a kernel or a copy of the tool could not find out.
    Long sockets = said == null ? mainframe(block) : said > 0 ? said : null;
    Long perSocket = block.number("core_s_per_socket");
    Long clusters = block.number("cluster_s");
    Long perCluster = block.number("core_s_per_cluster");
    Long perCore = block.number("thread_s_per_core");
    // ARM machines whose firmware has no topology: clusters stand there instead of sockets.
    boolean clustered = sockets == null && clusters != null && perCluster != null;
    Long units = clustered ? clusters : sockets;
    Long each = clustered ? perCluster : perSocket;
    Fields facts =
        new Fields()
            .put("architecture", block.take("architecture"))
            .put("vendor", block.take("vendor_id", "vendor"))
            .put("model_name", block.take("model_name"))
            .put("bios_vendor", block.take("bios_vendor_id"))
            .put("bios_model_name", block.take("bios_model_name"))
            .put("family", block.number("cpu_family"))
            .put("model", block.take("model"))
            .put("stepping", block.take("stepping"))
            .put("cpus", block.number("cpu_s", "total_cpu_s"))
            .put("online", block.take("on_line_cpu_s_list", "on_line_cpu_s_mask"))
            .put("offline", block.take("off_line_cpu_s_list", "off_line_cpu_s_mask"))
            .put("sockets", sockets)
            .put("clusters", clusters)
            .put("cores_per_socket", perSocket)
            .put("cores_per_cluster", perCluster)
            .put("threads_per_core", perCore);
    if (units != null && each != null) {
      facts.put("cores", units * each);
      facts.put("threads", perCore == null ? null : Long.valueOf(units * each * perCore));
    }
    return facts
        .put(
            "frequency_hertz",
            megahertz(block.take("cpu_mhz", "cpu_dynamic_mhz", "cpu_static_mhz")))
        .put("min_frequency_hertz", megahertz(block.take("cpu_min_mhz")))
        .put("max_frequency_hertz", megahertz(block.take("cpu_max_mhz")))
        .put("frequency_scaling_percent", block.number("cpu_s_scaling_mhz"))
        .put("bogomips", decimal(block.take("bogomips")))
        .put("virtualization", block.take("virtualization"))
        .put("virtualization_type", LscpuWords.type(block.take("virtualization_type")))
        .put("hypervisor_vendor", block.take("hypervisor_vendor"))
        .put("byte_order", block.take("byte_order"))
        .putUnlessEmpty("operating_modes", words(block.take("cpu_op_mode_s"), ","))
        .put("address_sizes", block.take("address_sizes"))
        .putUnlessEmpty("caches", caches(block))
        .put("numa_nodes", block.number("numa_node_s"))
        .putUnlessEmpty("numa", numa(block))
        .putUnlessEmpty("vulnerabilities", vulnerabilities(block))
        .putUnlessEmpty("flags", words(block.take("flags", "features"), " \n\t"))
        .putUnlessEmpty("other", block.rest(new Fields()).node().path("other"));
  }

  /**
   * Sockets stand in books, and books in drawers, of System z, where an LPAR may have places for
   * far more than it has: only what makes up the CPUs that there are is believed.
   */
  private static @Nullable Long mainframe(Block block) {
    Long cpus = Text.number(block.peek("cpu_s"));
    Long sockets = Text.number(block.peek("socket_s_per_book"));
    Long books = Text.number(block.peek("book_s_per_drawer"));
    books = books == null ? Text.number(block.peek("book_s")) : books;
    Long drawers = block.has("drawer_s") ? Text.number(block.peek("drawer_s")) : Long.valueOf(1);
    Long cores = Text.number(block.peek("core_s_per_socket"));
    Long threads = Text.number(block.peek("thread_s_per_core"));
    double all = 1;
    for (Long each : new Long[] {sockets, books, drawers, cores, threads}) {
      all *= each == null ? Double.NaN : each.doubleValue();
    }
    return cpus == null
            || sockets == null
            || books == null
            || drawers == null
            || Double.compare(all, cpus.doubleValue()) != 0
        ? null
        : Long.valueOf(sockets * books * drawers);
  }

  /** lscpu writes no thousands apart: a comma is what many languages have for a point. */
  private static @Nullable Double decimal(@Nullable String text) {
    return Text.decimal(text == null ? null : text.replace(',', '.'));
  }

  static @Nullable Long megahertz(@Nullable String text) {
    Double number = decimal(text);
    return number == null ? null : Long.valueOf(Math.round(number * 1e6));
  }

  /** {@code 32K}, {@code 1 MiB (32 instances)}: one until 2.33, all of them from 2.34. */
  private static ArrayNode caches(Block block) {
    ArrayNode caches = Fields.array();
    for (String name : List.of("L1d", "L1i", "L1", "L2d", "L2i", "L2", "L3", "L4")) {
      String said = block.take(Text.snake(name + " cache"), Text.snake(name));
      Long size = Sizes.binary(said);
      if (said != null && size != null) {
        Long instances = Text.number(Text.between(said, "(", ")"));
        caches.add(
            new Fields()
                .put("name", name)
                .put("size_bytes", size)
                .put("instances", instances)
                .node());
      }
    }
    return caches;
  }

  private static ArrayNode numa(Block block) {
    ArrayNode nodes = Fields.array();
    // Numbers of nodes have gaps on POWER: 0, 8, 252 to 255.
    for (int node = 0; node < 1024; node++) {
      String key = "numa_node" + node + "_cpu_s";
      if (block.has(key)) {
        nodes.add(new Fields().put("node", (long) node).put("cpus", block.take(key)).node());
      }
    }
    return nodes;
  }

  private static JsonNode vulnerabilities(Block block) {
    Fields found = new Fields();
    for (String key : block.keys()) {
      if (key.startsWith(FLAW)) {
        found.put(key.substring(FLAW.length()), block.raw(key));
      }
    }
    return found.node();
  }

  private static ArrayNode words(@Nullable String text, String separators) {
    ArrayNode list = Fields.array();
    Text.parts(text, separators).forEach(list::add);
    return list;
  }
}
