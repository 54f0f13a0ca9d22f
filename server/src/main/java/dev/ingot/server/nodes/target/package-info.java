/** The grammar of --on: which nodes a request means. */
@NullMarked
package dev.ingot.server.nodes.target;

import org.jspecify.annotations.NullMarked;
