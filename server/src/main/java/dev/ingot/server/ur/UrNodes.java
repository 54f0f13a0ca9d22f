package dev.ingot.server.ur;

import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.Severity;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.NodeJournal;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.identity.ForeignNodes;
import dev.ingot.server.nodes.identity.Identities;
import dev.ingot.server.nodes.identity.Recognition;
import dev.ingot.server.nodes.identity.Verdict;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.nodes.presence.Sessions;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/**
 * Nodes by what agents of Ur say of their machines. Nothing proves it: one that nobody knows is
 * made, as if somebody had imported it; one that has an agent of ours speaks for itself; and when
 * such an agent comes, it takes the node that was made.
 */
final class UrNodes {
  static final Principal WHO = new Principal("ur", Role.OPERATOR);

  private static final String REASON = "said an agent of Ur, which proves nothing";
  private static final int AT_ONCE = 50;

  private final ForeignNodes foreign;
  private final Outbox outbox;
  private final ServerIdentity server;
  private final RandomGenerator random;
  private final int most;

  UrNodes(Outbox outbox, Audit audit, ServerIdentity server, RandomGenerator random, int most) {
    this.foreign = new ForeignNodes(outbox, audit, WHO);
    this.outbox = outbox;
    this.server = server;
    this.random = random;
    this.most = most;
  }

  /** An agent, and the session in which it speaks for its node. */
  record Seated(Known known, Presence.Session session) {}

  /**
   * The agent that speaks, its node made if there is none.
   *
   * @param anew whether it says that it has just started
   * @throws UnreadableMessage if it cannot speak for a node
   */
  Seated heard(Handle handle, Sysinfo said, boolean anew) {
    IdentityFacts facts = said.facts();
    Known before =
        AgentTable.find(handle, said.name()).or(() -> AgentTable.same(handle, facts)).orElse(null);
    String node = before == null ? make(handle, said, facts) : before.node();
    boolean fresh = anew || before == null;
    String booted = said.bootId();
    String incarnation = before == null || fresh ? word() : before.incarnation();
    Known known =
        new Known(
            said.name(),
            node,
            booted != null
                ? booted
                : before == null || fresh ? "ur-" + incarnation : before.bootId(),
            incarnation,
            before != null && before.answers());
    if (anew) {
      RequestTable.forgetSent(handle, node);
    }
    AgentTable.write(handle, known, facts, before == null || said.describes());
    return seat(handle, known, said);
  }

  private String word() {
    byte[] bytes = new byte[8];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private String make(Handle handle, Sysinfo said, IdentityFacts facts) {
    Claim claim = Claim.of(facts);
    Identities.lock(handle, claim);
    switch (recognised(handle, claim)) {
      case Verdict.Same(String id) -> throw speaksForItself(said, id);
      case Verdict.Disputed(List<String> ids, String reason) ->
          throw new UnreadableMessage(reason + " (" + String.join(", ", ids) + ")", said.name());
      case Verdict.Unknown() -> {}
    }
    if (AgentTable.nodes(handle) >= most) {
      throw new UnreadableMessage(
          most + " nodes are known by Ur alone (ur.nodes), one more is not made", said.name());
    }
    MercuryId.Derivation derivation = claim.derivation();
    String id = derivation.id().value();
    int made =
        handle
            .createUpdate(
                """
                WITH new AS (
                  INSERT INTO node (id, standing, id_reason, facts_digest, hostname, agent_version,
                                    imported)
                  SELECT :id, 'admitted', :reason, '', :hostname, 'Ur', true
                  WHERE NOT EXISTS (SELECT FROM node_alias WHERE alias = :id)
                  ON CONFLICT DO NOTHING RETURNING id)
                INSERT INTO agent_session (node, lost_reason)
                SELECT id, 'its agent has not come yet' FROM new
                """)
            .bind("id", id)
            .bind("reason", derivation.reason() + "; " + REASON)
            .bind("hostname", said.hostname())
            .execute();
    if (made > 0) {
      foreign.made(handle, id, said.hostname());
    }
    return id;
  }

  private static Verdict recognised(Handle handle, Claim claim) {
    Identities.Met met = Identities.meet(handle, claim, null);
    return Recognition.recognise(met.claim().identifiers(), null, met.candidates());
  }

  private static UnreadableMessage speaksForItself(Sysinfo said, String node) {
    return new UnreadableMessage(
        "node " + node + " has an agent of its own, which speaks for it", said.name());
  }

  /** Takes the session, unless an agent of ours has the node by now. */
  private Seated seat(Handle handle, Known known, Sysinfo said) {
    Sessions.Seat seat =
        Sessions.lock(handle, known.node()).orElseThrow(() -> speaksForItself(said, known.node()));
    if (!isOurs(handle, known.node())) {
      throw speaksForItself(said, known.node());
    }
    String hostname = said.hostname() == null ? seat.hostname() : said.hostname();
    handle
        .createUpdate(
            """
            UPDATE node SET hostname = :hostname, agent_version = 'Ur'
            WHERE id = :node AND (hostname IS DISTINCT FROM :hostname OR agent_version IS NULL)
            """)
        .bind("node", known.node())
        .bind("hostname", hostname)
        .execute();
    Introduction introduction =
        new Introduction(
            said.facts(),
            known.bootId(),
            known.incarnation(),
            0,
            hostname,
            "Ur",
            "",
            new Credential("", null));
    long epoch = Sessions.take(handle, known.node(), introduction, server);
    boolean anotherBoot = !known.bootId().equals(seat.bootId());
    if (!seat.online() || anotherBoot) {
      Map<String, Object> data = new HashMap<>();
      data.put("bootId", known.bootId());
      data.put("address", "");
      data.put("agentVersion", "Ur");
      data.put("hostname", hostname);
      data.put("rebooted", seat.bootId() != null && anotherBoot);
      outbox.append(handle, NodeJournal.of("online", Severity.INFORMATION, known.node(), data));
    }
    return new Seated(known, new Presence.Session(known.node(), epoch));
  }

  /** An agent that is there says something else of its machine. */
  static void describe(Handle handle, Known known, Sysinfo said) {
    AgentTable.write(handle, known, said.facts(), true);
    handle
        .createUpdate(
            """
            UPDATE node SET hostname = coalesce(:hostname, hostname)
            WHERE id = :node AND imported AND hostname IS DISTINCT FROM :hostname
            """)
        .bind("node", known.node())
        .bind("hostname", said.hostname())
        .execute();
  }

  /** Whether no agent of ours has come to the node, and nobody has revoked it. */
  static boolean isOurs(Handle handle, String node) {
    return handle
        .createQuery("SELECT imported AND standing = 'admitted' FROM node WHERE id = :node")
        .bind("node", node)
        .mapTo(Boolean.class)
        .findOne()
        .orElse(false);
  }

  /** What was there when this server, or the one before it, last looked. */
  List<Seated> restore(Handle handle) {
    return AgentTable.present(handle, most).stream()
        .filter(known -> isOurs(handle, known.node()))
        .map(known -> seat(handle, known, silent(known)))
        .toList();
  }

  private static Sysinfo silent(Known known) {
    return new Sysinfo(known.name(), Json.MAPPER.createObjectNode());
  }

  /** A node of Ur's that an agent of ours turned out to be. */
  record Same(String foreign, String own) {}

  static List<Same> appeared(Handle handle) {
    return AgentTable.suspects(handle, AT_ONCE).stream()
        .flatMap(
            suspect ->
                recognised(handle, Claim.of(suspect.facts())) instanceof Verdict.Same(String own)
                        && !own.equals(suspect.node())
                        && isOurs(handle, suspect.node())
                    ? Optional.of(new Same(suspect.node(), own)).stream()
                    : Optional.<Same>empty().stream())
        .distinct()
        .toList();
  }

  boolean merge(Handle handle, NodeRemoval features, Same same) {
    return foreign.merge(handle, features, same.foreign(), same.own(), REASON);
  }
}
