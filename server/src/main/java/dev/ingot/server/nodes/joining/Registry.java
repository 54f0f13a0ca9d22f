package dev.ingot.server.nodes.joining;

import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.identity.Identities;
import dev.ingot.server.nodes.joining.Vouchers.Checked;
import dev.ingot.server.nodes.presence.Sessions.Seat;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import tools.jackson.databind.JsonNode;

/** Writes what the door learns about nodes. */
final class Registry {
  private final NodeJournal journal;

  Registry(NodeJournal journal) {
    this.journal = journal;
  }

  /**
   * A machine that was never seen becomes a node, with its key and without a session.
   *
   * @return its seat; empty when every id that its facts give is another node's
   */
  Optional<Seat> register(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Checked.Good voucher,
      NodeStanding standing) {
    List<MercuryId.Derivation> possible = claim.derivations();
    Set<String> taken =
        Identities.taken(handle, possible.stream().map(one -> one.id().value()).toList());
    return possible.stream()
        .filter(one -> !taken.contains(one.id().value()))
        .findFirst()
        .map(id -> insert(handle, introduction, claim, key, voucher, standing, id));
  }

  private Seat insert(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Checked.Good voucher,
      NodeStanding standing,
      MercuryId.Derivation derivation) {
    String id = derivation.id().value();
    Identities.bind(
            handle.createUpdate(
                """
                WITH node AS (
                  INSERT INTO node (id, standing, hostname, agent_version, id_reason, network,
                                    facts_digest)
                  VALUES (:id, :standing, :hostname, :agentVersion, :reason, :network, :digest)),
                session AS (INSERT INTO agent_session (node) VALUES (:id)),
                key AS (
                  INSERT INTO node_key (hash, node, origin, voucher)
                  VALUES (:key, :id, :id, :voucher)),
                back AS (DELETE FROM retired_key WHERE hash = :key)
                INSERT INTO node_identifier (kind, value, node, origin)
                SELECT kind, value, :id, :id FROM unnest(:kinds, :values) AS c (kind, value)
                """),
            claim.identifiers())
        .bind("id", id)
        .bind("standing", standing.word())
        .bind("hostname", introduction.hostname())
        .bind("agentVersion", introduction.agentVersion())
        .bind("reason", derivation.reason())
        .bind("network", voucher.network())
        .bind("digest", claim.digest())
        .bind("key", key)
        .bind("voucher", voucher.name())
        .execute();
    Map<String, Object> data = new HashMap<>();
    data.put("standing", standing.word());
    data.put("reason", derivation.reason());
    data.put("voucher", voucher.name());
    data.put("hostname", introduction.hostname());
    data.put("address", introduction.remoteAddress());
    journal.event(handle, "discovered", Severity.INFORMATION, id, data);
    journal.wrote(handle, by(voucher.name()), "join", id, null, json(data));
    return new Seat(
        id,
        standing,
        claim.digest(),
        List.of(),
        false,
        introduction.hostname(),
        introduction.agentVersion(),
        voucher.network(),
        false,
        0,
        false,
        null,
        null,
        0,
        null);
  }

  /** A known node shows these facts now: its identifiers and, if it computes anew, an alias. */
  void learn(Handle handle, String nodeId, Claim claim) {
    MercuryId.Derivation computed = claim.derivation();
    String origin = computed.id().value();
    for (Identities.Moved moved : Identities.learn(handle, nodeId, claim, origin)) {
      journal.event(
          handle,
          "identifier-moved",
          Severity.WARNING,
          nodeId,
          Map.of(
              "kind", moved.identifier().kind().word(),
              "value", moved.identifier().value(),
              "from", moved.from()));
    }
    if (!origin.equals(nodeId) && Identities.alias(handle, nodeId, origin, computed.reason())) {
      journal.event(
          handle,
          "alias-added",
          Severity.WARNING,
          nodeId,
          Map.of("alias", origin, "reason", computed.reason()));
    }
  }

  /** The window that {@code readmit} opened was used. */
  void closeWindow(Handle handle, String nodeId) {
    handle
        .createUpdate(
            "UPDATE node SET readmit_until = NULL WHERE id = :node AND readmit_until IS NOT NULL")
        .bind("node", nodeId)
        .execute();
  }

  /** A known machine got a new key. */
  void rejoined(Handle handle, String nodeId, String voucher) {
    journal.wrote(handle, by(voucher), "rejoin", nodeId, null, json(Map.of("voucher", voucher)));
  }

  /** A pending node was admitted by the door itself. */
  void admitted(Handle handle, String nodeId, String by) {
    journal.event(handle, "approved", Severity.INFORMATION, nodeId, Map.of("by", by));
    journal.wrote(
        handle,
        by(by),
        "approve",
        nodeId,
        json(Map.of("standing", "pending")),
        json(Map.of("standing", "admitted")));
  }

  /** The name of what acted in the audit; a voucher acts for the operator who made it. */
  private static Principal by(String voucher) {
    return new Principal(voucher, Role.OPERATOR);
  }

  private static JsonNode json(Map<String, ?> fields) {
    return Json.MAPPER.valueToTree(fields);
  }
}
