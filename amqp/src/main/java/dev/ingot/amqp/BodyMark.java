package dev.ingot.amqp;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Arrays;

/** What stands in the place of a body that is too large: 32 random octets, and its size. */
final class BodyMark {
  private static final int SECRET = 32;

  private final byte[] secret = new byte[SECRET];

  BodyMark(SecureRandom random) {
    random.nextBytes(secret);
  }

  byte[] of(long size) {
    return ByteBuffer.allocate(SECRET + Long.BYTES).put(secret).putLong(size).array();
  }

  /** The size of the body that the mark stands for; -1 if this is a body itself. */
  long sizeBehind(byte[] body) {
    return body.length == SECRET + Long.BYTES && Arrays.equals(body, 0, SECRET, secret, 0, SECRET)
        ? ByteBuffer.wrap(body).getLong(SECRET)
        : -1;
  }
}
