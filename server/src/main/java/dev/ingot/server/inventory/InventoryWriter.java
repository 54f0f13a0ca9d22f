package dev.ingot.server.inventory;

import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where sections arrive. */
public interface InventoryWriter {
  /**
   * Digests of the stored sections of a node's source {@code agent}, by section name: what the
   * agent need not send again.
   */
  Map<String, String> digests(String nodeId);

  /** The same for many nodes; each of them has an entry. */
  default Map<String, Map<String, String>> digests(Collection<String> nodeIds) {
    Map<String, Map<String, String>> digests = new HashMap<>();
    nodeIds.forEach(nodeId -> digests.put(nodeId, digests(nodeId)));
    return digests;
  }

  /**
   * What agents say of the fields of these sections, for those who report sections and do not know
   * it; of sections that no agent has nothing.
   */
  default Map<String, FieldClasses> classes(Collection<String> sections) {
    return Map.of();
  }

  /**
   * One section that arrived.
   *
   * @param digest of everything in it that makes a change, as the agent told it, in hexadecimal;
   *     null: worked out here. Only the agent's own reports are compared with it
   * @param sequence grows with each report of one agent incarnation; an older one than stored is
   *     ignored
   * @param nodeTime the node's clock, for information only: nothing is decided by it
   */
  record Report(Section section, @Nullable String digest, long sequence, Instant nodeTime) {
    public Report(Section section, long sequence, Instant nodeTime) {
      this(section, null, sequence, nodeTime);
    }
  }

  /**
   * Reports of one node, from one session.
   *
   * @param epoch the session's fencing number; a report from an epoch that is over is ignored
   * @param source who saw it, an observing one; epochs are those of agents and count for them alone
   */
  record NodeReports(
      String nodeId, long epoch, String incarnation, List<Report> reports, Source source) {
    /** Of an agent. */
    public NodeReports(String nodeId, long epoch, String incarnation, List<Report> reports) {
      this(nodeId, epoch, incarnation, reports, Source.AGENT);
    }
  }

  /**
   * Stores the reports of many nodes in one transaction (document, difference, event); returns
   * after commit.
   */
  void store(Collection<NodeReports> reports);
}
