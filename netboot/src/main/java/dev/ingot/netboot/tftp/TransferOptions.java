package dev.ingot.netboot.tftp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What client and server agreed on.
 *
 * @param blockSize bytes in each block but the last (RFC 2348), 512 unless agreed
 * @param windowSize blocks sent before an acknowledgement is due (RFC 7440), 1 unless agreed
 * @param timeoutMilliseconds until blocks are sent again (RFC 2349), 1,000 unless agreed
 * @param agreed what the option acknowledgement says; empty when the client asked for nothing that
 *     is known
 */
record TransferOptions(
    int blockSize, int windowSize, int timeoutMilliseconds, Map<String, String> agreed) {
  private static final int LARGEST_BLOCK = 65464;

  /** A window is read and kept ready at once: 64 blocks of 1,468 bytes are 92 kB. */
  private static final int LARGEST_WINDOW = 64;

  private static final int MOST_IN_FLIGHT = 1 << 18;

  /**
   * Picks what is known and sane from a request; a value that is no number or out of range is left
   * out (RFC 2347 section 3).
   */
  static TransferOptions choose(Map<String, String> asked, long size) {
    Map<String, String> agreed = new LinkedHashMap<>();
    int blockSize = 512;
    int windowSize = 1;
    int timeout = 1000;
    for (Map.Entry<String, String> option : asked.entrySet()) {
      long value = number(option.getValue());
      switch (option.getKey()) {
        case "blksize" -> {
          if (value >= 8 && value <= 65535) {
            blockSize = (int) Math.min(value, LARGEST_BLOCK);
            agreed.put("blksize", Integer.toString(blockSize));
          }
        }
        case "windowsize" -> {
          if (value >= 1 && value <= 65535) {
            windowSize = (int) Math.min(value, LARGEST_WINDOW);
            agreed.put("windowsize", Integer.toString(windowSize));
          }
        }
        case "timeout" -> {
          if (value >= 1 && value <= 255) {
            timeout = (int) value * 1000;
            agreed.put("timeout", Long.toString(value));
          }
        }
        case "tsize" -> {
          if (value >= 0) {
            agreed.put("tsize", Long.toString(size));
          }
        }
        default -> {
          // unknown ones are left out of the acknowledgement: that refuses them
        }
      }
    }
    if ((long) blockSize * windowSize > MOST_IN_FLIGHT) {
      windowSize = Math.max(1, MOST_IN_FLIGHT / blockSize);
      agreed.put("windowsize", Integer.toString(windowSize));
    }
    return new TransferOptions(blockSize, windowSize, timeout, agreed);
  }

  private static long number(String text) {
    try {
      return text.length() > 18 ? -1 : Long.parseLong(text);
    } catch (NumberFormatException notANumber) {
      return -1;
    }
  }
}
