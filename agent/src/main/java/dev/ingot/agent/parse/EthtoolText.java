package dev.ingot.agent.parse;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** Texts of ethtool: parts with heads, keys and values below, values on several lines. */
final class EthtoolText {
  private static final Set<String> NUMBERS =
      Set.of("rings", "channels", "coalescing", "statistics");

  private final ArrayNode ports;
  private Block block = new Block();
  private @Nullable String kind;
  private @Nullable String name;
  private String part = "";

  /** Lines were picked, and where one comes again another port begins. */
  private boolean headless;

  private EthtoolText(ArrayNode ports) {
    this.ports = ports;
  }

  static void read(List<Line> lines, ArrayNode ports, Notes notes) {
    EthtoolText reading = new EthtoolText(ports);
    String last = "";
    int indent = 0;
    for (Line line : lines) {
      String text = line.text();
      String head = EthtoolParser.kind(text);
      boolean next = reading.headless && reading.block.has(key(text));
      String part =
          head == null && (reading.kind == null || next) ? EthtoolParser.part(text) : null;
      String begins = head == null ? part : head;
      int colon = Block.colon(text);
      if (line.isBlank()) {
        continue;
      }
      if (begins != null) {
        reading.begin(begins, text);
        reading.headless = part != null && !part.equals("features");
        if (part != null && (part.equals("features") || part.equals("settings"))) {
          reading.add(text.substring(0, colon), text.substring(colon + 1).strip());
        }
        last =
            reading.headless || begins.equals("driver") || begins.equals("module")
                ? text.substring(0, Math.max(0, colon)).strip()
                : "";
        indent = line.indent();
      } else if (reading.kind == null
          || text.startsWith("[") // a line of the kernel's log
          || text.startsWith("Cannot get")
          || text.startsWith("netlink error")
          || text.startsWith("No data available")) {
        notes.line(line);
      } else if (text.equals("Pre-set maximums:") || text.equals("Current hardware settings:")) {
        reading.part = text.startsWith("Pre") ? "maximum " : "";
      } else if (colon > 0
          && !(line.indent() > indent + 8 && !last.isEmpty() && !text.contains(": "))) {
        // Queues of a driver stand before their counters: "rxq0: rx_pkts: 5".
        int at = "statistics".equals(reading.kind) ? text.lastIndexOf(':') : colon;
        last = text.substring(0, at).strip();
        indent = line.indent();
        if (last.startsWith("Adaptive RX") && text.contains(" TX:")) {
          int transmit = text.indexOf(" TX:");
          reading.add(last, text.substring(at + 1, transmit).strip());
          reading.add("Adaptive TX", text.substring(transmit + 4).strip());
        } else {
          reading.add(last, text.substring(at + 1).strip());
        }
      } else if (!last.isEmpty() && (line.indent() > indent || reading.goesOn(text))) {
        reading.block.append(reading.part + last, text);
      } else {
        notes.line(line);
      }
    }
    reading.end();
  }

  /** Whether a long value goes on there, where a mail or a page lost the blanks before it. */
  private boolean goesOn(String text) {
    return ("settings".equals(kind) || "module".equals(kind))
        && !Text.matches(text, "[$#>] .*|\\.+");
  }

  private static String key(String text) {
    return Text.snake(text.substring(0, Math.max(0, Block.colon(text))));
  }

  private void add(String key, String value) {
    if (block.has(Text.snake(part + key))) {
      block.append(part + key, value);
    } else {
      block.put(part + key, value);
    }
  }

  private void begin(String next, String text) {
    end();
    kind = next;
    part = "";
    if (next.equals("driver") || next.equals("module") || next.equals("permanent_address")) {
      block.add(text);
    } else {
      String rest = text.contains(" for ") ? text.substring(text.indexOf(" for ") + 5).strip() : "";
      name = rest.isEmpty() ? null : rest.replaceFirst(":$", "");
    }
  }

  private void end() {
    Block ended = block;
    block = new Block();
    String what = kind;
    if (what == null) {
      return;
    }
    Fields fields = new Fields().put("interface", name);
    switch (what) {
      case "settings" -> fields = ended.rest(EthtoolParser.settings(ended, name));
      case "driver" -> fields.putAll(EthtoolParser.driver(ended)).putAll(ended.rest(new Fields()));
      case "module" -> fields.put("module", ended.rest(EthtoolParser.module(ended)).node());
      case "permanent_address" -> fields.put("permanent_mac", ended.take("permanent_address"));
      default -> fields.put(what, values(what, ended).node());
    }
    ports.add(fields.node());
    kind = null;
    name = null;
  }

  private static Fields values(String what, Block block) {
    Fields values = new Fields();
    for (String key : block.keys()) {
      String value = block.raw(key);
      String first = value == null ? "" : value.replaceFirst("[ \\n].*", "");
      Boolean flag = Text.flag(first);
      Long number = Numbers.parse(first);
      if (NUMBERS.contains(what) && number != null) {
        values.put(key, number);
      } else if (flag != null && number == null) {
        values.put(key, flag);
        values.put(
            key + "_fixed", (value != null && value.contains("[fixed]")) ? Boolean.TRUE : null);
      } else {
        values.put(key, value);
      }
    }
    return values;
  }
}
