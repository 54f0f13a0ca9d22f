package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import dev.ingot.netboot.dhcp.DhcpAnswer;
import dev.ingot.netboot.dhcp.DhcpMessage;
import dev.ingot.netboot.dhcp.MessageType;
import dev.ingot.netboot.dhcp.OptionCode;
import dev.ingot.netboot.dhcp.RelayAgent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of RFC 2131 section 4.3: what a message about an address is answered. A machine
 * is its MAC address, whatever it says in option 61: firmware, iPXE and the system that follows
 * name themselves differently there and are to keep one address.
 */
final class LeaseDesk {
  private final Commits commits;
  private final Function<LeaseDesk.Whose, List<LeaseRow>> table;
  private final LongSupplier milliseconds;

  /** For what has to be looked for in the table, one thread for each. */
  private final Executor looking =
      each -> Thread.ofVirtual().name("dhcp-record").start(each); // ends with its statement

  /** Whose leases are looked for in the table itself. */
  record Whose(String network, String mac) {}

  /** Writes one wish, as {@link LeaseCommits#write} does. */
  interface Commits {
    CompletableFuture<@Nullable LeaseRow> write(LeaseWish wish);
  }

  LeaseDesk(Commits commits, Function<Whose, List<LeaseRow>> table, LongSupplier milliseconds) {
    this.commits = commits;
    this.table = table;
    this.milliseconds = milliseconds;
  }

  /**
   * Never waits itself; who goes on with the answer must not either.
   *
   * @param server what we are called on that network
   * @return fails when nothing can be written
   */
  CompletableFuture<DhcpAnswer> answer(
      DhcpMessage message, String mac, LeaseBook book, Ipv4 server) {
    MessageType type = message.options().messageType();
    return switch (type) {
      case DISCOVER -> now(discover(message, mac, book));
      case REQUEST -> request(message, mac, book, server);
      case DECLINE -> decline(message, mac, book, server);
      case RELEASE -> release(message, mac, book, server);
      case INFORM -> now(inform(message, mac, book));
      case OFFER, ACK, NAK -> now(silence("a server's message"));
      case null -> now(silence("a message without its type"));
    };
  }

  private DhcpAnswer discover(DhcpMessage message, String mac, LeaseBook book) {
    Ipv4 asked = message.options().address(OptionCode.REQUESTED_ADDRESS);
    Ipv4 offer = book.offer(mac, asked, milliseconds.getAsLong());
    if (offer == null) {
      Subnet subnet = book.subnet();
      Ipv4 reserved = subnet.reserved().get(mac);
      return silence(
          reserved != null
              ? reserved + " is reserved for it and leased to another machine"
              : subnet.ranges().isEmpty()
                  ? "no address is reserved for it in " + subnet.name()
                  : "no address is left in " + subnet.name());
    }
    return grant(book, offer, mac, "it is offered " + offer);
  }

  private CompletableFuture<DhcpAnswer> request(
      DhcpMessage message, String mac, LeaseBook book, Ipv4 server) {
    Ipv4 chosen = message.options().address(OptionCode.SERVER_IDENTIFIER);
    if (chosen != null && !chosen.equals(server)) {
      book.withdraw(mac);
      return now(silence("it takes the address that another server offered"));
    }
    Ipv4 requested = message.options().address(OptionCode.REQUESTED_ADDRESS);
    // SELECTING and INIT-REBOOT name it in option 50, RENEWING and REBINDING in ciaddr
    Ipv4 wanted = requested != null ? requested : message.client();
    if (wanted.isNone()) {
      return now(silence("it asks for no address"));
    }
    Subnet subnet = book.subnet();
    if (!subnet.holds(wanted)) {
      return now(refusal(wanted + " is not an address of network " + subnet.name()));
    }
    return chosen == null ? known(message, mac, wanted, book) : take(message, mac, wanted, book);
  }

  /**
   * A machine that names an address without having been offered it just now: it does not get it
   * when it is not on record, or with another address.
   */
  private CompletableFuture<DhcpAnswer> known(
      DhcpMessage message, String mac, Ipv4 wanted, LeaseBook book) {
    Ipv4 reserved = book.subnet().reserved().get(mac);
    Ipv4 record = reserved != null ? reserved : book.record(mac);
    if (reserved != null || wanted.equals(record)) {
      return onRecord(message, mac, wanted, record, book);
    }
    return CompletableFuture.supplyAsync(() -> ofTable(mac, book), looking)
        .thenCompose(found -> onRecord(message, mac, wanted, found.orElse(null), book));
  }

  /** What another server may have given it. */
  private Optional<Ipv4> ofTable(String mac, LeaseBook book) {
    Optional<Ipv4> record = Optional.empty();
    for (LeaseRow row : table.apply(new Whose(book.subnet().name(), mac))) {
      book.learn(row, milliseconds.getAsLong());
      record = Optional.of(row.address());
    }
    return record;
  }

  private CompletableFuture<DhcpAnswer> onRecord(
      DhcpMessage message, String mac, Ipv4 wanted, @Nullable Ipv4 record, LeaseBook book) {
    if (record == null) { // RFC 2131 section 4.3.2: then it MUST remain silent
      return now(silence("there is no record of it"));
    }
    return record.equals(wanted)
        ? take(message, mac, wanted, book)
        : now(refusal("its address is " + record));
  }

  private CompletableFuture<DhcpAnswer> take(
      DhcpMessage message, String mac, Ipv4 wanted, LeaseBook book) {
    Subnet subnet = book.subnet();
    if (!book.mayHave(mac, wanted)) {
      return now(refusal(wanted + " is not given to it in " + subnet.name()));
    }
    Ipv4 record = book.record(mac);
    LeaseWish.Take wish =
        new LeaseWish.Take(
            subnet.name(),
            mac,
            wanted,
            subnet.seconds(),
            record == null || record.equals(wanted),
            hostName(message),
            relay(message));
    return write(wish, book)
        .thenApply(
            row -> {
              if (row == null || !mac.equals(row.mac()) || row.remainingMilliseconds() == 0) {
                book.withdraw(mac);
                return refusal(wanted + " is another machine's by now");
              }
              return grant(
                  book, wanted, mac, "it has " + wanted + " for " + subnet.seconds() + " s");
            });
  }

  private CompletableFuture<DhcpAnswer> decline(
      DhcpMessage message, String mac, LeaseBook book, Ipv4 server) {
    Ipv4 address = message.options().address(OptionCode.REQUESTED_ADDRESS);
    if (address == null || isForAnother(message, server) || !book.isWith(mac, address)) {
      return now(silence("it declines an address that it was not given"));
    }
    return write(new LeaseWish.Decline(book.subnet().name(), mac, address), book)
        .thenApply(
            row -> {
              book.withdraw(mac);
              return silence("it found " + address + " in use by another machine");
            });
  }

  private CompletableFuture<DhcpAnswer> release(
      DhcpMessage message, String mac, LeaseBook book, Ipv4 server) {
    Ipv4 address = message.client();
    if (isForAnother(message, server) || !book.subnet().holds(address)) {
      return now(silence("it gives back an address that is not ours"));
    }
    return write(new LeaseWish.GiveBack(book.subnet().name(), mac, address), book)
        .thenApply(row -> silence("it gave back " + address));
  }

  private CompletableFuture<@Nullable LeaseRow> write(LeaseWish wish, LeaseBook book) {
    return commits
        .write(wish)
        .thenApply(
            row -> {
              if (row != null) {
                book.learn(row, milliseconds.getAsLong());
              }
              return row;
            });
  }

  private static CompletableFuture<DhcpAnswer> now(DhcpAnswer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  private static boolean isForAnother(DhcpMessage message, Ipv4 server) {
    Ipv4 named = message.options().address(OptionCode.SERVER_IDENTIFIER);
    return named != null && !named.equals(server);
  }

  /** RFC 2131 section 4.3.5: what goes with an address that it has from elsewhere. */
  private static DhcpAnswer inform(DhcpMessage message, String mac, LeaseBook book) {
    return book.subnet().holds(message.client())
        ? grant(book, message.client(), mac, "it has an address and asks what goes with it")
        : silence(message.client() + " is not an address of network " + book.subnet().name());
  }

  private static @Nullable String hostName(DhcpMessage message) {
    String name = message.options().text(OptionCode.HOST_NAME);
    return name == null || !name.matches("[!-~]{1,255}") ? null : name;
  }

  private static @Nullable String relay(DhcpMessage message) {
    if (message.relay().isNone()) {
      return null;
    }
    String circuit = RelayAgent.of(message).circuit();
    return message.relay() + (circuit == null ? "" : " " + circuit);
  }

  private static DhcpAnswer grant(LeaseBook book, Ipv4 address, String mac, String reason) {
    return new DhcpAnswer.Grant(book.subnet().lease(address, mac), null, List.of(reason));
  }

  private static DhcpAnswer silence(String reason) {
    return new DhcpAnswer.Silence(List.of(reason));
  }

  private static DhcpAnswer refusal(String reason) {
    return new DhcpAnswer.Refusal(List.of(reason));
  }
}
