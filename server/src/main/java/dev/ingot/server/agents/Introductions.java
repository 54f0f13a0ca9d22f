package dev.ingot.server.agents;

import dev.ingot.protocol.Message;
import dev.ingot.protocol.Proof;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Introduction;
import org.jspecify.annotations.Nullable;

/** The link's hello in the door's words. */
final class Introductions {
  private Introductions() {}

  static Introduction of(Message.Hello hello, String remoteAddress) {
    return new Introduction(
        hello.facts(),
        hello.bootId(),
        hello.incarnation(),
        hello.session(),
        hello.hostname(),
        hello.agentVersion(),
        remoteAddress,
        new Credential(hello.proof().key(), voucher(hello.proof().voucher())));
  }

  private static Credential.@Nullable Voucher voucher(Proof.@Nullable Voucher voucher) {
    if (voucher == null) {
      return null;
    }
    return switch (voucher.kind()) {
      case TOKEN -> new Credential.EnrolmentToken(voucher.secret());
      case TICKET -> new Credential.BootTicket(voucher.secret());
    };
  }
}
