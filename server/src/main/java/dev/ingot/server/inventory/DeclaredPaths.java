package dev.ingot.server.inventory;

import dev.ingot.server.inventory.facet.FacetSource;
import dev.ingot.server.inventory.facet.Facets;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Paths that never change: what machines and their parts are asked for by. */
public record DeclaredPaths(Facets facets) implements FacetSource {
  public static final DeclaredPaths DEFAULT =
      of(
          List.of(
              "dmi.sys_vendor",
              "dmi.product_name",
              "dmi.product_serial",
              "dmi.product_uuid",
              "dmi.board_vendor",
              "dmi.board_name",
              "dmi.board_serial",
              "dmi.chassis_serial",
              "dmi.chassis_asset_tag",
              "dmi.bios_vendor",
              "dmi.bios_version",
              "cpu.model_name",
              "cpu.cores",
              "cpu.microcode",
              "mem.MemTotal",
              "interfaces.address",
              "interfaces.permanent_address",
              "interfaces.driver",
              "interfaces.pci_slot",
              "interfaces.address_info.addr",
              "interfaces.address_info_v6.addr",
              "interfaces.lldp.switch_name",
              "interfaces.lldp.port_number",
              "os_storage.serial",
              "os_storage.wwn",
              "os_storage.model",
              "os_storage.firmware",
              "os_storage.media_type",
              "usb.serial",
              "bmc.network.ip_address",
              "bmc.network.mac_address",
              "dmi.product_sku",
              "dmi.board_asset_tag",
              "interfaces.model_name",
              "os_storage.pci_slot",
              "mem.dimms.serial",
              "mem.dimms.locator",
              "bmc.firmware_version"));

  static DeclaredPaths of(List<String> paths) {
    return new DeclaredPaths(new Facets(paths));
  }

  @Override
  public Facets asked() {
    return facets;
  }

  @Override
  public Written written(Handle handle) {
    return new Written(facets, 0);
  }
}
