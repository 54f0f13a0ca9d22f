package dev.ingot.server.nodes;

import org.jspecify.annotations.Nullable;

/**
 * What an agent shows at the door: always the key that it made for itself (32 random bytes, 64
 * lowercase hex digits, written to its data folder before it is first shown), and its voucher as
 * long as it has one. The first admission by a voucher makes the key the node's; a retry after a
 * lost answer shows the same key and is let in by it. Secrets never print.
 */
public record Credential(String key, @Nullable Voucher voucher) {
  @Override
  public String toString() {
    return "Credential[voucher=" + voucher + "]";
  }

  /** Why a key that the server does not know should become a node's. */
  public sealed interface Voucher {
    String secret();
  }

  /** Made by an operator, for agents that are installed by hand: many uses until it expires. */
  public record EnrolmentToken(String secret) implements Voucher {
    @Override
    public String toString() {
      return "EnrolmentToken";
    }
  }

  /** Made for one network boot: bound to MAC and source address, used once. */
  public record BootTicket(String secret) implements Voucher {
    @Override
    public String toString() {
      return "BootTicket";
    }
  }
}
