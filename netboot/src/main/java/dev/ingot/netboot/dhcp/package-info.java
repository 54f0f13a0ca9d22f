/**
 * DHCP for IPv4 (RFC 2131, 2132), proxyDHCP (PXE 2.1) and relays (RFC 3046): a codec, pure replies,
 * a server.
 */
@NullMarked
package dev.ingot.netboot.dhcp;

import org.jspecify.annotations.NullMarked;
