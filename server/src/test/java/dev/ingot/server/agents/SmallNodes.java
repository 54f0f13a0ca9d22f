package dev.ingot.server.agents;

import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Door;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.Presence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Nodes in memory, by install id; the token {@code good} lets anyone in. */
final class SmallNodes implements Door, Presence {
  static final String TOKEN = "good";

  private final Map<String, String> nodeByKey = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final Set<String> over = new HashSet<>();
  final List<Introduction> introductions = new ArrayList<>();
  final List<String> ended = new ArrayList<>();
  final Set<Session> seen = new HashSet<>();

  @Override
  public synchronized Admission admit(Introduction introduction) {
    introductions.add(introduction);
    String key = introduction.credential().key();
    if (!nodeByKey.containsKey(key)) {
      if (!(introduction.credential().voucher() instanceof Credential.EnrolmentToken(String token))
          || !token.equals(TOKEN)) {
        return new Admission.Refused("key-unknown", "the key is no node's", 0);
      }
      nodeByKey.put(key, "0f" + introduction.facts().installId());
    }
    String nodeId = nodeByKey.get(key);
    if (!nodeId.equals("0f" + introduction.facts().installId())) {
      return new Admission.Refused("key-of-another-node", "the key is " + nodeId + "'s", 60);
    }
    return new Admission.Admitted(
        nodeId, Admission.Standing.ADMITTED, epochs.merge(nodeId, 1L, Long::sum));
  }

  /** What an operator does: at the next batch the link is told. */
  synchronized void revoke(String nodeId) {
    over.add(nodeId);
  }

  /** As after copying the disk of one machine to another. */
  synchronized void keyIs(String key, String nodeId) {
    nodeByKey.put(key, nodeId);
  }

  /** As after losing the database. */
  synchronized void forgetKeys() {
    nodeByKey.clear();
  }

  synchronized long epoch(String nodeId) {
    return epochs.getOrDefault(nodeId, 0L);
  }

  @Override
  public synchronized List<Over> seen(Collection<Session> sessions) {
    seen.addAll(sessions);
    return sessions.stream()
        .filter(session -> over.contains(session.nodeId()))
        .map(session -> new Over(session, "revoked"))
        .toList();
  }

  @Override
  public synchronized void ended(Collection<Session> sessions, String reason) {
    for (Session session : sessions) {
      if (session.epoch() == epoch(session.nodeId())) {
        ended.add(session.nodeId() + ": " + reason);
      }
    }
  }

  synchronized List<String> endedSoFar() {
    return List.copyOf(ended);
  }
}
