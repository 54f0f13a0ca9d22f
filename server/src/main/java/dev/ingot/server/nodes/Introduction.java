package dev.ingot.server.nodes;

import dev.ingot.core.IdentityFacts;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says when it comes to the door.
 *
 * @param bootId the kernel's boot id ({@code /proc/sys/kernel/random/boot_id})
 * @param sessionNumber grows with every connection that one agent process makes
 * @param hostname the machine's own name for itself
 * @param remoteAddress the address that the server sees, without port; of one that a broker brought
 *     {@link #byBroker}
 */
public record Introduction(
    IdentityFacts facts,
    String bootId,
    String agentIncarnation,
    long sessionNumber,
    @Nullable String hostname,
    String agentVersion,
    String remoteAddress,
    Credential credential) {
  private static final String BROKER = "broker:";

  /** In the place of an address: the account that a broker has checked. */
  public static String byBroker(String account) {
    return BROKER + account;
  }

  /** The account by which a broker brought it; null if none did, or it checked none. */
  public @Nullable String brokerAccount() {
    return remoteAddress.startsWith(BROKER) ? remoteAddress.substring(BROKER.length()) : null;
  }
}
