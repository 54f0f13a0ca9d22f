package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code ethtool}: settings, -i, -P, -m, -k, -g, -a, -c, -l, -S, -T, --show-fec, --show-eee, and
 * {@code --json} of those that have it. Which it is shows in its first words.
 */
final class EthtoolParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode ports = Fields.array();
    if (JsonText.looksLike(text)) {
      for (JsonNode port : JsonFields.list(JsonText.read(text, notes))) {
        ports.add(json(port));
      }
    } else {
      EthtoolText.read(Line.of(text), ports, notes);
    }
    Fields facts = new Fields();
    if (!ports.isEmpty()) {
      facts.put("interfaces", ports);
    }
    return notes.result("ethtool", facts);
  }

  private static JsonNode json(JsonNode port) {
    Fields fields = new Fields().put("interface", JsonFields.text(port, "ifname"));
    JsonFields.entries(port)
        .forEach(
            (key, value) -> {
              if (!key.equals("ifname")) {
                fields.put(Text.snake(key), value);
              }
            });
    return fields.node();
  }

  /** What the head of a part says that it is; null if it is no head. */
  static @Nullable String kind(String text) {
    for (Map.Entry<String, String> head : HEADS.entrySet()) {
      if (text.startsWith(head.getKey())) {
        return head.getValue();
      }
    }
    return null;
  }

  /** What a line without a head above it is part of: of outputs of which lines were picked. */
  static @Nullable String part(String text) {
    return Text.matches(text, "[a-z0-9]+(-[a-z0-9]+)+: (on|off)( \\[.*])?")
        ? "features"
        : Text.matches(
                text,
                "(Extended identifier|Connector|Transceiver (codes|type)|Encoding|BR, Nominal|Rate"
                    + " identifier|Length \\([^)]*\\)|Laser wavelength|Vendor (name|OUI|PN|SN)) +:"
                    + " .*")
            ? "module"
            : Text.matches(
                    text,
                    "(Speed: (\\d+Mb/s|Unknown.*)|Duplex: (Full|Half|Unknown.*)"
                        + "|Link detected: (yes|no).*|Supported ports: \\[.*"
                        + "|(Supported|Advertised) link modes:.*)")
                ? "settings"
                : Text.matches(text, "(firmware-version|bus-info): .+") ? "driver" : null;
  }

  private static final Map<String, String> HEADS =
      Map.ofEntries(
          Map.entry("Settings for ", "settings"),
          Map.entry("Features for ", "features"),
          Map.entry("Offload parameters for ", "features"),
          Map.entry("Ring parameters for ", "rings"),
          Map.entry("Pause parameters for ", "pause"),
          Map.entry("Coalesce parameters for ", "coalescing"),
          Map.entry("Channel parameters for ", "channels"),
          Map.entry("Time stamping parameters for ", "time_stamping"),
          Map.entry("FEC parameters for ", "fec"),
          Map.entry("EEE settings for ", "eee"),
          Map.entry("EEE Settings for ", "eee"),
          Map.entry("Private flags for ", "private_flags"),
          Map.entry("NIC statistics:", "statistics"),
          Map.entry("Permanent address:", "permanent_address"),
          Map.entry("driver:", "driver"),
          Map.entry("Identifier ", "module"),
          Map.entry("Identifier:", "module"));

  static Fields settings(Block block, @Nullable String name) {
    String said = block.take("speed");
    // "Unknown! (65535)" of a port without link.
    Long speed = said == null || said.startsWith("Unknown") ? null : Text.number(said);
    String duplex = block.take("duplex");
    boolean unknown = duplex != null && duplex.startsWith("Unknown");
    Fields fields =
        new Fields()
            .put("interface", name)
            .put("speed_mbps", speed == null || speed < 0 || speed >= 4294967295L ? null : speed)
            .put("duplex", duplex == null || unknown ? null : duplex.toLowerCase(Locale.ROOT))
            .put("port", block.take("port"))
            .put("auto_negotiation", block.flag("auto_negotiation"))
            .put("link", block.flag("link_detected"))
            .put("lanes", block.number("lanes"))
            .put("transceiver", block.take("transceiver"))
            .put("phy_address", block.number("phyad"))
            .put("mdi_x", block.take("mdi_x"));
    list(fields, "supported_ports", block.raw("supported_ports"));
    list(fields, "supported_link_modes", block.raw("supported_link_modes"));
    list(fields, "advertised_link_modes", block.raw("advertised_link_modes"));
    list(fields, "partner_link_modes", block.raw("link_partner_advertised_link_modes"));
    return fields
        .put("supports_auto_negotiation", block.flag("supports_auto_negotiation"))
        .put(
            "supported_fec",
            String.join(" ", Text.parts(block.take("supported_fec_modes"), " \t\n")))
        .put("wake_on_supported", block.take("supports_wake_on"))
        .put("wake_on", block.take("wake_on"));
  }

  private static void list(Fields fields, String name, @Nullable String text) {
    List<String> words = new ArrayList<>(Text.parts(text, " \n\t\\[\\]"));
    words.removeIf(word -> word.equals("Not") || word.equals("reported"));
    if (!words.isEmpty()) {
      fields.put(name, words);
    }
  }

  static Fields driver(Block block) {
    String bus = block.take("bus_info");
    // Of ports of USB, of virtual machines and of chips without PCI it is something else.
    boolean pci =
        bus != null && Text.matches(bus, "([0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\\.[0-7]");
    return new Fields()
        .put("driver", block.take("driver"))
        .put("driver_version", block.take("version"))
        .put("firmware", block.take("firmware_version"))
        .put("expansion_rom", block.take("expansion_rom_version"))
        .put(pci ? "pci_slot" : "bus", bus);
  }

  /** None is what a module has in its place for a medium that it is not for. */
  private static @Nullable Long metres(@Nullable Long said) {
    return said == null || said == 0 ? null : said;
  }

  /** {@code ethtool -m}: SFF-8472 of SFP, SFF-8636 of QSFP, CMIS of QSFP-DD. */
  static Fields module(Block block) {
    String identifier = block.take("identifier");
    String connector = block.take("connector");
    return new Fields()
        .put("form", inner(identifier))
        .put("connector", inner(connector))
        .put("type", block.take("transceiver_type"))
        .put("vendor", block.take("vendor_name"))
        .put("vendor_oui", block.take("vendor_oui"))
        .put("part_number", block.take("vendor_pn"))
        .put("revision", block.take("vendor_rev"))
        .put("serial", block.take("vendor_sn"))
        .put("date_code", block.take("date_code"))
        .put("nominal_megabaud", block.number("br_nominal"))
        .put("wavelength_nanometres", Text.decimal(block.take("laser_wavelength")))
        .put(
            "length_copper_metres",
            metres(block.number("length_copper", "length_copper_or_active_cable")))
        .put("length_smf_metres", metres(block.number("length_smf")))
        .put("length_om3_metres", metres(block.number("length_om3", "length_om3_50um")))
        .put("diagnostics", block.flag("optical_diagnostics_support"))
        .put("temperature_celsius", Text.decimal(block.take("module_temperature")))
        .put("voltage_volts", Text.decimal(block.take("module_voltage")))
        .put(
            "bias_current_milliamperes",
            Text.decimal(block.take("laser_bias_current", "laser_tx_bias_current_channel_1")))
        .put(
            "transmit_power",
            block.take("laser_output_power", "transmit_avg_optical_power_channel_1"))
        .put(
            "receive_power",
            block.take(
                "receiver_signal_average_optical_power",
                "rcvr_signal_avg_optical_power_channel_1"));
  }

  /** {@code 0x03 (SFP)}. */
  private static @Nullable String inner(@Nullable String text) {
    int from = text == null ? -1 : text.indexOf('(');
    int to = text == null ? -1 : text.lastIndexOf(')');
    return text == null || from < 0 || to < from ? text : text.substring(from + 1, to).strip();
  }
}
