package dev.ingot.agent.inspect;

import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.protocol.Section;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** A report for people and programs. */
public final class InspectionRendering {
  private static final int WIDTH = 100;
  private static final int MARGIN = 12;

  /** Lines for a section among others; alone it gets all it has. */
  private static final int MOST_LINES = 8;

  private InspectionRendering() {}

  /** The inventory document as it would be stored, the id and its reason before it. */
  public static ObjectNode document(InspectionReport report) {
    ObjectNode document = Json.MAPPER.createObjectNode();
    ObjectNode identity = Json.MAPPER.createObjectNode();
    MercuryId.Derivation found = report.identity();
    if (found != null) {
      document.put("mercury_id", found.id().value());
      identity.put("rule", found.rule().code());
      identity.put("source", found.rule().source());
      identity.put("reason", found.reason());
    }
    if (report.identityFailure() != null) {
      identity.put("failure", report.identityFailure());
    }
    identity.set("facts", Json.MAPPER.valueToTree(report.facts()));
    document.set("identity", identity);
    ObjectNode failures = Json.MAPPER.createObjectNode();
    for (Section section : report.sections()) {
      if (section.content() != null) {
        document.set(section.name(), section.content());
      }
      if (section.failure() != null) {
        failures.put(section.name(), section.failure());
      }
    }
    document.set("failures", failures);
    return document;
  }

  /** {@link #document} as indented JSON. */
  public static String json(InspectionReport report) {
    return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(document(report));
  }

  /** A summary that fits 100 columns. */
  public static String table(InspectionReport report) {
    StringBuilder out = new StringBuilder();
    List<String> who = new ArrayList<>();
    MercuryId.Derivation found = report.identity();
    if (found != null) {
      who.add(found.id().value());
      who.add(found.reason());
    }
    if (report.identityFailure() != null) {
      who.add("! " + report.identityFailure());
    }
    append(out, "id", who);
    for (Section section : report.sections()) {
      List<String> lines = new ArrayList<>();
      if (section.content() != null) {
        List<String> all = SectionSummary.lines(section.name(), section.content());
        int most = report.sections().size() == 1 ? all.size() : Math.min(all.size(), MOST_LINES);
        lines.addAll(all.subList(0, most));
        if (most < all.size()) {
          lines.add("… " + (all.size() - most) + " more");
        }
      }
      if (section.failure() != null) {
        lines.add("! " + section.failure());
      }
      append(out, section.name(), lines.isEmpty() ? List.of("none") : lines);
    }
    return out.toString();
  }

  private static void append(StringBuilder out, String name, List<String> lines) {
    String head = name;
    for (String line : lines) {
      // A device may call itself what it likes, also a command to the terminal.
      for (String part : wrap(line.replaceAll("\\p{Cntrl}", "?"))) {
        out.append((head + " ".repeat(MARGIN)).substring(0, MARGIN)).append(part).append('\n');
        head = "";
      }
    }
  }

  /** Cut at blanks where there are any, else where the width ends; going on two columns in. */
  private static List<String> wrap(String line) {
    List<String> parts = new ArrayList<>();
    String rest = line;
    String indent = "";
    while (indent.length() + rest.length() > WIDTH - MARGIN) {
      int room = WIDTH - MARGIN - indent.length();
      int blank = rest.lastIndexOf(' ', room);
      int end = blank > 0 ? blank : room;
      parts.add(indent + rest.substring(0, end));
      rest = rest.substring(end).stripLeading();
      indent = "  ";
    }
    parts.add(indent + rest);
    return parts;
  }
}
