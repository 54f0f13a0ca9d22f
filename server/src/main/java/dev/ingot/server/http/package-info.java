/** The HTTP server: routes, problems, health, metrics. */
@NullMarked
package dev.ingot.server.http;

import org.jspecify.annotations.NullMarked;
