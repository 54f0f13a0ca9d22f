/** Which nodes are connected: sessions, leases of servers, who is lost. */
@NullMarked
package dev.ingot.server.nodes.presence;

import org.jspecify.annotations.NullMarked;
