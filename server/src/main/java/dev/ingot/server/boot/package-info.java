/**
 * What machines get when they boot from the network: decisions, files, scripts, and the evidence of
 * each boot.
 */
@NullMarked
package dev.ingot.server.boot;

import org.jspecify.annotations.NullMarked;
