package dev.ingot.server.nodes.joining;

import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.identity.Identities;
import dev.ingot.server.nodes.joining.Vouchers.Checked;
import dev.ingot.server.nodes.presence.ServerIdentity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes what the door learns about nodes. */
final class Registry {
  private final NodeJournal journal;
  private final ServerIdentity server;
  private final @Nullable String ownBootId;

  /**
   * @param ownBootId boot id of the machine that this server runs on; its node is protected
   */
  Registry(NodeJournal journal, ServerIdentity server, @Nullable String ownBootId) {
    this.journal = journal;
    this.server = server;
    this.ownBootId = ownBootId;
  }

  /**
   * A machine that was never seen becomes a node, with its key and its session.
   *
   * @return empty when every id that its facts give is another node's
   */
  Optional<Admitted> register(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Checked.Good voucher,
      NodeStanding standing) {
    for (MercuryId.Derivation id : claim.derivations()) {
      Optional<Long> epoch = insert(handle, introduction, claim, key, voucher, standing, id);
      if (epoch.isEmpty() && isRevokedImport(handle, claim)) {
        return Optional.empty();
      }
      if (epoch.isPresent()) {
        tell(handle, introduction, voucher, standing, id);
        return Optional.of(new Admitted(id.id().value(), Seating.answer(standing), epoch.get()));
      }
    }
    return Optional.empty();
  }

  /** Whether somebody imported this machine, and revoked it before it came. */
  boolean isRevokedImport(Handle handle, Claim claim) {
    return handle
        .createQuery(
            "SELECT EXISTS (SELECT FROM node"
                + " WHERE id = :id AND imported AND standing = 'revoked')")
        .bind("id", claim.derivation().id().value())
        .mapTo(Boolean.class)
        .one();
  }

  /**
   * Everything about a new node in one statement; nothing when the id is another node's. A node
   * that was imported and never came is this machine: its id is made from the same facts.
   */
  private Optional<Long> insert(
      Handle handle,
      Introduction introduction,
      Claim claim,
      byte[] key,
      Checked.Good voucher,
      NodeStanding standing,
      MercuryId.Derivation id) {
    return Identities.bind(
            handle.createQuery(
                """
                WITH new AS (
                  INSERT INTO node (id, standing, protected, hostname, agent_version, id_reason,
                                    network, facts_digest)
                  SELECT :id, :standing, :protected, :hostname, :agentVersion, :reason, :network,
                         :digest
                  WHERE NOT EXISTS (SELECT FROM node_alias WHERE alias = :id)
                  ON CONFLICT (id) DO UPDATE SET standing = excluded.standing,
                    protected = excluded.protected, hostname = excluded.hostname,
                    agent_version = excluded.agent_version, id_reason = excluded.id_reason,
                    network = excluded.network, facts_digest = excluded.facts_digest,
                    imported = false, version = node.version + 1
                  WHERE node.imported AND node.standing <> 'revoked'
                  RETURNING id),
                session AS (
                  INSERT INTO agent_session (node, epoch, server, server_incarnation, boot_id,
                                             incarnation, session_number, remote_address, online,
                                             seen)
                  SELECT id, nextval('agent_epoch'), :server, :serverIncarnation, :boot,
                         :incarnation, :number, :address, true, now() FROM new
                  ON CONFLICT (node) DO UPDATE SET epoch = excluded.epoch,
                    server = excluded.server, server_incarnation = excluded.server_incarnation,
                    boot_id = excluded.boot_id, incarnation = excluded.incarnation,
                    session_number = excluded.session_number,
                    remote_address = excluded.remote_address, online = true, since = now(),
                    seen = now(), lost_reason = NULL
                  RETURNING epoch),
                key AS (
                  INSERT INTO node_key (hash, node, origin, voucher)
                  SELECT :key, id, id, :voucher FROM new),
                back AS (
                  DELETE FROM retired_key WHERE hash = :key AND EXISTS (SELECT FROM new)),
                identifiers AS (
                  INSERT INTO node_identifier (kind, value, node, origin)
                  SELECT kind, value, id, id
                  FROM new, unnest(:kinds, :values) AS c (kind, value))
                SELECT epoch FROM session
                """),
            claim.identifiers())
        .bind("id", id.id().value())
        .bind("standing", standing.word())
        .bind("protected", introduction.bootId().equals(ownBootId))
        .bind("hostname", introduction.hostname())
        .bind("agentVersion", introduction.agentVersion())
        .bind("reason", id.reason())
        .bind("network", voucher.network())
        .bind("digest", claim.digest())
        .bind("server", server.name())
        .bind("serverIncarnation", server.incarnation())
        .bind("boot", introduction.bootId())
        .bind("incarnation", introduction.agentIncarnation())
        .bind("number", introduction.sessionNumber())
        .bind("address", introduction.remoteAddress())
        .bind("key", key)
        .bind("voucher", voucher.name())
        .mapTo(Long.class)
        .findOne();
  }

  private void tell(
      Handle handle,
      Introduction introduction,
      Checked.Good voucher,
      NodeStanding standing,
      MercuryId.Derivation derivation) {
    Joined joined = joined(introduction, voucher, standing, derivation);
    tell(handle, joined.events(), List.of(joined.write()));
  }

  /** What is told of machines that became nodes. */
  void tell(Handle handle, List<NewEvent> events, List<Audit.Write> writes) {
    journal.outbox().appendAll(handle, events);
    journal.audit().recordAll(handle, writes);
  }

  /** What is told of a machine that became a node. */
  record Joined(List<NewEvent> events, Audit.Write write) {}

  static Joined joined(
      Introduction introduction,
      Checked.Good voucher,
      NodeStanding standing,
      MercuryId.Derivation derivation) {
    String id = derivation.id().value();
    ObjectNode data = JsonNodeFactory.instance.objectNode();
    data.put("standing", standing.word());
    data.put("reason", derivation.reason());
    data.put("voucher", voucher.name());
    data.put("hostname", introduction.hostname());
    data.put("address", introduction.remoteAddress());
    return new Joined(
        List.of(
            new NewEvent("node", "discovered", Severity.INFORMATION, id, id, data),
            new NewEvent(
                "node",
                "online",
                Severity.INFORMATION,
                id,
                id,
                Seating.online(introduction, false))),
        NodeJournal.write(by(voucher.name()), "join", id, null, data));
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
