package dev.ingot.server.boot.lease;

import dev.ingot.netboot.Ipv4;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the table says of an address.
 *
 * @param mac whose it is or was; null where it is nobody's, or somebody found it in use
 * @param remainingMilliseconds 0 when the lease has ended
 * @param renewed by the database's clock
 */
record LeaseRow(Ipv4 address, @Nullable String mac, long remainingMilliseconds, Instant renewed) {}
