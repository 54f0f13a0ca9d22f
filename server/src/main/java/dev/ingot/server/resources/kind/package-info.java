/** What can be held: kinds of resources, shipped and declared. */
@NullMarked
package dev.ingot.server.resources.kind;

import org.jspecify.annotations.NullMarked;
