package dev.ingot.server.resources.address;

import dev.ingot.server.problem.Problem;
import dev.ingot.server.resources.kind.IpAddress;
import java.math.BigInteger;

/** A prefix: its first and its last address, and how many bits they share. */
record Prefix(IpAddress first, IpAddress last, int length) {
  static Prefix parse(String text, String field) {
    int slash = text.indexOf('/');
    IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
    String bits = slash < 0 ? "" : text.substring(slash + 1);
    if (address == null || !bits.matches("\\d{1,3}")) {
      throw Problem.invalid(field, "must be a prefix, e.g. 10.0.0.0/8 or fd00:1::/64");
    }
    int length = Integer.parseInt(bits);
    if (length > address.bits()) {
      throw Problem.invalid(field, "has at most %d bits".formatted(address.bits()));
    }
    BigInteger size = BigInteger.ONE.shiftLeft(address.bits() - length);
    BigInteger over = address.number().mod(size);
    IpAddress first = address.plus(over.negate());
    IpAddress last = first == null ? null : first.plus(size.subtract(BigInteger.ONE));
    if (first == null || last == null) {
      throw new IllegalStateException("a prefix has a first and a last address: " + text);
    }
    if (over.signum() != 0) {
      throw Problem.invalid(
          field, "has bits beyond its length; it begins at " + first + "/" + length);
    }
    return new Prefix(first, last, length);
  }

  boolean contains(IpAddress address) {
    return address.isSix() == first.isSix() && !address.isBefore(first) && !last.isBefore(address);
  }

  @Override
  public String toString() {
    return first + "/" + length;
  }
}
