package dev.ingot.server.agents;

import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.Sections;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.Section;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;

/** Agents for tests: agent n is node 0f…n. */
final class Agents {
  private Agents() {}

  /** A clock that is years behind: nothing depends on it. */
  static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2010-01-01T00:00:00Z"));

  static String nodeId(int number) {
    return "0f" + installId(number);
  }

  private static String installId(int number) {
    return "%040x".formatted(number);
  }

  static String key(int number) {
    return "%064x".formatted(number);
  }

  static IdentityFacts facts(int number) {
    return new IdentityFacts(null, null, null, null, null, null, List.of(), installId(number));
  }

  static LinkMachine machine(int number, Sections sections, long seed) {
    return new LinkMachine(
        new Myself(
            "test", facts(number), "boot-" + number, "incarnation-" + seed, "host-" + number),
        key(number),
        new Proof.Voucher(Proof.Kind.TOKEN, SmallNodes.TOKEN),
        sections,
        CLOCK,
        new Random(seed));
  }

  static Section section(String name, long version, int size) {
    return new Section(
        name,
        Json.MAPPER.createObjectNode().put("version", version).put("padding", "x".repeat(size)),
        null,
        FieldClasses.ALL_CONFIG);
  }

  static Sections sections(Section... sections) {
    return Sections.of(List.of(sections));
  }
}
