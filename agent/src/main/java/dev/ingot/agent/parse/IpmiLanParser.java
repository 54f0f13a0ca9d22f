package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * {@code ipmitool lan print} and {@code lan6 print}, of one channel or several after each other.
 */
final class IpmiLanParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode channels = Fields.array();
    Block block = new Block();
    ArrayNode addresses = Fields.array();
    @Nullable Block address = null;
    String last = "";
    for (Line line : Line.of(text)) {
      String said = line.text();
      int colon = said.indexOf(':');
      if (line.isBlank() || line.isRule()) {
        continue;
      }
      if (said.startsWith("Set in Progress") && !block.isEmpty()) {
        end(block, addresses, address, channels);
        block = new Block();
        addresses = Fields.array();
        address = null;
      }
      if (Text.matches(said, "IPv6 (Static|Dynamic) Address \\d+:.*")) {
        address(address, addresses);
        address = new Block();
        address.put("kind", said.contains("Static") ? "static" : "dynamic");
      } else if (address != null && line.indent() > 0 && colon > 0) {
        address.add(said);
      } else if (colon == 0) {
        block.append(last, said.substring(1));
      } else if (colon > 0) {
        address(address, addresses);
        address = null;
        last = said.substring(0, colon);
        block.put(last, said.substring(colon + 1));
      } else {
        notes.line(line);
      }
    }
    end(block, addresses, address, channels);
    Fields facts = new Fields();
    if (!channels.isEmpty()) {
      facts.put("channels", channels);
    }
    return notes.result("ipmitool-lan", facts);
  }

  private static void address(@Nullable Block address, ArrayNode addresses) {
    String value = address == null ? null : address.take("address");
    if (address == null || value == null || value.startsWith("::/")) {
      return;
    }
    addresses.add(
        new Fields()
            .put("address", value.replaceFirst("/.*", ""))
            .put(
                "prefix",
                value.indexOf('/') < 0 ? null : Text.number(value.substring(value.indexOf('/'))))
            .put("kind", address.take("kind"))
            .put("source", address.take("source_type", "source"))
            .put("enabled", address.flag("enabled"))
            .put("status", address.take("status"))
            .node());
  }

  private static void end(
      Block block, ArrayNode addresses, @Nullable Block address, ArrayNode channels) {
    address(address, addresses);
    boolean known =
        block.has("set_in_progress")
            || block.has("ip_address")
            || block.has("mac_address")
            || block.has("ipv6_address_1")
            || block.has("bmc_mac_address")
            || block.has("ipv4_address")
            || block.has("ipv6_enables")
            || block.has("rmcp_cipher_suites");
    if (!known && addresses.isEmpty()) {
      return;
    }
    // The community is a password.
    Boolean community =
        block.has("snmp_community_string")
            ? Boolean.valueOf(Text.known(block.raw("snmp_community_string")) != null)
            : null;
    String vlan = block.take("802_1q_vlan_id");
    Fields fields =
        new Fields()
            .put("source", source(block.take("ip_address_source")))
            .put("address", address(block.take("ip_address", "ipv4_address")))
            .put("netmask", address(block.take("subnet_mask")))
            .put("gateway", address(block.take("default_gateway_ip")))
            .put("gateway_mac", mac(block.take("default_gateway_mac")))
            .put("backup_gateway", address(block.take("backup_gateway_ip")))
            .put("backup_gateway_mac", mac(block.take("backup_gateway_mac")))
            .put("mac", mac(block.take("mac_address", "bmc_mac_address")))
            .put(
                "vlan",
                vlan == null || vlan.equalsIgnoreCase("Disabled") ? null : Text.number(vlan))
            .put("vlan_priority", block.number("802_1q_vlan_priority"))
            .put("snmp_community_set", community)
            .putUnlessEmpty("authentication_types", list(block.take("auth_type_support"), " "));
    List<String> suites = Text.parts(block.take("rmcp_cipher_suites"), ",");
    fields
        .putUnlessEmpty("cipher_suites", list(String.join(",", suites), ","))
        .put("cipher_suite_zero", suites.isEmpty() ? null : Boolean.valueOf(suites.contains("0")))
        .put("ipv6_enables", block.take("ipv6_enables"))
        .putUnlessEmpty("ipv6_addresses", addresses);
    block.raw("set_in_progress");
    channels.add(block.rest(fields).node());
  }

  private static ArrayNode list(@Nullable String text, String separator) {
    ArrayNode list = Fields.array();
    Text.parts(text, separator).forEach(list::add);
    return list;
  }

  private static @Nullable String source(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("static")
        ? "static"
        : lower.startsWith("dhcp") ? "dhcp" : lower.startsWith("bios") ? "bios" : lower;
  }

  private static @Nullable String address(@Nullable String text) {
    // Somebody may have masked it.
    return text == null
            || !Text.matches(text, "[0-9A-Fa-f.:]+(/\\d+)?")
            || text.equals("0.0.0.0")
            || text.equals("::")
        ? null
        : text;
  }

  private static @Nullable String mac(@Nullable String text) {
    return text == null
            || !Text.matches(text, "\\p{XDigit}{1,2}([:-]\\p{XDigit}{1,2}){5,}")
            || text.equals("00:00:00:00:00:00")
        ? null
        : text.toLowerCase(Locale.ROOT);
  }
}
