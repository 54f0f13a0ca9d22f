package dev.ingot.server.nodes.joining;

import dev.ingot.core.MercuryId;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.Introduction;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Whether an introduction has the form of one, before anything is looked up. */
final class Manners {
  private static final Pattern KEY = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern WORD = Pattern.compile("[0-9A-Za-z._:+~-]{1,64}");
  private static final Pattern HOSTNAME = Pattern.compile("\\P{Cntrl}{1,253}");
  private static final int MOST_PORTS = 1024;
  private static final int LONGEST_FACT = 512;

  private Manners() {}

  /** What is wrong with it, naming the field. */
  static Optional<Refused> wrong(Introduction introduction) {
    if (!KEY.matcher(introduction.credential().key()).matches()) {
      return refused("key must be 64 lowercase hex digits");
    }
    if (!WORD.matcher(introduction.bootId()).matches()) {
      return refused("bootId must be up to 64 letters, digits, dots and dashes");
    }
    if (!WORD.matcher(introduction.agentIncarnation()).matches()) {
      return refused("incarnation must be up to 64 letters, digits, dots and dashes");
    }
    if (!WORD.matcher(introduction.agentVersion()).matches()) {
      return refused("agentVersion must be up to 64 letters, digits, dots and dashes");
    }
    if (introduction.hostname() != null && !HOSTNAME.matcher(introduction.hostname()).matches()) {
      return refused("hostname must be 1 to 253 characters, none of them a control character");
    }
    return wrongFacts(introduction);
  }

  private static Optional<Refused> wrongFacts(Introduction introduction) {
    var facts = introduction.facts();
    if (facts.ports().size() > MOST_PORTS) {
      return refused("facts.ports has more than " + MOST_PORTS + " entries");
    }
    if (isWrong(facts.productUuid())
        || isWrong(facts.productSerial())
        || isWrong(facts.chassisAssetTag())
        || isWrong(facts.chassisSerial())
        || isWrong(facts.boardAssetTag())
        || isWrong(facts.boardSerial())
        || isWrong(facts.installId())) {
      return refused(
          "a value in facts is longer than " + LONGEST_FACT + " characters or contains a NUL");
    }
    try {
      MercuryId.derive(facts);
      return Optional.empty();
    } catch (IllegalArgumentException e) {
      return refused("facts: " + e.getMessage());
    }
  }

  /** PostgreSQL's text takes no NUL. */
  private static boolean isWrong(@Nullable String fact) {
    return fact != null && (fact.length() > LONGEST_FACT || fact.indexOf('\0') >= 0);
  }

  private static Optional<Refused> refused(String detail) {
    return Optional.of(new Refused("malformed", detail, 0));
  }
}
