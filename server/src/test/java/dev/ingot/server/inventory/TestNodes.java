package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClass;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import dev.ingot.server.inventory.InventoryWriter.NodeReports;
import dev.ingot.server.inventory.InventoryWriter.Report;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Nodes that are there without having come through the door, and reports of theirs. */
public final class TestNodes {
  static final FieldClasses CLASSES =
      new FieldClasses(
          Map.of("MemFree", FieldClass.READING, "frequency.current", FieldClass.READING));

  private TestNodes() {}

  /** An id like a MercuryId. */
  public static String id(int number) {
    return String.format("01%040x", number);
  }

  /** Admitted, with a session of epoch 1. */
  public static void make(Jdbi jdbi, int from, int to) {
    jdbi.useHandle(
        handle -> {
          handle.execute(
              "INSERT INTO node (id, standing, hostname, id_reason, facts_digest, tags, rack)"
                  + " SELECT '01' || lpad(to_hex(n), 40, '0'), 'admitted', 'host' || n, 'test', '',"
                  + " ARRAY['t' || n % 3], 'r' || n % 2 FROM generate_series(?, ? - 1) AS n",
              from, to);
          handle.execute(
              "INSERT INTO agent_session (node, epoch, online)"
                  + " SELECT id, 1, id > ? FROM node ON CONFLICT DO NOTHING",
              id(5));
        });
  }

  static NodeReports report(String node, long epoch, long sequence, Section... sections) {
    List<Report> reports = new ArrayList<>();
    for (Section section : sections) {
      reports.add(new Report(section, sequence, Instant.EPOCH));
    }
    return new NodeReports(node, epoch, "incarnation-a", reports);
  }

  static Section section(String name, String content) {
    return new Section(name, Json.read(content), null, CLASSES);
  }

  static Section failed(String name, String why) {
    return new Section(name, null, why, CLASSES);
  }

  /** Stores a document whole. */
  public static void store(InventoryWriter writer, String node, long sequence, String document) {
    List<Section> sections = new ArrayList<>();
    Json.read(document)
        .forEachEntry((name, content) -> sections.add(new Section(name, content, null, CLASSES)));
    writer.store(List.of(report(node, 1, sequence, sections.toArray(new Section[0]))));
  }
}
