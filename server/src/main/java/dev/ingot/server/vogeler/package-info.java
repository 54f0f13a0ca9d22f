/**
 * Vogeler's protocol on a message broker, as its runners, clients and servers have spoken it since
 * 2010: docs/vogeler.md. Nothing depends on this package.
 */
@NullMarked
package dev.ingot.server.vogeler;

import org.jspecify.annotations.NullMarked;
