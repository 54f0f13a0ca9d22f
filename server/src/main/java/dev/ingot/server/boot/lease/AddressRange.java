package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import java.util.ArrayList;
import java.util.List;

/** Addresses that follow each other, both ends included. */
public record AddressRange(Ipv4 first, Ipv4 last) {
  public AddressRange {
    if (first.compareTo(last) > 0) {
      throw new IllegalArgumentException(first + "-" + last + " ends before it begins");
    }
  }

  /**
   * Reads {@code 10.0.0.100-10.0.0.199} or one address.
   *
   * @throws IllegalArgumentException when the text is neither
   */
  static AddressRange parse(String text) {
    int dash = text.indexOf('-');
    Ipv4 first = Ipv4.parse((dash < 0 ? text : text.substring(0, dash)).strip());
    return new AddressRange(first, dash < 0 ? first : Ipv4.parse(text.substring(dash + 1).strip()));
  }

  long size() {
    return Integer.toUnsignedLong(last.bits()) - Integer.toUnsignedLong(first.bits()) + 1;
  }

  boolean holds(Ipv4 address) {
    return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
  }

  /** What is left of it without another: nothing, or up to two ranges. */
  public List<AddressRange> without(AddressRange other) {
    List<AddressRange> left = new ArrayList<>();
    if (other.last.compareTo(first) < 0 || last.compareTo(other.first) < 0) {
      return List.of(this);
    }
    if (first.compareTo(other.first) < 0) {
      left.add(new AddressRange(first, new Ipv4(other.first.bits() - 1)));
    }
    if (other.last.compareTo(last) < 0) {
      left.add(new AddressRange(new Ipv4(other.last.bits() + 1), last));
    }
    return left;
  }

  @Override
  public String toString() {
    return first + "-" + last;
  }
}
