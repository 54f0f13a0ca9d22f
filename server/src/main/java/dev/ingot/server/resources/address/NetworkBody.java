package dev.ingot.server.resources.address;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network as it is sent.
 *
 * @param kind of its addresses; {@code private-addresses} when it is not said
 * @param prefix e.g. {@code 10.0.0.0/8} or {@code fd00:1::/64}
 * @param dns servers' addresses
 * @param pools which of its addresses are given out; left out: one pool of all of them
 * @param exclusions addresses that never are
 */
record NetworkBody(
    @Nullable String kind,
    String prefix,
    @Nullable String gateway,
    @Nullable Integer vlan,
    @Nullable List<String> dns,
    @Nullable String domain,
    @Nullable String description,
    @Nullable List<PoolBody> pools,
    @Nullable List<ExclusionBody> exclusions) {

  /**
   * Addresses that are given out: a range, or a prefix.
   *
   * @param name left out: the network's, with its number when there are several
   */
  record PoolBody(
      @Nullable String name,
      @Nullable String first,
      @Nullable String last,
      @Nullable String prefix) {}

  /**
   * Addresses that are not.
   *
   * @param last left out: the first alone
   */
  record ExclusionBody(String first, @Nullable String last, @Nullable String reason) {}
}
