/**
 * Mercury's protocol, ZeroMQ with MessagePack, as its agents, services and command line have spoken
 * it: docs/mercury.md. Nothing depends on this package.
 */
@NullMarked
package dev.ingot.server.mercury;

import org.jspecify.annotations.NullMarked;
