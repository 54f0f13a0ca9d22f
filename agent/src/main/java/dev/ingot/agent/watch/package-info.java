/**
 * What the kernel and neighbours say unasked: LLDP frames, changes of devices and of the network.
 */
@NullMarked
package dev.ingot.agent.watch;

import org.jspecify.annotations.NullMarked;
