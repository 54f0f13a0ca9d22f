package dev.ingot.agent.inspect;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a PCI function is: {@code 0000:00:03.0}. */
record PciAddress(int domain, int bus, int device, int function) {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\\.([0-7])");

  static @Nullable PciAddress parse(@Nullable String text) {
    Matcher matcher = FORM.matcher(text == null ? "" : text);
    if (!matcher.matches()) {
      return null;
    }
    return new PciAddress(
        Integer.parseUnsignedInt(matcher.group(1), 16),
        Integer.parseInt(matcher.group(2), 16),
        Integer.parseInt(matcher.group(3), 16),
        Integer.parseInt(matcher.group(4)));
  }

  /** As {@code /sys/bus/pci/slots} names it: without the function. */
  String slotAddress() {
    return "%04x:%02x:%02x".formatted(domain, bus, device);
  }
}
