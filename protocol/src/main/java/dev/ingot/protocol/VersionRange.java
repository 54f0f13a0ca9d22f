package dev.ingot.protocol;

import java.util.OptionalInt;

/** Versions of the protocol that a side speaks, both ends included. */
public record VersionRange(int min, int max) {
  /** What this build speaks: every version of the last two years. */
  public static final VersionRange SPOKEN = new VersionRange(1, 1);

  public VersionRange {
    if (min < 1 || max < min) {
      throw new ProtocolException(
          "malformed", "protocol: a range from " + min + " to " + max + " is none");
    }
  }

  /** The highest version that both sides speak. */
  public OptionalInt common(VersionRange other) {
    int highest = Math.min(max, other.max);
    return highest >= Math.max(min, other.min) ? OptionalInt.of(highest) : OptionalInt.empty();
  }

  public boolean includes(int version) {
    return version >= min && version <= max;
  }

  @Override
  public String toString() {
    return min == max ? String.valueOf(min) : min + " to " + max;
  }
}
