/**
 * Ur's protocol on a message broker, as its agents have spoken it since 2010: docs/ur.md. Nothing
 * depends on this package.
 */
@NullMarked
package dev.ingot.server.ur;

import org.jspecify.annotations.NullMarked;
