package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import org.jspecify.annotations.Nullable;

/** Something that is to be written about one address of one machine. */
sealed interface LeaseWish {
  String network();

  String mac();

  Ipv4 address();

  /**
   * The machine wants the address, new or for longer.
   *
   * @param hostName as it calls itself
   * @param fresh whether, as far as we know, it has no other address there
   * @param relay that brought the request, with the port that it says; null where there is none
   */
  record Take(
      String network,
      String mac,
      Ipv4 address,
      long seconds,
      boolean fresh,
      @Nullable String hostName,
      @Nullable String relay)
      implements LeaseWish {}

  /** The machine needs it no more. */
  record GiveBack(String network, String mac, Ipv4 address) implements LeaseWish {}

  /** The machine says that somebody else uses it. */
  record Decline(String network, String mac, Ipv4 address) implements LeaseWish {}
}
