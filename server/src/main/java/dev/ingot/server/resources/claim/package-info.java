/** Claims: taking, waiting, renewing, releasing and expiry. */
@NullMarked
package dev.ingot.server.resources.claim;

import org.jspecify.annotations.NullMarked;
