package dev.ingot.netboot.tftp;

/**
 * One read as a state machine: what to send next, as block numbers counted from 1 without going
 * round. No sockets, no clock.
 *
 * <p>Blocks of a window go out together; the acknowledgement of its last lets the next go. An
 * acknowledgement inside the window says that what follows was lost (RFC 7440 section 4): sending
 * goes on behind it. One that was seen before is ignored, else every duplicate would double the
 * traffic from then on (RFC 1123 section 4.2.3.1).
 */
final class Transfer {
  private final long lastBlock;
  private final int windowSize;
  private long acknowledged;
  private long sent;
  private int silences;
  private boolean optionsPending;
  private boolean repeated;

  /**
   * @param optionsPending whether an option acknowledgement goes first, which the client
   *     acknowledges as block 0
   */
  Transfer(long size, TransferOptions options, boolean optionsPending) {
    this.lastBlock =
        size / options.blockSize()
            + 1; // the last block is shorter than the others, if need be empty
    this.windowSize = options.windowSize();
    this.optionsPending = optionsPending;
  }

  boolean done() {
    return acknowledged == lastBlock;
  }

  boolean optionsPending() {
    return optionsPending;
  }

  long acknowledged() {
    return acknowledged;
  }

  /** The next block to send, or 0 when the window is out. */
  long next() {
    if (optionsPending || sent >= Math.min(lastBlock, acknowledged + windowSize)) {
      return 0;
    }
    return ++sent;
  }

  /**
   * The client acknowledged a block, by its 16 bits.
   *
   * @return whether that moved the transfer on
   */
  boolean acknowledge(int number) {
    if (optionsPending) {
      if (number != 0) {
        return false;
      }
      optionsPending = false;
      silences = 0;
      return true;
    }
    long block = acknowledged + ((number - (int) acknowledged) & 0xffff);
    if (block == acknowledged && windowSize > 1 && sent > acknowledged && !repeated) {
      repeated =
          true; // the first block of the window was lost: once more, but only once for one loss
      sent = acknowledged;
      return true;
    }
    if (block == acknowledged || block > sent) {
      return false; // seen before, or never sent
    }
    repeated = false;
    acknowledged = block;
    sent = block;
    silences = 0;
    return true;
  }

  /** Nothing came in time: what is out goes out again. */
  void silence() {
    silences++;
    repeated = false;
    sent = acknowledged;
  }

  /** The client is there and did not get what is out: it goes out again. */
  void again() {
    silence();
    silences = 0;
  }

  /** How many times in a row nothing came. */
  int silences() {
    return silences;
  }
}
