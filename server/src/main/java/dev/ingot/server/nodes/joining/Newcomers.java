package dev.ingot.server.nodes.joining;

import dev.ingot.core.MercuryId;
import dev.ingot.server.access.Audit;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.ByteArrays;
import dev.ingot.server.nodes.Credential.EnrolmentToken;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.LongArray;
import dev.ingot.server.nodes.NodeStanding;
import dev.ingot.server.nodes.TextArray;
import dev.ingot.server.nodes.identity.Claim;
import dev.ingot.server.nodes.identity.Identifier;
import dev.ingot.server.nodes.identity.Identities;
import dev.ingot.server.nodes.joining.Vouchers.Checked;
import dev.ingot.server.nodes.presence.ServerIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Registers many machines at once that nobody knows anything of: no key, no identifier, no id that
 * is another's, an enrolment token without a limit. What {@link Examination} would say of each is
 * then certain. Everybody else is left to it.
 */
final class Newcomers {
  private final Registry registry;
  private final ServerIdentity server;
  private final @Nullable String ownBootId;

  Newcomers(Registry registry, ServerIdentity server, @Nullable String ownBootId) {
    this.registry = registry;
    this.server = server;
    this.ownBootId = ownBootId;
  }

  /** Who may be one. */
  record Newcomer(
      Introduction introduction, Claim claim, MercuryId.Derivation derivation, byte[] key) {
    String id() {
      return derivation.id().value();
    }

    private byte[] token() {
      return introduction.credential().voucher() instanceof EnrolmentToken(String secret)
          ? Secret.hash(secret)
          : new byte[0];
    }

    /** What nobody else may show who comes with it: key, id, identifiers. */
    private Stream<String> own() {
      return Stream.concat(
          Stream.of("key" + HexFormat.of().formatHex(key), id()),
          telling().map(Identifier::spelled));
    }

    /** A chassis is shared by its machines. */
    private Stream<Identifier> telling() {
      return claim.identifiers().stream()
          .filter(one -> one.kind() != Identifier.Kind.CHASSIS_SERIAL);
    }
  }

  /** Who of these may be one: those that hold a token and share nothing with one before. */
  static Map<Integer, Newcomer> among(List<Introduction> introductions) {
    Map<Integer, Newcomer> found = new LinkedHashMap<>();
    Set<String> shown = new HashSet<>();
    for (int place = 0; place < introductions.size(); place++) {
      Introduction introduction = introductions.get(place);
      if (introduction.credential().voucher() instanceof EnrolmentToken
          && Manners.wrong(introduction).isEmpty()) {
        Claim claim = Claim.of(introduction.facts());
        Newcomer newcomer =
            new Newcomer(
                introduction,
                claim,
                claim.derivation(),
                Secret.hash(introduction.credential().key()));
        List<String> own = newcomer.own().toList();
        if (own.stream().noneMatch(shown::contains)) {
          found.put(place, newcomer);
        }
        shown.addAll(own);
      }
    }
    return found;
  }

  /** Registers those who are new indeed, by id; the others are not spoken of. */
  Map<String, Admitted> register(Handle handle, Collection<Newcomer> claimed) {
    Set<String> holders = keysKnown(handle, claimed);
    List<Newcomer> strangers = claimed.stream().filter(one -> !holders.contains(one.id())).toList();
    if (strangers.size() < 2) {
      return Map.of();
    }
    Identities.lock(
        handle,
        strangers.stream()
            .flatMap(
                one ->
                    Stream.concat(
                        one.claim.identifiers().stream().map(Identifier::spelled),
                        Stream.of(one.id()))));
    Set<String> known = known(handle, strangers);
    Map<String, Checked.Good> tokens = Vouchers.unlimited(handle, each(strangers, Newcomer::token));
    List<Newcomer> fresh =
        strangers.stream()
            .filter(one -> !known.contains(one.id()) && tokens.containsKey(token(one)))
            .toList();
    Map<String, Admitted> admitted =
        fresh.isEmpty() ? Map.of() : insert(handle, fresh, one -> voucher(tokens, one).name());
    List<NewEvent> events = new ArrayList<>();
    List<Audit.Write> writes = new ArrayList<>();
    for (Newcomer one : fresh) {
      if (admitted.containsKey(one.id())) {
        Registry.Joined joined =
            Registry.joined(
                one.introduction, voucher(tokens, one), NodeStanding.ADMITTED, one.derivation);
        events.addAll(joined.events());
        writes.add(joined.write());
      }
    }
    registry.tell(handle, events, writes);
    return admitted;
  }

  private static Checked.Good voucher(Map<String, Checked.Good> tokens, Newcomer one) {
    return java.util.Objects.requireNonNull(tokens.get(token(one)));
  }

  private static String token(Newcomer one) {
    return HexFormat.of().formatHex(one.token());
  }

  /** Whose keys are known: nearly everybody when a server comes back. */
  private static Set<String> keysKnown(Handle handle, Collection<Newcomer> claimed) {
    Map<String, String> idByKey = new HashMap<>();
    claimed.forEach(one -> idByKey.put(HexFormat.of().formatHex(one.key), one.id()));
    Set<String> known = new HashSet<>();
    handle
        .createQuery("SELECT encode(hash, 'hex') FROM node_key WHERE hash = ANY(:keys)")
        .bind("keys", new ByteArrays(each(claimed, Newcomer::key)))
        .mapTo(String.class)
        .forEach(key -> known.add(idByKey.getOrDefault(key, "")));
    return known;
  }

  /**
   * Of whom anything is known: read after the locks were had. No EXISTS: planned while a table was
   * empty it would read all of it ever after.
   */
  private static Set<String> known(Handle handle, List<Newcomer> claimed) {
    Identified identified = Identified.of(claimed);
    return new HashSet<>(
        handle
            .createQuery(
                """
                SELECT claimant FROM unnest(:claimants, :kinds, :values) AS c (claimant, kind, value)
                WHERE (SELECT true FROM shared_identifier s
                       WHERE s.value = c.value AND s.kind = c.kind)
                OR c.kind <> 'chassis-serial'
                   AND (SELECT true FROM node_identifier i
                        WHERE i.value = c.value AND i.kind = c.kind LIMIT 1)
                UNION
                SELECT claimant FROM unnest(:ids, :keys) AS m (claimant, key)
                WHERE (SELECT true FROM node WHERE id = claimant)
                OR (SELECT true FROM node_alias WHERE alias = claimant)
                OR (SELECT true FROM node_key k WHERE k.hash = m.key)
                OR (SELECT true FROM retired_key k WHERE k.hash = m.key)
                """)
            .bind("claimants", new TextArray(identified.owners))
            .bind("kinds", new TextArray(identified.kinds))
            .bind("values", new TextArray(identified.values))
            .bind("ids", new TextArray(each(claimed, Newcomer::id)))
            .bind("keys", new ByteArrays(each(claimed, Newcomer::key)))
            .mapTo(String.class)
            .list());
  }

  /** Everything about the new nodes in one statement. */
  private Map<String, Admitted> insert(
      Handle handle, List<Newcomer> fresh, Function<Newcomer, String> voucher) {
    Identified identified = Identified.of(fresh);
    Map<String, Admitted> admitted = new HashMap<>();
    handle
        .createQuery(
            """
            WITH given AS (
              SELECT * FROM unnest(:ids, :hostnames, :versions, :reasons, :digests, :boots,
                                   :incarnations, :numbers, :addresses, :keys, :vouchers)
                AS g (id, hostname, version, reason, digest, boot, incarnation, number, address,
                      key, voucher)),
            new AS (
              INSERT INTO node (id, standing, protected, hostname, agent_version, id_reason,
                                facts_digest)
              SELECT id, 'admitted', boot IS NOT DISTINCT FROM :own, hostname, version, reason,
                     digest
              FROM given ORDER BY id
              ON CONFLICT (id) DO NOTHING RETURNING id),
            session AS (
              INSERT INTO agent_session (node, epoch, server, server_incarnation, boot_id,
                                         incarnation, session_number, remote_address, online, seen)
              SELECT id, nextval('agent_epoch'), :server, :serverIncarnation, boot, incarnation,
                     number, address, true, now()
              FROM given JOIN new USING (id)
              RETURNING node, epoch),
            key AS (
              INSERT INTO node_key (hash, node, origin, voucher)
              SELECT key, id, id, voucher FROM given JOIN new USING (id)),
            identifiers AS (
              INSERT INTO node_identifier (kind, value, node, origin)
              SELECT kind, value, owner, owner
              FROM unnest(:kinds, :values, :owners) AS c (kind, value, owner)
              JOIN new ON new.id = owner)
            SELECT node, epoch FROM session
            """)
        .bind("ids", new TextArray(each(fresh, Newcomer::id)))
        .bind("hostnames", new TextArray(said(fresh, Introduction::hostname)))
        .bind("versions", new TextArray(said(fresh, Introduction::agentVersion)))
        .bind("reasons", new TextArray(each(fresh, one -> one.derivation.reason())))
        .bind("digests", new ByteArrays(each(fresh, one -> one.claim.digest())))
        .bind("boots", new TextArray(said(fresh, Introduction::bootId)))
        .bind("incarnations", new TextArray(said(fresh, Introduction::agentIncarnation)))
        .bind("numbers", new LongArray(each(fresh, one -> one.introduction.sessionNumber())))
        .bind("addresses", new TextArray(said(fresh, Introduction::remoteAddress)))
        .bind("keys", new ByteArrays(each(fresh, Newcomer::key)))
        .bind("vouchers", new TextArray(each(fresh, voucher)))
        .bind("kinds", new TextArray(identified.kinds))
        .bind("values", new TextArray(identified.values))
        .bind("owners", new TextArray(identified.owners))
        .bind("own", ownBootId)
        .bind("server", server.name())
        .bind("serverIncarnation", server.incarnation())
        .map(
            (row, context) ->
                new Admitted(
                    row.getString("node"),
                    Seating.answer(NodeStanding.ADMITTED),
                    row.getLong("epoch")))
        .forEach(one -> admitted.put(one.nodeId(), one));
    return admitted;
  }

  /** The identifiers of many as parallel lists. */
  private record Identified(List<String> owners, List<String> kinds, List<String> values) {
    static Identified of(List<Newcomer> all) {
      Identified identified =
          new Identified(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      for (Newcomer one : all) {
        for (Identifier identifier : one.claim.identifiers()) {
          identified.owners.add(one.id());
          identified.kinds.add(identifier.kind().word());
          identified.values.add(identifier.value());
        }
      }
      return identified;
    }
  }

  private static <T> List<T> each(Collection<Newcomer> all, Function<Newcomer, T> value) {
    return all.stream().map(value).toList();
  }

  private static <T extends @Nullable Object> List<T> said(
      Collection<Newcomer> all, Function<Introduction, T> value) {
    return all.stream().map(one -> value.apply(one.introduction)).toList();
  }
}
