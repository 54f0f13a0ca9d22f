/** Who holds what: resources of declared kinds, claims on them, and addresses. */
@NullMarked
package dev.ingot.server.resources;

import org.jspecify.annotations.NullMarked;
