package dev.ingot.server.inventory;

import dev.ingot.protocol.Section;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Where sections arrive. */
public interface InventoryWriter {
  /**
   * Digests of the stored sections of a node's source {@code agent}, by section name: what the
   * agent need not send again.
   */
  Map<String, String> digests(String nodeId);

  /**
   * One section that arrived.
   *
   * @param sequence grows with each report of one agent incarnation; an older one than stored is
   *     ignored
   * @param nodeTime the node's clock, for information only: nothing is decided by it
   */
  record Report(Section section, long sequence, Instant nodeTime) {}

  /**
   * Reports of one node, from one session.
   *
   * @param epoch the session's fencing number; a report from an epoch that is over is ignored
   */
  record NodeReports(String nodeId, long epoch, String incarnation, List<Report> reports) {}

  /**
   * Stores the reports of many nodes in one transaction (document, difference, event); returns
   * after commit.
   */
  void store(Collection<NodeReports> reports);
}
