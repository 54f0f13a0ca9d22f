/** TFTP, read-only (RFC 1350, 2347, 2348, 2349, 7440). */
@NullMarked
package dev.ingot.netboot.tftp;

import org.jspecify.annotations.NullMarked;
