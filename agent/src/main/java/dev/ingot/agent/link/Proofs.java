package dev.ingot.agent.link;

import dev.ingot.protocol.Proof;
import org.jspecify.annotations.Nullable;

/**
 * What the agent shows. The voucher goes with the key until the server has let the agent in, and
 * again when the server says that it does not know the key (its data was lost, or it is another).
 */
final class Proofs {
  /** The door's word for a key that is no node's, docs/joining.md. */
  static final String KEY_UNKNOWN = "key-unknown";

  static final String KEY_OF_ANOTHER = "key-of-another-node";

  private String key;
  private @Nullable Voucher voucher;

  private record Voucher(Proof.Voucher voucher, boolean shown) {}

  Proofs(String key, Proof.@Nullable Voucher voucher) {
    this.key = key;
    this.voucher = voucher == null ? null : new Voucher(voucher, true);
  }

  Proof shown() {
    return new Proof(key, voucher != null && voucher.shown() ? voucher.voucher() : null);
  }

  void letIn() {
    if (voucher != null) {
      // A ticket is good for one time.
      voucher =
          voucher.voucher().kind() == Proof.Kind.TICKET
              ? null
              : new Voucher(voucher.voucher(), false);
    }
  }

  /** Whether a key made anew can be shown with a reason to take it. */
  boolean canShowNewKey() {
    return voucher != null;
  }

  void keyIs(String newKey) {
    key = newKey;
    if (voucher != null) {
      voucher = new Voucher(voucher.voucher(), true);
    }
  }

  /** Whether there is now something else to show. */
  boolean keyUnknown() {
    if (voucher == null || voucher.shown()) {
      return false;
    }
    voucher = new Voucher(voucher.voucher(), true);
    return true;
  }
}
