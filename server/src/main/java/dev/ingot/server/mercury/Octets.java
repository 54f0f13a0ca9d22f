package dev.ingot.server.mercury;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/** A part of a reply, in pieces, so that it is never copied to grow; each octet is counted. */
final class Octets extends OutputStream {
  private static final int FIRST = 256;
  private static final int PIECE = 64 << 10;

  private final ReplySpace.Share share;
  private final List<byte[]> full = new ArrayList<>();
  private byte[] open = new byte[0];
  private int used;
  private long length;

  Octets(ReplySpace.Share share) {
    this.share = share;
  }

  @Override
  public void write(int octet) {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets) {
    write(octets, 0, octets.length);
  }

  @Override
  public void write(byte[] octets, int from, int count) {
    share.add(count);
    length += count;
    int at = from;
    while (at < from + count) {
      if (used == open.length) {
        full.add(open);
        open = new byte[Math.clamp(2L * open.length, FIRST, PIECE)];
        used = 0;
      }
      int some = Math.min(from + count - at, open.length - used);
      System.arraycopy(octets, at, open, used, some);
      used += some;
      at += some;
    }
  }

  long length() {
    return length;
  }

  void writeTo(OutputStream out) throws IOException {
    for (byte[] piece : full) {
      out.write(piece);
    }
    out.write(open, 0, used);
  }
}
