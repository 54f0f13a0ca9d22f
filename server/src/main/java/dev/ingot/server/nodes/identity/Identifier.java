package dev.ingot.server.nodes.identity;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.JunkIdentifiers;
import dev.ingot.core.MacAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a machine is recognised by.
 *
 * @param value in its normal form: UUIDs and serials in upper case, MACs and install ids in lower
 */
public record Identifier(Kind kind, String value) implements Comparable<Identifier> {
  /** What it is, and what it says about two machines. */
  public enum Kind {
    /** SMBIOS type 1 UUID: the board. */
    UUID("uuid"),
    /** SMBIOS type 1 serial: the label on the machine. */
    SYSTEM_SERIAL("system-serial"),
    BOARD_SERIAL("board-serial"),
    /** Shared by the machines of one multi-node chassis: for lookup, never evidence. */
    CHASSIS_SERIAL("chassis-serial"),
    /** Permanent, universally administered address of a physical port. */
    MAC("mac"),
    /** The agent's data folder: moves with the disk. */
    INSTALL("install");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    /** The kind of that word in the database. */
    public static Kind of(String word) {
      for (Kind kind : values()) {
        if (kind.word.equals(word)) {
          return kind;
        }
      }
      throw new IllegalArgumentException("no kind of identifier is called " + word);
    }
  }

  /** No machine has so many ports; a claim with more is cut, not refused. */
  private static final int MOST = 64;

  /** Kind and value in one word, as they are locked. */
  public String spelled() {
    return kind.word() + value;
  }

  /** What the facts say that can tell machines apart, in a fixed order; junk left out. */
  public static List<Identifier> of(IdentityFacts facts) {
    JunkIdentifiers junk = JunkIdentifiers.standard();
    TreeSet<Identifier> found = new TreeSet<>();
    String uuid = facts.productUuid();
    if (uuid != null && !uuid.isBlank() && !junk.isJunkUuid(uuid)) {
      found.add(new Identifier(Kind.UUID, upper(uuid)));
    }
    serial(found, junk, Kind.SYSTEM_SERIAL, facts.productSerial());
    serial(found, junk, Kind.BOARD_SERIAL, facts.boardSerial());
    serial(found, junk, Kind.CHASSIS_SERIAL, facts.chassisSerial());
    if (facts.installId() != null) {
      found.add(new Identifier(Kind.INSTALL, facts.installId().strip().toLowerCase(Locale.ROOT)));
    }
    facts.ports().stream()
        .filter(IdentityFacts.Port::physical)
        .map(IdentityFacts.Port::permanentAddress)
        .filter(Identifier::identifies)
        .limit(MOST)
        .forEach(
            address ->
                found.add(
                    new Identifier(Kind.MAC, MacAddress.parse(String.valueOf(address)).value())));
    return List.copyOf(found);
  }

  private static void serial(
      TreeSet<Identifier> found, JunkIdentifiers junk, Kind kind, @Nullable String value) {
    if (value != null && !value.isBlank() && !junk.isJunk(value)) {
      found.add(new Identifier(kind, upper(value)));
    }
  }

  private static boolean identifies(@Nullable String address) {
    return address != null && MacAddress.isValid(address) && MacAddress.parse(address).identifies();
  }

  private static String upper(String value) {
    return value.strip().toUpperCase(Locale.ROOT);
  }

  @Override
  public int compareTo(Identifier other) {
    return Comparator.comparing(Identifier::kind)
        .thenComparing(Identifier::value)
        .compare(this, other);
  }
}
