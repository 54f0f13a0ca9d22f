/**
 * A rack in a box: machines of QEMU with real firmware and emulated BMCs, in a network namespace of
 * their own, so that what boots, counts and switches machines can be tried without any.
 */
@NullMarked
package dev.ingot.simulator.rack;

import org.jspecify.annotations.NullMarked;
