/**
 * Named servers of files elsewhere, of which what machines ask for is kept here: by the checksum of
 * what is in it, within a size.
 */
@NullMarked
package dev.ingot.server.boot.mirror;

import org.jspecify.annotations.NullMarked;
