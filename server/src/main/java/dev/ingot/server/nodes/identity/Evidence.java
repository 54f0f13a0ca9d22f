package dev.ingot.server.nodes.identity;

import dev.ingot.server.nodes.identity.Identifier.Kind;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What a claim's facts say about one known node, by kind of evidence.
 *
 * @param uuid the board
 * @param serial the label: agrees when system or board serial does
 * @param mac the ports: agrees when any one does
 * @param disk the agent's data folder: its key or install id. A disk that moves takes both along,
 *     so it speaks for a node and never against one
 */
record Evidence(Word uuid, Word serial, Word mac, boolean disk) {
  /** What one kind of evidence says. */
  enum Word {
    /** Both have a value and one is the same. */
    AGREES,
    /** Both have values and none is the same. */
    CONTRADICTS,
    /** One of them has no value, or only values that tell nobody apart. */
    SILENT
  }

  /**
   * @param telling whether a value tells this node from the other candidates
   */
  static Evidence weigh(
      Collection<Identifier> claim, KnownNode node, boolean key, Predicate<Identifier> telling) {
    Word system = word(claim, node, EnumSet.of(Kind.SYSTEM_SERIAL), telling);
    Word board = word(claim, node, EnumSet.of(Kind.BOARD_SERIAL), telling);
    return new Evidence(
        // A UUID that two nodes have is a dispute, not silence.
        word(claim, node, EnumSet.of(Kind.UUID), any -> true),
        either(system, board),
        word(claim, node, EnumSet.of(Kind.MAC), telling),
        key || word(claim, node, EnumSet.of(Kind.INSTALL), telling) == Word.AGREES);
  }

  private static Word either(Word one, Word other) {
    if (one == Word.AGREES || other == Word.AGREES) {
      return Word.AGREES;
    }
    return one == Word.CONTRADICTS || other == Word.CONTRADICTS ? Word.CONTRADICTS : Word.SILENT;
  }

  private static Word word(
      Collection<Identifier> claim,
      KnownNode node,
      Set<Kind> kinds,
      Predicate<Identifier> telling) {
    boolean claimed = false;
    boolean same = false;
    for (Identifier identifier : claim) {
      if (kinds.contains(identifier.kind())) {
        boolean known = node.identifiers().contains(identifier);
        if (known && !telling.test(identifier)) {
          continue;
        }
        claimed = true;
        same |= known;
      }
    }
    if (same) {
      return Word.AGREES;
    }
    boolean stored = node.identifiers().stream().anyMatch(id -> kinds.contains(id.kind()));
    return claimed && stored ? Word.CONTRADICTS : Word.SILENT;
  }

  /** Rules a to d of docs/identity.md: whether this is enough to take the claimant for the node. */
  boolean recognises() {
    return switch (uuid) {
      case AGREES -> serial != Word.CONTRADICTS || mac == Word.AGREES || disk;
      case CONTRADICTS ->
          serial == Word.AGREES
              ? mac == Word.AGREES || disk
              : serial == Word.SILENT && mac == Word.AGREES && disk;
      case SILENT -> recognisesWithoutUuid();
    };
  }

  private boolean recognisesWithoutUuid() {
    return switch (serial) {
      case AGREES -> true;
      case CONTRADICTS -> mac == Word.AGREES && disk;
      case SILENT -> mac == Word.AGREES || (mac == Word.SILENT && disk);
    };
  }

  /** The UUID is this node's, whatever else says. */
  boolean sharesUuid() {
    return uuid == Word.AGREES;
  }
}
