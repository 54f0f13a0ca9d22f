package dev.ingot.netboot.tftp;

import java.nio.ByteBuffer;
import java.util.Map;

/** The six packets (RFC 1350 section 5, RFC 2347). Block numbers are 16 bits and go round. */
public sealed interface TftpPacket {
  /**
   * @param file as the client wrote it; nothing is known of its shape
   * @param options names in lower case, in the order sent, at most eight
   */
  record ReadRequest(String file, String mode, Map<String, String> options) implements TftpPacket {
    boolean isOctet() {
      return mode.equalsIgnoreCase("octet");
    }
  }

  record WriteRequest(String file) implements TftpPacket {}

  record Block(int number, ByteBuffer content) implements TftpPacket {}

  record Acknowledgement(int block) implements TftpPacket {}

  record Failure(int code, String message) implements TftpPacket {
    /** RFC 1350 appendix I. */
    public static final int UNDEFINED = 0;

    public static final int NOT_FOUND = 1;
    public static final int ACCESS_VIOLATION = 2;
    public static final int ILLEGAL_OPERATION = 4;
    public static final int UNKNOWN_TRANSFER = 5;

    /**
     * RFC 2347: the client does not like our options; EDK2 and OVMF say so to end a transfer that
     * only asked for the size.
     */
    public static final int OPTION_NEGOTIATION = 8;
  }

  record OptionAcknowledgement(Map<String, String> options) implements TftpPacket {}
}
