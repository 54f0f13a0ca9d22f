/** The declared paths of a document, kept beside it where an index finds them. */
@NullMarked
package dev.ingot.server.inventory.facet;

import org.jspecify.annotations.NullMarked;
