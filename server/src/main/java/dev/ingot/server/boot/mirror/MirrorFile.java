package dev.ingot.server.boot.mirror;

import org.jspecify.annotations.Nullable;

/**
 * A file that is kept.
 *
 * @param key mirror and path
 * @param checksum SHA-256 of its bytes, hexadecimal: also its name on the disk
 * @param tag the ETag that it came with
 * @param modified the Last-Modified that it came with
 * @param checked when its mirror last said that this is the file, in seconds since 1970
 */
record MirrorFile(
    String key,
    String checksum,
    long size,
    @Nullable String tag,
    @Nullable String modified,
    long checked) {
  MirrorFile checked(long now) {
    return new MirrorFile(key, checksum, size, tag, modified, now);
  }
}
