package dev.ingot.netboot.dhcp;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a message tells of the machine's firmware. Claims: any machine on the wire can send any of
 * them.
 *
 * @param kind which program speaks
 * @param architecture null where option 93 is absent or names one that nobody has a file for
 * @param architectureCode option 93's first number, -1 where it is absent
 * @param uuid from option 97, its first three fields turned from SMBIOS order, so that it reads as
 *     dmidecode prints it
 * @param userClass option 77 as text, whether bare (iPXE) or length-prefixed (RFC 3004)
 */
public record BootClient(
    Kind kind,
    @Nullable BootArchitecture architecture,
    long architectureCode,
    @Nullable UUID uuid,
    @Nullable String vendorClass,
    @Nullable String userClass) {

  /** The program that speaks. */
  public enum Kind {
    /** Firmware's PXE client: loads its first file by TFTP. */
    PXE,
    /** Firmware's HTTP boot client. */
    HTTP,
    /** iPXE, in a ROM or loaded before: takes a URL. */
    IPXE,
    /** Anything else, such as an operating system: wants an address and nothing to boot. */
    OTHER
  }

  public static BootClient of(DhcpMessage message) {
    DhcpOptions options = message.options();
    String vendorClass = options.text(OptionCode.VENDOR_CLASS);
    String userClass = userClass(options.raw(OptionCode.USER_CLASS));
    long code = firstNumber(options.raw(OptionCode.ARCHITECTURE));
    return new BootClient(
        kind(vendorClass, userClass, options),
        BootArchitecture.of(code),
        code,
        uuid(options.raw(OptionCode.MACHINE_IDENTIFIER)),
        vendorClass,
        userClass);
  }

  /** Whether the machine wants something to boot. */
  public boolean boots() {
    return kind != Kind.OTHER;
  }

  private static Kind kind(
      @Nullable String vendorClass, @Nullable String userClass, DhcpOptions options) {
    if ("iPXE".equals(userClass) || options.has(OptionCode.IPXE)) {
      return Kind.IPXE;
    }
    if (vendorClass != null && vendorClass.startsWith("PXEClient")) {
      return Kind.PXE;
    }
    return vendorClass != null && vendorClass.startsWith("HTTPClient") ? Kind.HTTP : Kind.OTHER;
  }

  private static long firstNumber(
      byte @Nullable [] value) { // RFC 4578: a list of 16-bit numbers, the first is preferred
    return value == null || value.length < 2 ? -1 : (value[0] & 0xff) << 8 | (value[1] & 0xff);
  }

  private static @Nullable String userClass(byte @Nullable [] value) {
    if (value == null || value.length == 0) {
      return null;
    }
    boolean prefixed = value[0] == value.length - 1;
    int from = prefixed ? 1 : 0;
    return new String(
        value, from, value.length - from, java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static @Nullable UUID uuid(byte @Nullable [] value) {
    if (value == null || value.length != 17 || value[0] != 0) {
      return null;
    }
    ByteBuffer buffer = ByteBuffer.wrap(value, 1, 16);
    long first = Integer.toUnsignedLong(Integer.reverseBytes(buffer.getInt()));
    long second = Short.toUnsignedLong(Short.reverseBytes(buffer.getShort()));
    long third = Short.toUnsignedLong(Short.reverseBytes(buffer.getShort()));
    return new UUID(first << 32 | second << 16 | third, buffer.getLong());
  }
}
