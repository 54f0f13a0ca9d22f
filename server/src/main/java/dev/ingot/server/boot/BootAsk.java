package dev.ingot.server.boot;

import dev.ingot.netboot.dhcp.BootClient;

/**
 * What a machine asks for, as far as the decision needs it.
 *
 * @param mac lower case with colons
 * @param client its firmware, by its own word
 */
record BootAsk(String mac, BootClient client) {}
