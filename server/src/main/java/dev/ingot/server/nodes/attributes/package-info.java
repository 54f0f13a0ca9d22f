/** What people say of a node beside its inventory: tags and location. */
@NullMarked
package dev.ingot.server.nodes.attributes;

import org.jspecify.annotations.NullMarked;
