package dev.ingot.netboot.dhcp;

import dev.ingot.netboot.Ipv4;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The options of one message by code, each whole (RFC 3396 parts joined). Immutable; values are not
 * shared.
 */
public final class DhcpOptions {
  /** Nearly all messages have no option above; with one that is, all have room. */
  private static final int LOW = 128;

  private static final int ALL = 256;

  /** {@link #LOW} of them, or {@link #ALL} where one above is there. */
  private final byte[] @Nullable [] values;

  private DhcpOptions(byte[] @Nullable [] values) {
    this.values = values;
  }

  public static Builder builder() {
    return new Builder();
  }

  public boolean has(int code) {
    return raw(code) != null;
  }

  /** The bytes of an option, or null where the message has none of that code. */
  public byte @Nullable [] get(int code) {
    byte[] value = raw(code);
    return value == null ? null : value.clone();
  }

  /** The codes that are present, ascending. */
  public IntStream codes() {
    return IntStream.range(1, Math.min(values.length, OptionCode.END)).filter(this::has);
  }

  /** An option as text; a trailing NUL, which some firmware sends, is not part of it. */
  public @Nullable String text(int code) {
    byte[] value = raw(code);
    if (value == null) {
      return null;
    }
    int length = value.length;
    while (length > 0 && value[length - 1] == 0) {
      length--;
    }
    return new String(value, 0, length, StandardCharsets.ISO_8859_1);
  }

  /** An option that must be four bytes; null where it is absent or of another length. */
  public @Nullable Ipv4 address(int code) {
    byte[] value = raw(code);
    return value == null || value.length != 4 ? null : new Ipv4(number(value));
  }

  /**
   * An option of one, two or four bytes as an unsigned number; -1 where it is absent or of another
   * length.
   */
  public long number(int code) {
    byte[] value = raw(code);
    return value == null || (value.length != 1 && value.length != 2 && value.length != 4)
        ? -1
        : Integer.toUnsignedLong(number(value));
  }

  public @Nullable MessageType messageType() {
    byte[] value = values[OptionCode.MESSAGE_TYPE];
    return value == null || value.length != 1 ? null : MessageType.of(value[0]);
  }

  /** Whether option 55 asks for that code. */
  public boolean asksFor(int code) {
    byte[] list = values[OptionCode.PARAMETER_LIST];
    if (list != null) {
      for (byte each : list) {
        if ((each & 0xff) == code) {
          return true;
        }
      }
    }
    return false;
  }

  byte @Nullable [] raw(int code) {
    return code < values.length ? values[code] : null;
  }

  /** No option has this code or a greater one. */
  int end() {
    return values.length;
  }

  private static int number(byte[] value) {
    int number = 0;
    for (byte part : value) {
      number = number << 8 | (part & 0xff);
    }
    return number;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof DhcpOptions options && Arrays.deepEquals(values, options.values);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    codes()
        .forEach(
            code ->
                text.append(text.length() > 1 ? ", " : "")
                    .append(code)
                    .append('=')
                    .append(hex(code)));
    return text.append('}').toString();
  }

  private String hex(int code) {
    byte[] value = raw(code);
    return value == null ? "" : java.util.HexFormat.of().formatHex(value);
  }

  /**
   * Collects options; a code that is given twice by {@link #append} is joined, by {@code put}
   * replaced.
   */
  public static final class Builder {
    private byte[] @Nullable [] values = new byte[LOW] @Nullable [];

    private Builder() {}

    public Builder put(int code, byte... value) {
      return set(code, value.clone());
    }

    private Builder set(int code, byte[] value) {
      if (code >= values.length) {
        values = Arrays.copyOf(values, ALL);
      }
      values[code] = value;
      return this;
    }

    public Builder put(int code, Ipv4 address) {
      return set(code, address.bytes());
    }

    public Builder put(int code, String text) {
      return set(code, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Four bytes, unsigned. */
    public Builder putSeconds(int code, long seconds) {
      return set(code, new Ipv4((int) Math.min(seconds, 0xffff_ffffL)).bytes());
    }

    public Builder put(MessageType type) {
      return put(OptionCode.MESSAGE_TYPE, (byte) type.code);
    }

    Builder append(int code, byte[] source, int from, int length) {
      byte[] before = raw(code);
      int start = before == null ? 0 : before.length;
      byte[] whole = before == null ? new byte[length] : Arrays.copyOf(before, start + length);
      System.arraycopy(source, from, whole, start, length);
      return set(code, whole);
    }

    byte @Nullable [] raw(int code) {
      return code < values.length ? values[code] : null;
    }

    public DhcpOptions build() {
      return new DhcpOptions(values.clone());
    }

    /** The same, for who puts nothing more. */
    DhcpOptions last() {
      return new DhcpOptions(values);
    }
  }
}
