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
  private final byte[] @Nullable [] values;

  private DhcpOptions(byte[] @Nullable [] values) {
    this.values = values;
  }

  public static Builder builder() {
    return new Builder();
  }

  public boolean has(int code) {
    return values[code] != null;
  }

  /** The bytes of an option, or null where the message has none of that code. */
  public byte @Nullable [] get(int code) {
    byte[] value = values[code];
    return value == null ? null : value.clone();
  }

  /** The codes that are present, ascending. */
  public IntStream codes() {
    return IntStream.range(1, OptionCode.END).filter(this::has);
  }

  /** An option as text; a trailing NUL, which some firmware sends, is not part of it. */
  public @Nullable String text(int code) {
    byte[] value = values[code];
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
    byte[] value = values[code];
    return value == null || value.length != 4 ? null : new Ipv4(number(value));
  }

  /**
   * An option of one, two or four bytes as an unsigned number; -1 where it is absent or of another
   * length.
   */
  public long number(int code) {
    byte[] value = values[code];
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
    return values[code];
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
    byte[] value = values[code];
    return value == null ? "" : java.util.HexFormat.of().formatHex(value);
  }

  /**
   * Collects options; a code that is given twice by {@link #append} is joined, by {@code put}
   * replaced.
   */
  public static final class Builder {
    private final byte[] @Nullable [] values = new byte[256] @Nullable [];

    private Builder() {}

    public Builder put(int code, byte... value) {
      values[code] = value.clone();
      return this;
    }

    public Builder put(int code, Ipv4 address) {
      values[code] = address.bytes();
      return this;
    }

    public Builder put(int code, String text) {
      values[code] = text.getBytes(StandardCharsets.ISO_8859_1);
      return this;
    }

    /** Four bytes, unsigned. */
    public Builder putSeconds(int code, long seconds) {
      values[code] = new Ipv4((int) Math.min(seconds, 0xffff_ffffL)).bytes();
      return this;
    }

    public Builder put(MessageType type) {
      return put(OptionCode.MESSAGE_TYPE, (byte) type.code);
    }

    Builder append(int code, byte[] source, int from, int length) {
      byte[] before = values[code];
      int start = before == null ? 0 : before.length;
      byte[] whole = before == null ? new byte[length] : Arrays.copyOf(before, start + length);
      System.arraycopy(source, from, whole, start, length);
      values[code] = whole;
      return this;
    }

    byte @Nullable [] raw(int code) {
      return values[code];
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
