/** Principals, roles, tokens, audit. */
@NullMarked
package dev.ingot.server.access;

import org.jspecify.annotations.NullMarked;
