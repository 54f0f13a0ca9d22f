package dev.ingot.agent.parse;

/** The structures that describe the machine as a whole. */
final class DmiSystem {
  private DmiSystem() {}

  static Fields bios(DmiStructure bios) {
    return bios.texts(
            "vendor", "vendor", "version", "version", "release_date", "release_date|release")
        .put("revision", bios.values().take("bios_revision", "platform_firmware_revision"))
        .put(
            "embedded_controller_revision",
            bios.values().take("firmware_revision", "embedded_controller_firmware_revision"))
        .put("rom_size_bytes", Sizes.binary(bios.values().take("rom_size")))
        .put("runtime_size_bytes", Sizes.binary(bios.values().take("runtime_size")))
        .put("address", bios.values().take("address"));
  }

  static Fields system(DmiStructure system) {
    return system.texts(
        "manufacturer",
        "manufacturer|vendor",
        "product_name",
        "product_name|product",
        "version",
        "version",
        "serial",
        "serial_number",
        "uuid",
        "uuid",
        "sku",
        "sku_number",
        "family",
        "family",
        "wake_up_type",
        "wake_up_type");
  }

  static Fields board(DmiStructure board) {
    return board.texts(
        "manufacturer",
        "manufacturer|vendor",
        "product_name",
        "product_name|product",
        "version",
        "version",
        "serial",
        "serial_number",
        "asset_tag",
        "asset_tag",
        "type",
        "type",
        "location",
        "location_in_chassis");
  }

  static Fields chassis(DmiStructure chassis) {
    String kind = chassis.values().peek("chassis_type");
    if (kind != null) {
      // Versions before 2.5 wrote "Lock present" on a line below it.
      chassis.values().raw("chassis_type");
      chassis.values().put("type", kind.replaceFirst("\n.*", ""));
    }
    return chassis
        .texts(
            "manufacturer",
            "manufacturer|vendor",
            "type",
            "type|chassis_type",
            "version",
            "version",
            "serial",
            "serial_number",
            "asset_tag",
            "asset_tag",
            "sku",
            "sku_number",
            "boot_up_state",
            "boot_up_state",
            "power_supply_state",
            "power_supply_state",
            "thermal_state",
            "thermal_state",
            "height",
            "height")
        .put("power_cords", chassis.values().number("number_of_power_cords"));
  }

  static Fields ipmi(DmiStructure ipmi) {
    return ipmi.texts(
        "interface",
        "interface_type",
        "specification_version",
        "specification_version",
        "address",
        "base_address",
        "i2c_address",
        "i2c_slave_address",
        "interrupt",
        "interrupt_number");
  }

  static Fields tpm(DmiStructure tpm) {
    return tpm.texts(
        "vendor",
        "vendor_id",
        "specification_version",
        "specification_version",
        "firmware",
        "firmware_revision",
        "description",
        "description");
  }

  static Fields firmware(DmiStructure firmware) {
    return firmware.texts(
        "component",
        "firmware_component_name",
        "version",
        "firmware_version",
        "id",
        "firmware_id",
        "release_date",
        "release_date",
        "manufacturer",
        "manufacturer",
        "lowest_version",
        "lowest_supported_firmware_version",
        "state",
        "state");
  }
}
