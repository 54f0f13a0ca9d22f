package dev.ingot.agent.parse;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Vendor, model, firmware and serial in MegaCli's inquiry data. SAS drives say {@code VENDOR(8)
 * PRODUCT(16) REVISION(4) SERIAL}; SATA drives behind an expander or adapter say {@code SERIAL(20)
 * MODEL(40) FIRMWARE(8)}, as IDENTIFY DEVICE has them.
 */
final class MegacliInquiry {
  private static final int SERIAL = 20;

  private MegacliInquiry() {}

  static void add(Fields drive, @Nullable String inquiry, @Nullable String type) {
    if (inquiry == null || inquiry.isBlank()) {
      return;
    }
    if ("SATA".equals(type)) {
      sata(drive, inquiry);
    } else if (inquiry.length() >= 24) {
      String rest = inquiry.substring(24).strip();
      String revision = drive.node().path("firmware").asString("");
      drive.put("vendor", inquiry.substring(0, 8).strip());
      drive.put("model", inquiry.substring(8, 24).strip());
      boolean known = !revision.isEmpty() && rest.startsWith(revision);
      drive.put(
          "serial",
          rest.length() <= 4 ? null : rest.substring(known ? revision.length() : 4).strip());
    }
  }

  private static void sata(Fields drive, String inquiry) {
    List<String> words = Arrays.stream(inquiry.strip().split("\\s+")).toList();
    if (words.size() < 2) {
      return;
    }
    String first = words.getFirst();
    String firmware = words.size() > 2 ? words.getLast() : null;
    // The serial is 20 characters wide: a full one has no blank behind it.
    boolean glued = first.length() > SERIAL;
    String serial = glued ? first.substring(0, SERIAL) : first;
    List<String> model = words.subList(1, words.size() - (firmware == null ? 0 : 1));
    drive.put("serial", serial);
    drive.put(
        "model", ((glued ? first.substring(SERIAL) + " " : "") + String.join(" ", model)).strip());
    drive.put("firmware", firmware);
  }
}
