package dev.ingot.agent.inspect;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a disk is called and numbered, where each kind of driver shows it in sysfs. */
final class DiskLabels {
  private static final int MOST_PAGE_BYTES = 256;

  private DiskLabels() {}

  static @Nullable String vendor(Machine machine, String disk) {
    String vendor = machine.text(disk + "/device/vendor");
    // virtio shows a PCI vendor id here, SATA behind libata always "ATA": neither made the disk.
    return vendor == null || vendor.startsWith("0x") || vendor.equals("ATA") ? null : vendor;
  }

  /** SCSI shows 16 characters of it; udev, whom lsblk asks, has all 40 of an ATA disk. */
  static @Nullable String model(Machine machine, String disk, BlockDevices.Device known) {
    String model = machine.text(disk + "/device/model");
    String other = known.model();
    if (other != null && (model == null || other.length() > model.length())) {
      return other;
    }
    return model == null ? machine.text(disk + "/device/name") : model;
  }

  static @Nullable String firmware(Machine machine, String disk) {
    String revision = machine.text(disk + "/device/firmware_rev");
    return revision == null ? machine.text(disk + "/device/rev") : revision;
  }

  static @Nullable String serial(Machine machine, String disk, BlockDevices.Device known) {
    for (String path : new String[] {"/serial", "/device/serial"}) {
      String serial = machine.text(disk + path);
      if (serial != null) {
        return serial;
      }
    }
    String unit = unitSerialNumber(machine.bytes(disk + "/device/vpd_pg80", MOST_PAGE_BYTES));
    return unit == null ? known.serial() : unit;
  }

  /**
   * SCSI vital product data page 80h: type, page, length (2 bytes), text (SPC-4 section 7.8.15).
   */
  static @Nullable String unitSerialNumber(byte[] page) {
    if (page.length < 4 || (page[1] & 0xff) != 0x80) {
      return null;
    }
    int length = (page[2] & 0xff) << 8 | (page[3] & 0xff);
    String text =
        new String(page, 4, Math.min(length, page.length - 4), StandardCharsets.ISO_8859_1);
    String printable = text.replaceAll("[^ -~]", "").strip();
    return printable.isEmpty() ? null : printable;
  }

  /** In the form that lsblk has: {@code 0x5000…} for SCSI names, {@code eui.…} for NVMe. */
  static @Nullable String wwn(Machine machine, String disk, BlockDevices.Device known) {
    for (String path : new String[] {"/wwid", "/device/wwid"}) {
      String wwid = machine.text(disk + path);
      if (wwid != null && wwid.startsWith("naa.")) {
        return "0x" + wwid.substring(4);
      }
      if (wwid != null && (wwid.startsWith("eui.") || wwid.startsWith("nvme."))) {
        return wwid;
      }
    }
    return known.wwn();
  }
}
