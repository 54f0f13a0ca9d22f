/** Syslog as devices really send it (RFC 3164, 5424, 6587), over UDP and TCP. */
@NullMarked
package dev.ingot.netboot.syslog;

import org.jspecify.annotations.NullMarked;
