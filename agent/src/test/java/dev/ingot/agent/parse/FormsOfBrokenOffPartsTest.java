package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Values with something behind them that is none, and outputs whose beginning is elsewhere. */
class FormsOfBrokenOffPartsTest {
  private static JsonNode facts(String tool, String text) throws ParseFailure {
    return Parsers.parse(tool, text).facts();
  }

  @Test
  void whatALoaderIsHandedIsNoPathAndNoLabel() throws ParseFailure {
    JsonNode entries =
        facts(
                "efibootmgr",
                """
                BootCurrent: 0001
                BootOrder: 0001,0002
                efibootmgr: Could not parse device path: No such file or directory
                Boot0001* Linux\tHD(1,GPT,00000000-1111-2222-3333-444444444444,0x800,0x1000)/File(\\EFI\\a (1)\\b.efi)RC
                Boot0002* EFI Network\tRC
                Boot0003* EFI USB Device    RC
                Boot0004* Disk\tACPI(a0341d0,0)PCI(1f,2)SATA(0,0,0)..BO
                Boot0005* Port\tPciRoot(0x0)/MAC(020000000001,1)/IPv4(0.0.0.00.0.0.0,0,0)0000424f
                Boot0006* New\tHD(1,GPT,00000000-1111-2222-3333-444444444444,0x800,0x1000)/\\EFI\\c.efi4f00
                Boot0007* Old\tACPI(a0341d0,0)MAC(MAC(020000000002,0)030d3c00RC
                Boot0008* Drive    BBS(HD,Drive (two),0x0)..GO..NO(
                """)
            .path("entries");
    assertThat(entries.at("/0/path").asString("")).endsWith("/File(\\EFI\\a (1)\\b.efi)");
    assertThat(entries.at("/0/data").asString("")).isEqualTo("RC");
    assertThat(entries.at("/1").toString())
        .isEqualTo(
            "{\"number\":\"0002\",\"active\":true,\"label\":\"EFI Network\",\"data\":\"RC\"}");
    assertThat(entries.at("/2/label").asString("")).isEqualTo("EFI USB Device");
    assertThat(entries.at("/3/path").asString("")).isEqualTo("ACPI(a0341d0,0)PCI(1f,2)SATA(0,0,0)");
    assertThat(entries.at("/4/data").asString("")).isEqualTo("0000424f");
    assertThat(entries.at("/4/mac").asString("")).isEqualTo("02:00:00:00:00:01");
    assertThat(entries.at("/5/path").asString("")).endsWith("0x1000)/\\EFI\\c.efi");
    assertThat(entries.at("/5/data").asString("")).isEqualTo("4f00");
    assertThat(entries.at("/6/mac").asString("")).isEqualTo("02:00:00:00:00:02");
    assertThat(entries.at("/6/path").asString("")).endsWith("MAC(MAC(020000000002,0)");
    assertThat(entries.at("/7/path").asString("")).isEqualTo("BBS(HD,Drive (two),0x0)");
    Parsed failed =
        Parsers.parse(
            "efibootmgr", "BootOrder: 0000\nefibootmgr: Could not parse it\nBoot0000* A\n");
    assertThat(failed.notUnderstood()).hasSize(1);
    assertThat(failed.facts().has("other")).isFalse();
  }

  @Test
  void aDeviceWithoutANameIsNotCalledDeviceAndNonVgaIsNoDisplay() throws ParseFailure {
    JsonNode facts =
        facts(
            "lspci",
            """
            00:00.0 Non-VGA unclassified device: Device 0014:7a10
            00:01.0 PCI bridge: Beispiel Inc Device 2711 (rev 20)
            \tSubsystem: Muster Company Device 18a8
            00:02.0 VGA compatible controller [0300]: Beispiel Inc Device [abcd:0002]
            \tSubsystem: Muster Device [abce:048c]
            00:03.0 Ethernet controller [0200]: Beispiel Inc Fast Scratch Device [abcd:0003]
            """);
    assertThat(facts.at("/counts/display").asInt()).isEqualTo(1);
    JsonNode bridge = facts.at("/devices/1");
    assertThat(bridge.path("vendor_name").asString("")).isEqualTo("Beispiel Inc");
    assertThat(bridge.path("device_id").asString("")).isEqualTo("2711");
    assertThat(bridge.path("svendor_name").asString("")).isEqualTo("Muster Company");
    assertThat(bridge.path("sdevice_id").asString("")).isEqualTo("18a8");
    assertThat(bridge.has("device_name") || bridge.has("sdevice_name")).isFalse();
    JsonNode display = facts.at("/devices/2");
    assertThat(display.path("vendor_id").asString("")).isEqualTo("abcd");
    assertThat(display.path("device_id").asString("")).isEqualTo("0002");
    assertThat(display.path("svendor_name").asString("")).isEqualTo("Muster");
    assertThat(display.has("device_name")).isFalse();
    assertThat(facts.at("/devices/3/device_name").asString("")).endsWith("Fast Scratch Device");
  }

  @Test
  void aPortWithoutPciHasNoPciSlotAndAModuleMayBeginAtAnyOfItsLines() throws ParseFailure {
    JsonNode chip = facts("ethtool", "driver: abc-switch\nversion: 6.1\nbus-info: 602.switch\n");
    assertThat(chip.at("/interfaces/0/bus").asString("")).isEqualTo("602.switch");
    assertThat(chip.at("/interfaces/0").has("pci_slot")).isFalse();
    JsonNode card = facts("ethtool", "driver: abc\nversion: 6.1\nbus-info: 0001:02:00.1\n");
    assertThat(card.at("/interfaces/0/pci_slot").asString("")).isEqualTo("0001:02:00.1");
    Parsed module =
        Parsers.parse(
            "ethtool",
            """
            \tLength (Copper)                           : 0m
            \tLength (OM3)                              : 70m
            \tLaser wavelength                          : 850nm
            \tVendor name                               : Beispiel
            \tVendor SN                                 : B1
            """);
    assertThat(module.notUnderstood()).isEmpty();
    JsonNode found = module.facts().at("/interfaces/0/module");
    assertThat(found.path("wavelength_nanometres").asDouble()).isEqualTo(850);
    assertThat(found.path("length_om3_metres").asInt()).isEqualTo(70);
    assertThat(found.has("length_copper_metres")).isFalse();
    assertThat(found.path("serial").asString("")).isEqualTo("B1");
    Parsed port =
        Parsers.parse(
            "ethtool",
            """
            Settings for lan1:
            \tSupported FEC modes: None\t RS\t BASER
            \tLink detected: yes
            [  517.259012] sfp sfp-p8: Unable to ascertain link mode
            """);
    assertThat(port.facts().at("/interfaces/0/supported_fec").asString(""))
        .isEqualTo("None RS BASER");
    assertThat(port.facts().at("/interfaces/0").has("other")).isFalse();
    assertThat(port.notUnderstood()).hasSize(1);
  }

  @Test
  void dmidecodeCallsFirmwareOtherwiseSince37AndMayBeginWithinAModule() throws ParseFailure {
    JsonNode firmware =
        facts(
                "dmidecode",
                """
                # dmidecode 3.7
                Platform Firmware Information
                \tVendor: Beispiel
                \tPlatform Firmware Revision: 2.50
                \tEmbedded Controller Firmware Revision: 1.40

                System Information
                \tUUID: Not Settable
                \tManufacturer: Muster
                """)
            .path("bios");
    assertThat(firmware.path("revision").asString("")).isEqualTo("2.50");
    assertThat(firmware.path("embedded_controller_revision").asString("")).isEqualTo("1.40");
    Parsed cut =
        Parsers.parse(
            "dmidecode",
            """
            \tTotal Width: 72 bits
            \tData Width: 64 bits
            \tSize: 64 GB
            \tLocator: A0
            \tSerial Number: 5
            Memory Device
            \tSize: No Module Installed
            \tLocator: A1
            """);
    assertThat(cut.facts().at("/counts/dimms").asInt()).isEqualTo(1);
    assertThat(cut.facts().at("/counts/dimm_slots").asInt()).isEqualTo(2);
    assertThat(cut.facts().at("/dimms/0/slot").asString("")).isEqualTo("A0");
    assertThat(cut.facts().at("/dimms/0/ecc").asBoolean()).isTrue();
    assertThat(cut.notUnderstood())
        .containsExactly("lines 1 to 5: without the title of what they describe");
    Parsed nothing =
        Parsers.parse(
            "dmidecode",
            "# dmidecode 3.2\n"
                + "Scanning /dev/mem for entry point.\n"
                + "# No SMBIOS nor DMI entry point found, sorry.\n");
    assertThat(nothing.notUnderstood().getLast()).contains("No SMBIOS nor DMI entry point");
    assertThat(
            facts("dmidecode", "System Information\n\tUUID: Not Settable\n\tVersion: 1\n")
                .path("system")
                .has("uuid"))
        .isFalse();
  }

  @Test
  void namesBehindOtherNamesAndLinesOfAddressesBelongWhereTheyAre() throws ParseFailure {
    JsonNode disks =
        facts(
            "lsblk",
            """
            NAME               MAJ:MIN RM  SIZE RO TYPE MOUNTPOINT
            sda                  8:0    0   20G  0 disk
            `-vg-root (dm-3)   253:3    0   18G  0 lvm  /
            """);
    assertThat(disks.at("/devices/1/name").asString("")).isEqualTo("vg-root");
    assertThat(disks.at("/devices/1/kernel_name").asString("")).isEqualTo("dm-3");
    Parsed picked =
        Parsers.parse(
            "ip",
            """
                inet 192.0.2.15/24 brd 192.0.2.255 scope global ib0
                inet6 fe80::5/64 scope link
                inet 192.0.2.16/24 scope global secondary ib0:1
                inet 198.51.100.2/24 scope global dynamic noprefixroute eno1.20
            """);
    assertThat(picked.facts().at("/counts/links").asInt()).isEqualTo(2);
    assertThat(picked.facts().at("/links/0/name").asString("")).isEqualTo("ib0");
    assertThat(picked.facts().at("/links/0/addresses").size()).isEqualTo(2);
    assertThat(picked.facts().at("/links/1/name").asString("")).isEqualTo("eno1.20");
    assertThat(picked.notUnderstood()).hasSize(1);
    assertThat(
            facts(
                    "lldpcli",
                    "Interface:    eth0, via: CDPv1, RID: 1\n  Chassis:\n"
                        + "    ChassisID:    local a1\n    SysDescr:     One running on\nV.2\n"
                        + "    MgmtIP:       192.0.2.1\n")
                .at("/neighbours/0/system_description")
                .asString(""))
        .isEqualTo("One running on\nV.2");
  }
}
