package dev.ingot.server.agents;

import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.problem.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sections in memory. Refuses sections named {@code poison}, and everything while it is away. */
final class SmallInventory implements InventoryWriter {
  private final Map<String, Map<String, Stored>> nodes = new HashMap<>();
  private boolean away;
  final List<Integer> commits = new ArrayList<>();
  int sectionsStored;

  private record Stored(Section section, String incarnation, long sequence) {}

  @Override
  public synchronized Map<String, String> digests(String nodeId) {
    Map<String, String> digests = new TreeMap<>();
    nodes
        .getOrDefault(nodeId, Map.of())
        .forEach((name, stored) -> digests.put(name, stored.section().digest()));
    return digests;
  }

  @Override
  public synchronized void store(Collection<NodeReports> reports) {
    if (away) {
      throw Problem.unavailable("the database is away", null);
    }
    for (NodeReports each : reports) {
      for (Report report : each.reports()) {
        if (report.section().name().equals("poison")) {
          throw Problem.invalid("poison", "a section that cannot be stored");
        }
      }
    }
    for (NodeReports each : reports) {
      Map<String, Stored> sections =
          nodes.computeIfAbsent(each.nodeId(), unused -> new HashMap<>());
      for (Report report : each.reports()) {
        Stored before = sections.get(report.section().name());
        if (before == null
            || !before.incarnation().equals(each.incarnation())
            || before.sequence() < report.sequence()) {
          sections.put(
              report.section().name(),
              new Stored(report.section(), each.incarnation(), report.sequence()));
          sectionsStored++;
        }
      }
    }
    commits.add(reports.size());
  }

  synchronized void away(boolean isAway) {
    away = isAway;
  }

  synchronized int sectionsStored() {
    return sectionsStored;
  }

  synchronized List<Integer> commits() {
    return List.copyOf(commits);
  }

  synchronized Map<String, Section> sections(String nodeId) {
    Map<String, Section> sections = new TreeMap<>();
    nodes
        .getOrDefault(nodeId, Map.of())
        .forEach((name, stored) -> sections.put(name, stored.section()));
    return sections;
  }
}
