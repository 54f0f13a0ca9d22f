package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.counter;
import static dev.ingot.agent.inspect.Field.identity;
import static dev.ingot.agent.inspect.Field.reading;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.SensorRepository;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The baseboard management controller, asked by {@code ipmitool} over the kernel's device. */
final class BmcInspector implements Inspector {
  /** LAN channels in use by vendors: 1 by most, 2 by HP, 3 and 8 by some boards. */
  private static final int MOST_CHANNELS = 11;

  @Override
  public String name() {
    return "bmc";
  }

  @Override
  public String meaning() {
    return "the baseboard management controller: network, users, firmware, FRU, sensors, event log";
  }

  @Override
  public boolean isSlow() {
    return true;
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("system.firmware", "text", "version of its firmware"),
        config("system.ipmi_version", "text", "of the specification"),
        config("system.manufacturer", "text", "who made it"),
        config("system.manufacturer_id", "integer", "IANA enterprise number"),
        config("system.product", "text", "what it is called"),
        config("system.product_id", "integer", "the manufacturer's number"),
        config("system.device_revision", "integer", "of the controller"),
        config("system.auxiliary_firmware", "list of text", "bytes that the manufacturer defines"),
        config("network.channel", "integer", "LAN channel"),
        config("network.source", "text", "static, dhcp, bios, …"),
        config("network.address", "text", "IPv4 address"),
        config("network.netmask", "text", "dotted"),
        config("network.gateway", "text", "default gateway"),
        identity("network.mac", "MAC", "of the controller"),
        config("network.vlan", "integer", "VLAN id, where one is used"),
        config(
            "network.cipher_suite_zero",
            "true or false",
            "anyone may be let in without a password"),
        config("network.snmp_community_set", "true or false", "a community is set; it is not kept"),
        config("network.ipv6_addresses.address", "text", "IPv6 address"),
        config("network.ipv6_addresses.prefix", "bits", "length of the prefix"),
        config("network.ipv6_addresses.kind", "text", "static or dynamic"),
        config("network.ipv6_addresses.status", "text", "says the controller"),
        config("users.id", "integer", "number of the user"),
        config("users.name", "text", "of the user"),
        config("users.privilege", "text", "on the first LAN channel"),
        config("users.ipmi_messaging", "true or false", "may speak IPMI"),
        config("fru.id", "integer", "number of the part"),
        config("fru.description", "text", "of the part"),
        config("fru.chassis.part_number", "text", "of the chassis"),
        identity("fru.chassis.serial", "text", "of the chassis"),
        config("fru.board.manufacturer", "text", "who made the board"),
        config("fru.board.product", "text", "what the board is called"),
        identity("fru.board.serial", "text", "of the board"),
        config("fru.board.part_number", "text", "of the board"),
        config("fru.product.manufacturer", "text", "who made it"),
        config("fru.product.name", "text", "what it is called"),
        config("fru.product.part_number", "text", "of the product"),
        config("fru.product.version", "text", "of the product"),
        identity("fru.product.serial", "text", "of the product"),
        identity("fru.product.asset_tag", "text", "given by people"),
        config("sensors.name", "text", "of the sensor"),
        config("sensors.number", "integer", "of the sensor"),
        config("sensors.entity", "text", "what it belongs to"),
        reading("sensors.status", "text", "ok, ns (no reading), nc, cr, nr"),
        reading("sensors.reading", "number", "in its unit"),
        config("sensors.unit", "text", "celsius, volts, rpm, watts, …"),
        reading("sensors.event", "text", "state of a sensor without a number"),
        config("sel.version", "text", "of the event log"),
        counter("sel.entries", "integer", "in the event log"),
        reading("sel.used_percent", "percent", "of the event log's room"),
        reading("sel.last_added", "text", "time of the last entry, by the controller's clock"),
        reading("sel.overflow", "true or false", "entries were lost"));
  }

  @Override
  public Findings inspect(Machine machine) {
    boolean device =
        machine.exists("/dev/ipmi0")
            || machine.exists("/dev/ipmi/0")
            || machine.exists("/dev/ipmidev/0");
    if (!device) {
      throw new InspectionFailed("the kernel knows no BMC (/dev/ipmi0 is not there)");
    }
    List<String> missing = new ArrayList<>();
    Fields bmc = new Fields();
    ObjectNode system = Toolbox.ask(missing, machine, "ipmitool-mc", "ipmitool", "mc", "info");
    if (system == null) {
      throw new InspectionFailed(String.join("; ", missing));
    }
    bmc.put("system", system);
    ArrayNode channels = channels(machine, missing);
    bmc.putUnlessEmpty("network", channels);
    String channel = channels.path(0).path("channel").asString("1");
    bmc.putUnlessEmpty(
        "users",
        named(Toolbox.ask(missing, machine, "ipmitool-user", "ipmitool", "user", "list", channel)));
    if (hasNoSensorRecords(machine)) {
      missing.add(
          "parts and sensors: the BMC's sensor repository is empty, and ipmitool would fill it");
    } else {
      list(
          bmc,
          "fru",
          Toolbox.ask(missing, machine, "ipmitool-fru", "ipmitool", "fru", "print"),
          "devices");
      bmc.putUnlessEmpty("sensors", sensors(machine, missing));
    }
    ObjectNode sel = Toolbox.ask(missing, machine, "ipmitool-sel", "ipmitool", "sel", "info");
    if (sel != null) {
      bmc.put("sel", sel.path("info"));
    }
    return Findings.of(Field.named(bmc.node(), fields()), missing);
  }

  private static boolean hasNoSensorRecords(Machine machine) {
    try {
      return SensorRepository.isEmpty(machine.tools().run("ipmitool", "sdr", "info"));
    } catch (ToolUnavailable e) {
      return false; // without a repository ipmitool reads the sensors of the controllers
    }
  }

  /** Places for users that nobody has taken are no users. */
  private static ArrayNode named(@Nullable ObjectNode said) {
    ArrayNode users = Fields.array();
    if (said != null) {
      said.path("users")
          .forEach(
              user -> {
                if (user.has("name") || user.path("ipmi_messaging").asBoolean(false)) {
                  users.add(user);
                }
              });
    }
    return users;
  }

  /** Full records have numbers, compact ones states (IPMI 2.0 section 43). */
  private static ArrayNode sensors(Machine machine, List<String> missing) {
    ArrayNode sensors = Fields.array();
    List<String> refused = new ArrayList<>();
    for (String records : List.of("full", "compact")) {
      ObjectNode said =
          Toolbox.ask(refused, machine, "ipmitool-sdr", "ipmitool", "sdr", "elist", records);
      if (said != null) {
        said.path("sensors").forEach(sensors::add);
      }
    }
    if (sensors.isEmpty()) {
      missing.addAll(refused);
    }
    return sensors;
  }

  private static void list(Fields bmc, String name, @Nullable ObjectNode facts, String list) {
    if (facts != null) {
      bmc.putUnlessEmpty(name, facts.path(list));
    }
  }

  /** Channels that are no LAN answer with an error, which is no failure. */
  private static ArrayNode channels(Machine machine, List<String> missing) {
    ArrayNode channels = Fields.array();
    List<String> refused = new ArrayList<>();
    for (int channel = 1; channel <= MOST_CHANNELS; channel++) {
      String number = Integer.toString(channel);
      ObjectNode lan =
          Toolbox.ask(refused, machine, "ipmitool-lan", "ipmitool", "lan", "print", number);
      JsonNode first = lan == null ? null : lan.path("channels").path(0);
      if (first == null || !(first.has("mac") || first.has("address") || first.has("netmask"))) {
        continue;
      }
      ObjectNode one = new Fields().put("channel", (long) channel).node();
      first.forEachEntry(one::set);
      ObjectNode lan6 =
          Toolbox.ask(refused, machine, "ipmitool-lan", "ipmitool", "lan6", "print", number);
      if (lan6 != null) {
        one.set("ipv6_addresses", lan6.path("channels").path(0).path("ipv6_addresses"));
      }
      channels.add(one);
    }
    if (channels.isEmpty()) {
      missing.add(
          "no LAN channel: " + (refused.isEmpty() ? "none has an address" : refused.getFirst()));
    }
    return channels;
  }
}
