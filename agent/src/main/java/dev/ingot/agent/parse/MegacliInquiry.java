package dev.ingot.agent.parse;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Vendor, model, firmware and serial in MegaCli's inquiry data. SAS drives say {@code VENDOR(8)
 * PRODUCT(16) REVISION(4) SERIAL}, and so do SATA drives behind some bridges, with ATA for the
 * vendor; others say {@code SERIAL(20) MODEL(40) FIRMWARE(8)}, as IDENTIFY DEVICE has them. A
 * serial may stand at the right end of its 20 characters, the model right behind it.
 */
final class MegacliInquiry {
  private static final int SERIAL = 20;
  private static final int MODEL = 40;
  private static final int FIRMWARE = 8;

  /** Of SCSI, with one blank wherever there are some: the revision has four characters. */
  private static final Pattern SQUEEZED =
      Pattern.compile("(\\S{2,8}) (\\S{2,16}) (\\S{4} \\S{4,20}|\\S{8,24})");

  private MegacliInquiry() {}

  static void add(Fields drive, @Nullable String inquiry, @Nullable String type) {
    if (inquiry == null || inquiry.isBlank()) {
      return;
    }
    String stripped = inquiry.strip();
    boolean ata =
        "SATA".equals(type)
            || stripped.length() > SERIAL + MODEL // SCSI says 48 at most
            || (type == null && inquiry.startsWith("   "));
    Matcher squeezed = SQUEEZED.matcher(stripped);
    if (squeezed.matches() && squeezed.start(3) != 24 && !(ata && !stripped.startsWith("ATA "))) {
      // Blanks were made one: SCSI's columns are lost, and its words are not.
      String rest = squeezed.group(3).replace(" ", "");
      drive
          .put("vendor", squeezed.group(1))
          .put("model", squeezed.group(2))
          .put("firmware", rest.substring(0, 4))
          .put("serial", rest.substring(4));
    } else if (ata && !Text.matches(stripped, "ATA {5}\\S.*")) {
      sata(drive, inquiry.stripTrailing());
    } else if (stripped.length() >= 24) {
      scsi(drive, stripped);
    }
  }

  private static void scsi(Fields drive, String inquiry) {
    String rest = inquiry.substring(24).strip();
    String revision = drive.node().path("firmware").asString("");
    drive.put("vendor", inquiry.substring(0, 8).strip());
    drive.put("model", inquiry.substring(8, 24).strip());
    if (revision.isEmpty() && rest.length() > 4) {
      drive.put("firmware", rest.substring(0, 4).strip());
    }
    boolean known = !revision.isEmpty() && rest.startsWith(revision);
    drive.put(
        "serial",
        rest.length() <= 4 ? null : rest.substring(known ? revision.length() : 4).strip());
  }

  private static void sata(Fields drive, String inquiry) {
    if (inquiry.length() > SERIAL + MODEL) {
      String serial = inquiry.substring(0, SERIAL).strip();
      String model = inquiry.substring(SERIAL, SERIAL + MODEL).strip();
      String firmware = inquiry.substring(SERIAL + MODEL).strip();
      int end = SERIAL + MODEL + FIRMWARE;
      boolean placed = inquiry.charAt(SERIAL + MODEL) != ' ' || inquiry.length() == end;
      placed &= inquiry.charAt(SERIAL + MODEL - 1) == ' ' || firmware.length() == FIRMWARE;
      placed &= firmware.length() != FIRMWARE || inquiry.length() == end;
      if (placed
          && !serial.isEmpty()
          && !model.isEmpty()
          && serial.indexOf(' ') < 0
          && firmware.length() <= FIRMWARE
          && firmware.indexOf(' ') < 0) {
        told(drive, serial, model, firmware);
        return;
      }
    }
    squeezed(drive, inquiry.strip());
  }

  /** Where somebody took blanks away: what is certain all the same. */
  private static void squeezed(Fields drive, String inquiry) {
    List<String> words = Arrays.stream(inquiry.split("\\s+")).toList();
    String last = words.getLast();
    int serial = inquiry.length() - last.length() - MODEL;
    if (words.size() > 1 && last.length() == FIRMWARE && serial > 0 && serial <= SERIAL) {
      // Only those before the serial are gone.
      told(drive, inquiry.substring(0, serial), inquiry.substring(serial, serial + MODEL), last);
      return;
    }
    String first = words.getFirst();
    boolean glued = first.length() > SERIAL;
    if (words.size() < 3) {
      if (glued && words.size() == 2) {
        told(drive, first.substring(0, SERIAL), first.substring(SERIAL), last);
      }
      return;
    }
    List<String> model = words.subList(1, words.size() - 1);
    told(
        drive,
        glued ? first.substring(0, SERIAL) : first,
        (glued ? first.substring(SERIAL) + " " : "") + String.join(" ", model),
        last);
  }

  private static void told(Fields drive, String serial, String model, String firmware) {
    drive.put("serial", serial.strip());
    drive.put("model", model.replaceAll("\\s+", " ").strip());
    drive.put("firmware", firmware);
  }
}
