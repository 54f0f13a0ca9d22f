/** The filter language: what may be asked of a document, read strictly. */
@NullMarked
package dev.ingot.server.inventory.filter;

import org.jspecify.annotations.NullMarked;
