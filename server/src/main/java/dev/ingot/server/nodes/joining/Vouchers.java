package dev.ingot.server.nodes.joining;

import dev.ingot.amqp.LinkNames;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.ByteArrays;
import dev.ingot.server.nodes.Credential.BootTicket;
import dev.ingot.server.nodes.Credential.EnrolmentToken;
import dev.ingot.server.nodes.Credential.Voucher;
import dev.ingot.server.nodes.Introduction;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Whether an enrolment token or boot ticket is good, and that it was used. */
final class Vouchers {
  /** What a voucher turned out to be. */
  sealed interface Checked {
    /**
     * It is good.
     *
     * @param name for the record, e.g. {@code enrolment-token:0a1b}
     * @param ticket it is a boot ticket: a machine that it brings is not trusted yet
     * @param counted its uses are counted
     * @param young the key was never a deleted node's, or the voucher was made since: somebody
     *     wants it back
     * @param network the boot network that made the ticket
     */
    record Good(
        String name,
        String id,
        boolean ticket,
        boolean counted,
        boolean young,
        @Nullable String network)
        implements Checked {}

    /** It is not. */
    record Bad(Refused refused) implements Checked {}
  }

  private record Ticket(
      String id,
      String mac,
      String address,
      @Nullable String network,
      boolean expired,
      boolean used,
      boolean young,
      @Nullable String account,
      @Nullable String accountAddress) {}

  /** Whether the voucher v was made after the node of the key was deleted, if it was. */
  private static final String YOUNG =
      """
      coalesce(v.created > (SELECT k.retired FROM retired_key k WHERE k.hash = :key), true) AS young
      """;

  private Vouchers() {}

  /** Looks at a voucher without using it up; it stays locked until the transaction ends. */
  static Checked check(Handle handle, Voucher voucher, Introduction introduction, byte[] keyHash) {
    return switch (voucher) {
      case EnrolmentToken token -> token(handle, token, keyHash);
      case BootTicket ticket -> ticket(handle, ticket, introduction, keyHash);
    };
  }

  /** Of these hashes of tokens the good ones without a limit, by hash in hexadecimal. */
  static Map<String, Checked.Good> unlimited(Handle handle, Collection<byte[]> hashes) {
    Map<String, Checked.Good> good = new HashMap<>();
    handle
        .createQuery(
            """
            SELECT encode(hash, 'hex') AS hash, id FROM enrolment_token
            WHERE hash = ANY(:hashes) AND revoked IS NULL AND expires > now() AND max_uses IS NULL
            """)
        .bind("hashes", new ByteArrays(hashes))
        .map((row, context) -> Map.entry(row.getString("hash"), row.getString("id")))
        .forEach(
            token ->
                good.put(
                    token.getKey(),
                    new Checked.Good(
                        "enrolment-token:" + token.getValue(),
                        token.getValue(),
                        false,
                        false,
                        true,
                        null)));
    return good;
  }

  /** The voucher brought this node in. */
  static void use(Handle handle, Checked.Good voucher, String nodeId) {
    if (voucher.ticket()) {
      handle
          .createUpdate("UPDATE boot_ticket SET used = now(), node = :node WHERE id = :id")
          .bind("id", voucher.id())
          .bind("node", nodeId)
          .execute();
    } else if (voucher.counted()) {
      handle
          .createUpdate("UPDATE enrolment_token SET uses = uses + 1 WHERE id = :id")
          .bind("id", voucher.id())
          .execute();
    }
  }

  private static Checked token(Handle handle, EnrolmentToken token, byte[] keyHash) {
    // Tokens with a limit are locked, so that two machines cannot take its last use.
    Optional<Checked> found =
        handle
            .createQuery(
                """
                SELECT id, revoked IS NOT NULL AS revoked, expires <= now() AS expired,
                       max_uses IS NOT NULL AS limited,
                """
                    + YOUNG
                    + " FROM enrolment_token v WHERE hash = :hash")
            .bind("key", keyHash)
            .bind("hash", Secret.hash(token.secret()))
            .map(
                (row, context) -> {
                  if (row.getBoolean("revoked")) {
                    return bad("token-revoked", "the enrolment token was revoked");
                  }
                  if (row.getBoolean("expired")) {
                    return bad("token-expired", "the enrolment token has expired");
                  }
                  String id = row.getString("id");
                  boolean limited = row.getBoolean("limited");
                  if (limited && !takeable(handle, id)) {
                    return bad("token-used-up", "the enrolment token was used as often as it may");
                  }
                  return (Checked)
                      new Checked.Good(
                          "enrolment-token:" + id,
                          id,
                          false,
                          limited,
                          row.getBoolean("young"),
                          null);
                })
            .findOne();
    return found.orElseGet(
        () -> bad("token-unknown", "no enrolment token of this server has that secret"));
  }

  private static boolean takeable(Handle handle, String id) {
    return handle
        .createQuery("SELECT uses < max_uses FROM enrolment_token WHERE id = :id FOR UPDATE")
        .bind("id", id)
        .mapTo(Boolean.class)
        .one();
  }

  private static Checked ticket(
      Handle handle, BootTicket voucher, Introduction introduction, byte[] keyHash) {
    return handle
        .createQuery(
            """
            SELECT id, mac, address, network, account, account_address, expires <= now() AS expired,
                   used IS NOT NULL AS used,
            """
                + YOUNG
                + " FROM boot_ticket v WHERE hash = :hash FOR UPDATE OF v")
        .bind("key", keyHash)
        .bind("hash", Secret.hash(voucher.secret()))
        .map(
            (row, context) ->
                new Ticket(
                    row.getString("id"),
                    row.getString("mac"),
                    row.getString("address"),
                    row.getString("network"),
                    row.getBoolean("expired"),
                    row.getBoolean("used"),
                    row.getBoolean("young"),
                    row.getString("account"),
                    row.getString("account_address")))
        .findOne()
        .map(ticket -> judge(ticket, introduction))
        .orElseGet(() -> bad("ticket-unknown", "no boot ticket of this server has that secret"));
  }

  private static Checked judge(Ticket ticket, Introduction introduction) {
    if (ticket.used()) {
      return bad("ticket-used", "the boot ticket was used already; boot again for a new one");
    }
    if (ticket.expired()) {
      return bad("ticket-expired", "the boot ticket has expired; boot again for a new one");
    }
    String account = introduction.brokerAccount();
    if (account == null || LinkNames.isKeyAccount(account)) {
      String address = account == null ? introduction.remoteAddress() : address(ticket, account);
      if (!ticket.address().equals(normal(address))) {
        return bad(
            "ticket-address",
            "the boot ticket was made for %s and was shown from %s"
                .formatted(ticket.address(), address));
      }
    }
    boolean hasPort =
        introduction.facts().ports().stream()
            .flatMap(port -> Stream.of(port.address(), String.valueOf(port.permanentAddress())))
            .anyMatch(mac -> mac.toLowerCase(Locale.ROOT).equals(ticket.mac()));
    return hasPort
        ? new Checked.Good(
            "boot-ticket:" + ticket.id(), ticket.id(), true, true, ticket.young(), ticket.network())
        : bad("ticket-mac", "the machine has no port " + ticket.mac() + " of the boot ticket");
  }

  /**
   * Where an account that is made of an agent's key came from. Another one was given to somebody by
   * an operator and was checked by the broker: it stands for the address.
   */
  private static String address(Ticket ticket, String account) {
    String address = account.equals(ticket.account()) ? ticket.accountAddress() : null;
    return address == null ? "an address that the broker did not say (amqp.auth-secret)" : address;
  }

  /** IPv6 has many spellings, and IPv4 may come as a mapped address. */
  private static String normal(String address) {
    try {
      return InetAddress.ofLiteral(address.split("%", 2)[0]).getHostAddress();
    } catch (IllegalArgumentException e) {
      return address; // no address: equals none
    }
  }

  private static Checked bad(String reason, String detail) {
    return new Checked.Bad(new Refused(reason, detail, 0));
  }
}
