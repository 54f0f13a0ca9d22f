/** A UDP socket that belongs to one network interface. */
@NullMarked
package dev.ingot.netboot.socket;

import org.jspecify.annotations.NullMarked;
