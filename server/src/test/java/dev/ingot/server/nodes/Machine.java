package dev.ingot.server.nodes;

import dev.ingot.core.IdentityFacts;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** A machine on the floor whose parts can be swapped, with an agent on its disk. */
public final class Machine {
  public String uuid;
  public String systemSerial;
  public String boardSerial;
  public List<String> macs;
  public String installId;
  public String key;
  public String bootId;
  public String incarnation;
  public long session;
  public String address;
  public boolean root = true;
  public Credential.Voucher voucher;
  private final RandomGenerator random;

  public Machine(RandomGenerator random) {
    this.random = random;
    this.uuid = newUuid();
    this.systemSerial = "S" + hex(5).toUpperCase(Locale.ROOT);
    this.boardSerial = "B" + hex(5).toUpperCase(Locale.ROOT);
    this.macs = new ArrayList<>(List.of(newMac(), newMac()));
    this.address =
        "10." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
    newDisk();
    boot();
  }

  public Machine boot() {
    bootId = newUuid().toLowerCase(Locale.ROOT);
    return restartAgent();
  }

  public Machine restartAgent() {
    incarnation = hex(8);
    session = 0;
    return this;
  }

  public Machine newDisk() {
    installId = hex(20);
    key = hex(32);
    return this;
  }

  /** Takes the disk out of the other. */
  public Machine diskOf(Machine other) {
    installId = other.installId;
    key = other.key;
    return this;
  }

  public Machine with(Credential.Voucher shown) {
    voucher = shown;
    return this;
  }

  public IdentityFacts facts() {
    List<IdentityFacts.Port> ports = new ArrayList<>();
    for (String mac : macs) {
      ports.add(new IdentityFacts.Port("eth" + ports.size(), mac, mac, false, true));
    }
    return new IdentityFacts(
        root ? uuid : null,
        root ? systemSerial : null,
        null,
        null,
        null,
        root ? boardSerial : null,
        ports,
        installId,
        root ? List.of() : List.of("product_uuid", "product_serial", "board_serial"));
  }

  public Introduction introduction() {
    session++;
    return new Introduction(
        facts(),
        bootId,
        incarnation,
        session,
        "host-" + incarnation,
        "1.0",
        address,
        new Credential(key, voucher));
  }

  public String newUuid() {
    String hex = hex(16).toUpperCase(Locale.ROOT);
    return hex.substring(0, 8)
        + "-"
        + hex.substring(8, 12)
        + "-"
        + hex.substring(12, 16)
        + "-"
        + hex.substring(16, 20)
        + "-"
        + hex.substring(20);
  }

  public String newMac() {
    StringBuilder mac = new StringBuilder("00:25:90");
    for (int i = 0; i < 3; i++) {
      mac.append(String.format(Locale.ROOT, ":%02x", random.nextInt(256)));
    }
    return mac.toString();
  }

  private String hex(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
