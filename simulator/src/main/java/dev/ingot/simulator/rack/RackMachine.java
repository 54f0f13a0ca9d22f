package dev.ingot.simulator.rack;

import java.util.Locale;
import java.util.zip.CRC32;

/**
 * One machine of a rack: its names and numbers. They follow from the rack's name and its number, so
 * a rack that is set up again has the same machines.
 */
public record RackMachine(RackSettings rack, int number) {
  private static final int FIRST_BMC = 200;

  /** Where its BMC's program and QEMU meet, on the namespace's own loopback. */
  private static final int FIRST_BMC_PORT = 9100;

  private static final int FIRST_CONTROL_PORT = 9200;

  public String name() {
    return rack.name() + "-" + number;
  }

  /** The address of a port, from 0: locally administered addresses of QEMU's. */
  public String mac(int port) {
    int mark = mark();
    return "52:54:%02x:%02x:%02x:%02x".formatted(mark >> 8 & 0xff, mark & 0xff, number, port);
  }

  public String uuid() {
    return "%08x-7777-4000-8000-%012d".formatted(mark(), number);
  }

  /** The serial number that its firmware says. */
  public String serial() {
    return "SN-" + name().toUpperCase(Locale.ROOT);
  }

  String boardSerial() {
    return "BB-" + name().toUpperCase(Locale.ROOT);
  }

  String chassisSerial() {
    return "CH-" + name().toUpperCase(Locale.ROOT);
  }

  String assetTag() {
    return "ASSET-" + name().toUpperCase(Locale.ROOT);
  }

  /** The serial number of a disk, from 0; NVMe allows 20 characters. */
  public String diskSerial(int disk) {
    return "D" + disk + "-" + name().toUpperCase(Locale.ROOT);
  }

  /** Where its BMC answers. */
  public String bmcAddress() {
    return rack.subnet() + "." + (FIRST_BMC + number);
  }

  int bmcPort() {
    return FIRST_BMC_PORT + number;
  }

  int controlPort() {
    return FIRST_CONTROL_PORT + number;
  }

  /** The switch's side of a port. */
  String tap(int port) {
    return "n" + number + "p" + port;
  }

  /** Tells the machines of two racks apart. */
  private int mark() {
    CRC32 sum = new CRC32();
    sum.update(rack.name().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return (int) sum.getValue() & 0xffff;
  }
}
