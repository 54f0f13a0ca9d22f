package dev.ingot.server.nodes.identity;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.core.MercuryId;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a machine shows of itself.
 *
 * @param identifiers what it can be recognised by
 * @param digest SHA-256 of the facts
 */
public record Claim(IdentityFacts facts, List<Identifier> identifiers, byte[] digest) {
  public static Claim of(IdentityFacts facts) {
    try {
      return new Claim(
          facts,
          Identifier.of(facts),
          MessageDigest.getInstance("SHA-256").digest(Json.bytes(facts)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** The claim without values that were declared to be on several machines. */
  Claim without(Collection<Identifier> shared) {
    if (shared.isEmpty()) {
      return this;
    }
    List<Identifier> left = new ArrayList<>(identifiers);
    left.removeAll(shared);
    boolean uuid = shared.stream().anyMatch(one -> one.kind() == Identifier.Kind.UUID);
    List<MercuryId.Derivation> weaker = new ArrayList<>();
    derive(withoutUuid(facts), weaker);
    return new Claim(uuid && !weaker.isEmpty() ? withoutUuid(facts) : facts, left, digest);
  }

  /** The id that the facts compute to. */
  public MercuryId.Derivation derivation() {
    return MercuryId.derive(facts);
  }

  /**
   * The ids that this machine may get when it is new, strongest first: a machine whose UUID made
   * another node's pinned id is called by its next best facts.
   */
  public List<MercuryId.Derivation> derivations() {
    List<MercuryId.Derivation> all = new ArrayList<>();
    all.add(derivation());
    IdentityFacts next = withoutUuid(facts);
    derive(next, all);
    derive(withoutSerials(next), all);
    derive(
        new IdentityFacts(null, null, null, null, null, null, List.of(), facts.installId()), all);
    return all;
  }

  private static void derive(IdentityFacts facts, List<MercuryId.Derivation> all) {
    try {
      all.add(MercuryId.derive(facts));
    } catch (IllegalArgumentException e) {
      // Nothing is left to compute an id from: one candidate less.
      return;
    }
  }

  private static IdentityFacts withoutUuid(IdentityFacts facts) {
    return new IdentityFacts(
        null,
        facts.productSerial(),
        facts.chassisAssetTag(),
        facts.chassisSerial(),
        facts.boardAssetTag(),
        facts.boardSerial(),
        facts.ports(),
        facts.installId());
  }

  private static IdentityFacts withoutSerials(IdentityFacts facts) {
    return new IdentityFacts(null, null, null, null, null, null, facts.ports(), facts.installId());
  }
}
