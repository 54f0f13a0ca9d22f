package dev.ingot.agent.link;

import dev.ingot.protocol.Digests;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.Section;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Which sections the server has, and the one report that is under way. The server's word at hello
 * starts it anew, so a report whose acknowledgement was lost is made again, or found to be there.
 */
final class Reporting {
  private final InstantSource clock;
  private Sections sections;
  private SortedMap<String, String> digests;
  private Map<String, String> stored = Map.of();

  /** Those whose readings are to be told, as they were found. */
  private final Map<String, Section> fresh = new HashMap<>();

  private @Nullable UnderWay underWay;
  private long sequence;

  /** A report that is not yet acknowledged, by the digests that it carries. */
  private record UnderWay(long sequence, Map<String, String> digests, Map<String, Section> fresh) {}

  Reporting(InstantSource clock, Sections sections) {
    this.clock = clock;
    this.sections = sections;
    this.digests = Digests.shorten(sections.digests());
  }

  void sectionsAre(Sections newer) {
    sections = newer;
    digests = Digests.shorten(newer.digests());
    newer.fresh().forEach(name -> fresh.put(name, newer.section(name)));
    fresh.keySet().retainAll(digests.keySet());
  }

  SortedMap<String, String> digests() {
    return digests;
  }

  /**
   * A new connection, on which nothing is under way yet; the server has this and wants the rest.
   */
  void begin(Map<String, String> serverHas) {
    stored = new HashMap<>(serverHas);
    underWay = null;
  }

  boolean upToDate() {
    return underWay == null && fresh.isEmpty() && digests.equals(stored);
  }

  /** Everything up to this sequence is stored. */
  void acknowledged(long upTo) {
    if (underWay != null && underWay.sequence() <= upTo) {
      stored.putAll(underWay.digests());
      underWay.fresh().forEach(fresh::remove);
      underWay = null;
    }
  }

  /**
   * All sections that differ or are to be told afresh, encoded for the inventory lane; null when
   * none does or a report is under way.
   */
  byte @Nullable [] next() {
    if (underWay != null) {
      return null;
    }
    List<Section> differing = new ArrayList<>();
    digests.forEach(
        (name, digest) -> {
          if (!digest.equals(stored.get(name)) || fresh.containsKey(name)) {
            differing.add(sections.section(name));
          }
        });
    return differing.isEmpty() ? null : report(differing);
  }

  private byte[] report(List<Section> differing) {
    // Shown only; a node's clock may say anything.
    Instant now = clock.instant();
    sequence++;
    List<Section> carried = differing;
    byte[] encoded = encode(now, carried);
    while (encoded.length > Lane.INVENTORY.maxMessage()) {
      carried =
          carried.size() > 1
              ? carried.subList(0, carried.size() / 2)
              : List.of(tooLarge(carried.getFirst(), encoded.length));
      encoded = encode(now, carried);
    }
    Map<String, String> carriedDigests = digestsOf(carried);
    Map<String, Section> carriedFresh = new HashMap<>(fresh);
    carriedFresh.keySet().retainAll(carriedDigests.keySet());
    underWay = new UnderWay(sequence, carriedDigests, carriedFresh);
    return encoded;
  }

  private byte[] encode(Instant now, List<Section> carried) {
    return MessageCodec.encode(new Message.Report(sequence, now, carried, digestsOf(carried)));
  }

  private Map<String, String> digestsOf(List<Section> carried) {
    Map<String, String> carriedDigests = new HashMap<>();
    carried.forEach(section -> carriedDigests.put(section.name(), digests.get(section.name())));
    return carriedDigests;
  }

  /** Said instead of a section that no message carries: a failure overwrites nothing. */
  private static Section tooLarge(Section section, int size) {
    return new Section(
        section.name(),
        null,
        "the section is larger (%d bytes) than the link carries (%d)"
            .formatted(size, Lane.INVENTORY.maxMessage()),
        section.classes());
  }
}
