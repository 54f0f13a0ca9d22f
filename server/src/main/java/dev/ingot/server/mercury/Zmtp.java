package dev.ingot.server.mercury;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * The words of ZMTP 3.0 (rfc.zeromq.org/spec/23), without security. Newer peers speak it too;
 * ZeroMQ 4.0 is the oldest that does.
 */
final class Zmtp {
  static final int GREETING = 64;
  static final int SIGNATURE = 10;

  static final int MORE = 1;
  static final int LONG = 2;
  static final int COMMAND = 4;

  /** A READY with a long identity, and more than anybody says beside it. */
  static final int LONGEST_COMMAND = 4096;

  /** Who may ask. */
  static final List<String> ASKING = List.of("REQ", "DEALER", "ROUTER");

  /** Who may be asked. */
  static final List<String> ASKED = List.of("REP", "ROUTER");

  private static final int MAJOR = 3;
  private static final int MECHANISM = 12;
  private static final int MECHANISM_END = 32;
  private static final int MOST_CONTEXT = 16;
  private static final byte[] NULL = Arrays.copyOf("NULL".getBytes(US_ASCII), 20);

  private Zmtp() {}

  /** What a peer says that does not speak it, or not as one may. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1;

    Broken(String message) {
      super(message);
    }
  }

  static byte[] greeting() {
    byte[] greeting = new byte[GREETING];
    greeting[0] = (byte) 0xff;
    greeting[8] = 1;
    greeting[9] = 0x7f;
    greeting[10] = MAJOR;
    System.arraycopy(NULL, 0, greeting, MECHANISM, NULL.length);
    return greeting;
  }

  /**
   * @param said the first ten octets
   */
  static void checkSignature(byte[] said) throws Broken {
    if (said[0] != (byte) 0xff || (said[9] & 1) == 0) {
      throw new Broken("it does not greet as ZeroMQ does");
    }
  }

  /**
   * @param said the whole greeting
   */
  static void checkGreeting(byte[] said) throws Broken {
    if (said[SIGNATURE] < MAJOR) {
      throw new Broken("it speaks version " + said[SIGNATURE] + " of ZMTP, 3 is wanted");
    }
    if (!Arrays.equals(said, MECHANISM, MECHANISM_END, NULL, 0, NULL.length)) {
      throw new Broken("it wants a security mechanism, there is none");
    }
  }

  /** Our READY where we are asked, as a frame. */
  static byte[] ready() {
    return ready("ROUTER");
  }

  /**
   * Our READY, as a frame.
   *
   * @param type of socket that we are
   */
  static byte[] ready(String type) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    text(body, "READY");
    property(body, "Socket-Type", type);
    property(body, "Identity", "");
    return command(body.toByteArray());
  }

  private static void property(ByteArrayOutputStream body, String name, String value) {
    text(body, name);
    body.writeBytes(new byte[3]);
    text(body, value);
  }

  /** Up to 255 octets, their number before them. */
  private static void text(ByteArrayOutputStream body, String text) {
    body.write(text.length());
    body.writeBytes(text.getBytes(US_ASCII));
  }

  private static byte[] command(byte[] body) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(COMMAND);
    frame.write(body.length);
    frame.writeBytes(body);
    return frame.toByteArray();
  }

  /**
   * Checks a peer's READY.
   *
   * @param command its body
   * @param wanted the types of socket that it may be
   */
  static void checkReady(byte[] command, List<String> wanted) throws Broken {
    if (!isNamed(command, "READY")) {
      throw new Broken("it does not say READY");
    }
    int at = 6;
    while (at < command.length) {
      int nameEnd = at + 1 + (command[at] & 0xff);
      if (nameEnd + 4 > command.length) {
        break;
      }
      String name = new String(command, at + 1, nameEnd - at - 1, US_ASCII);
      long length = number(command, nameEnd, 4);
      if (length > command.length - nameEnd - 4L) {
        break;
      }
      at = nameEnd + 4 + (int) length;
      if (name.equalsIgnoreCase("Socket-Type")) {
        String type = new String(command, nameEnd + 4, (int) length, US_ASCII);
        if (wanted.contains(type)) {
          return;
        }
        throw new Broken(
            "it is a " + Wording.shown(type) + ", a " + wanted.getFirst() + " is wanted");
      }
    }
    throw new Broken("its READY names no type of socket");
  }

  /** The answer to a command, as a frame; empty where none is due. */
  static byte[] answer(byte[] command) {
    int before = 7; // the name, and two octets of how long it is patient
    if (!isNamed(command, "PING") || command.length > before + MOST_CONTEXT) {
      return new byte[0];
    }
    ByteArrayOutputStream pong = new ByteArrayOutputStream();
    text(pong, "PONG");
    if (command.length > before) {
      pong.write(command, before, command.length - before);
    }
    return command(pong.toByteArray());
  }

  private static boolean isNamed(byte[] command, String name) {
    int end = 1 + name.length();
    return command.length >= end
        && command[0] == name.length()
        && new String(command, 1, name.length(), US_ASCII).equals(name);
  }

  /** The head of a frame of a message. */
  static byte[] head(int length, boolean more) {
    int flags = more ? MORE : 0;
    if (length < 256) {
      return new byte[] {(byte) flags, (byte) length};
    }
    byte[] head = new byte[9];
    head[0] = (byte) (flags | LONG);
    for (int i = 0; i < 4; i++) {
      head[8 - i] = (byte) (length >>> (8 * i));
    }
    return head;
  }

  /** A number of some octets, the greatest first; below zero if it has 64 bits. */
  static long number(byte[] octets, int from, int count) {
    long number = 0;
    for (int i = from; i < from + count; i++) {
      number = number << 8 | (octets[i] & 0xff);
    }
    return number;
  }
}
