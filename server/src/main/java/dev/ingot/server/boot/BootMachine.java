package dev.ingot.server.boot;

import org.jspecify.annotations.Nullable;

/**
 * What we know of a port that asks.
 *
 * @param node the node that it belongs to, or null
 * @param listed whether it is among the known machines
 * @param profile what somebody set for the node, or null; a profile for one boot that was used up
 *     is null again
 * @param once whether that is for one boot only
 */
record BootMachine(@Nullable String node, boolean listed, @Nullable String profile, boolean once) {
  static final BootMachine UNKNOWN = new BootMachine(null, false, null, false);
}
