package dev.ingot.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a machine says of itself that can tell it from every other machine: the input of {@link
 * MercuryId}. Strings are as read (the UUID in upper case unless {@code compat.uuid-case} is {@code
 * as-read}); null is "not there or not readable".
 *
 * @param productUuid SMBIOS type 1 UUID, {@code /sys/class/dmi/id/product_uuid}
 * @param productSerial SMBIOS type 1 serial; matched against known nodes, never hashed
 * @param ports network ports in the kernel's enumeration order
 * @param installId random id kept in the agent's data folder (40 lowercase hex digits), used where
 *     nothing else identifies
 * @param unreadable sysfs names of facts ({@code product_uuid}, {@code chassis_serial}, …) that are
 *     there and could not be read, {@code ports} if some permanent MAC could not: no weaker rule
 *     may stand in for them
 */
public record IdentityFacts(
    @Nullable String productUuid,
    @Nullable String productSerial,
    @Nullable String chassisAssetTag,
    @Nullable String chassisSerial,
    @Nullable String boardAssetTag,
    @Nullable String boardSerial,
    List<Port> ports,
    @Nullable String installId,
    List<String> unreadable) {

  public IdentityFacts {
    ports = List.copyOf(ports);
    // Absent in what an older agent sends.
    unreadable = unreadable == null ? List.of() : List.copyOf(unreadable);
  }

  /** Facts of a machine where all that is there could be read. */
  public IdentityFacts(
      @Nullable String productUuid,
      @Nullable String productSerial,
      @Nullable String chassisAssetTag,
      @Nullable String chassisSerial,
      @Nullable String boardAssetTag,
      @Nullable String boardSerial,
      List<Port> ports,
      @Nullable String installId) {
    this(
        productUuid,
        productSerial,
        chassisAssetTag,
        chassisSerial,
        boardAssetTag,
        boardSerial,
        ports,
        installId,
        List.of());
  }

  /** The same facts of some of the ports. */
  public IdentityFacts withPorts(List<Port> some) {
    return new IdentityFacts(
        productUuid,
        productSerial,
        chassisAssetTag,
        chassisSerial,
        boardAssetTag,
        boardSerial,
        some,
        installId,
        unreadable);
  }

  /** The same facts with this install id. */
  public IdentityFacts withInstallId(@Nullable String id) {
    return new IdentityFacts(
        productUuid,
        productSerial,
        chassisAssetTag,
        chassisSerial,
        boardAssetTag,
        boardSerial,
        ports,
        id,
        unreadable);
  }

  /**
   * One network port.
   *
   * @param address current MAC, lower case, colons
   * @param permanentAddress the MAC that the hardware was made with, null if the driver does not
   *     say
   * @param embedded on the board (biosdevname calls it em…)
   * @param physical has a device behind it, is not a bridge, bond, VLAN or other software device
   */
  public record Port(
      String name,
      String address,
      @Nullable String permanentAddress,
      boolean embedded,
      boolean physical) {}
}
