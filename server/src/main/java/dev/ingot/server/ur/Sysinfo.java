package dev.ingot.server.ur;

import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an agent of Ur says of its machine, in our words. Numbers stand in it as numbers and as
 * texts. Of a first version's agent nothing is known but its name.
 *
 * @param info as it was said
 */
record Sysinfo(String name, ObjectNode info) {
  private static final Pattern MAC = Pattern.compile("[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}");
  private static final Pattern DIGITS = Pattern.compile("\\d{1,15}");
  private static final long MEBIBYTE = 1 << 20;
  private static final long GIGABYTE = 1_000_000_000;
  private static final int MOST_PORTS = 512;
  private static final String INTERFACES = "Network Interfaces";

  /**
   * @throws UnreadableMessage if it is another machine's
   */
  Sysinfo {
    String uuid = text(info, "UUID");
    if (info.has("UUID")
        && (uuid == null || !Said.UUID.matcher(uuid.toLowerCase(Locale.ROOT)).matches())) {
      throw new UnreadableMessage("its UUID is none", name);
    }
    if (uuid != null && !Said.isMac(name) && !uuid.equalsIgnoreCase(name)) {
      throw new UnreadableMessage("it says what " + uuid + " is, by the name of " + name, name);
    }
  }

  /** Whether it says what the machine is. */
  boolean describes() {
    return info.has("UUID") || info.has("System Type") || info.has(INTERFACES);
  }

  @Nullable String hostname() {
    String own = text(info, "Hostname");
    return own != null ? own : text(info, "hostname");
  }

  /** Names the boot, null if it does not say when that was. */
  @Nullable String bootId() {
    String booted = text(info, "Boot Time");
    return booted == null ? null : "ur-" + booted;
  }

  /** What the machine can be recognised by. */
  IdentityFacts facts() {
    String uuid = text(info, "UUID");
    if (uuid == null && !Said.isMac(name)) {
      uuid = name;
    }
    List<IdentityFacts.Port> ports = new ArrayList<>();
    macs().forEach((port, mac) -> ports.add(new IdentityFacts.Port(port, mac, mac, false, true)));
    return new IdentityFacts(
        uuid == null ? null : uuid.toUpperCase(Locale.ROOT),
        text(info, "Serial Number"),
        null,
        null,
        null,
        null,
        ports,
        madeOf(name));
  }

  /** Addresses of its ports, by the port's name. */
  private Map<String, String> macs() {
    Map<String, String> macs = new LinkedHashMap<>();
    info.path(INTERFACES)
        .forEachEntry(
            (port, said) -> {
              String mac = mac(text(said, "MAC Address"));
              if (mac != null && macs.size() < MOST_PORTS) {
                macs.put(port, mac);
              }
            });
    if (Said.isMac(name) && !macs.containsValue(name)) {
      macs.put("admin", name);
    }
    return macs;
  }

  /** A last resort, where nothing that it says identifies a machine. */
  private static String madeOf(String name) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1")
                  .digest(("ur\n" + name).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }

  /** SmartOS leaves leading zeros out. */
  private static @Nullable String mac(@Nullable String said) {
    String small = said == null ? "" : said.toLowerCase(Locale.ROOT);
    if (!MAC.matcher(small).matches()) {
      return null;
    }
    StringBuilder mac = new StringBuilder();
    for (String octet : small.split(":", -1)) {
      mac.append(mac.isEmpty() ? "" : ":").append(octet.length() == 1 ? "0" : "").append(octet);
    }
    return mac.toString();
  }

  /** Sections of the inventory, by name; {@code sysinfo} is all of it. */
  Map<String, JsonNode> sections() {
    Map<String, JsonNode> sections = new LinkedHashMap<>();
    put(sections, "dmi", dmi());
    put(sections, "cpu", cpu());
    ObjectNode mem = Json.MAPPER.createObjectNode();
    Long mebibytes = number(info.path("MiB of Memory"));
    if (mebibytes != null) {
      mem.put("MemTotal", mebibytes * MEBIBYTE);
    }
    put(sections, "mem", mem);
    put(sections, "interfaces", interfaces());
    put(sections, "os_storage", disks());
    put(sections, "sysinfo", whole());
    return sections;
  }

  private static void put(Map<String, JsonNode> sections, String name, JsonNode content) {
    if (!content.isEmpty()) {
      sections.put(name, content);
    }
  }

  private ObjectNode dmi() {
    ObjectNode dmi = Json.MAPPER.createObjectNode();
    Map<String, String> keys =
        Map.of(
            "sys_vendor", "Manufacturer",
            "product_name", "Product",
            "product_serial", "Serial Number",
            "product_sku", "SKU Number",
            "product_version", "HW Version",
            "product_family", "HW Family",
            "product_uuid", "UUID");
    keys.forEach(
        (ours, theirs) -> {
          String value = text(info, theirs);
          if (value != null) {
            dmi.put(ours, value);
          }
        });
    return dmi;
  }

  /** It says how many sockets and how many threads in all there are, and one name for all. */
  private ArrayNode cpu() {
    ArrayNode sockets = Json.MAPPER.createArrayNode();
    Long many = number(info.path("CPU Physical Cores"));
    Long threads = number(info.path("CPU Total Cores"));
    String model = text(info, "CPU Type");
    if (many == null || many < 1 || many > 64 || model == null) {
      return sockets;
    }
    for (int i = 0; i < many; i++) {
      ObjectNode socket = sockets.addObject().put("physical_id", i).put("model_name", model);
      if (threads != null && threads % many == 0) {
        socket.put("threads", threads / many);
      }
    }
    return sockets;
  }

  private ArrayNode interfaces() {
    ArrayNode interfaces = Json.MAPPER.createArrayNode();
    interfaces(interfaces, info.path(INTERFACES), true);
    interfaces(interfaces, info.path("Virtual Network Interfaces"), false);
    return interfaces;
  }

  private static void interfaces(ArrayNode interfaces, JsonNode given, boolean physical) {
    given.forEachEntry(
        (port, said) -> {
          String mac = mac(text(said, "MAC Address"));
          if (mac == null || interfaces.size() >= MOST_PORTS) {
            return;
          }
          ObjectNode one = interfaces.addObject().put("devname", port).put("address", mac);
          if (physical) {
            one.put("permanent_address", mac);
          }
          one.put("physical", physical);
          String link = text(said, "Link Status");
          if (link != null) {
            one.put("carrier", link.equals("up"));
          }
          String address = text(said, "ip4addr");
          if (address != null) {
            one.putArray("address_info").addObject().put("addr", address);
          }
        });
  }

  private ArrayNode disks() {
    ArrayNode disks = Json.MAPPER.createArrayNode();
    info.path("Disks")
        .forEachEntry(
            (device, said) -> {
              Long gigabytes = number(said.path("Size in GB"));
              ObjectNode one = disks.addObject().put("device", "/dev/" + device);
              if (gigabytes != null) {
                one.put("size", gigabytes * GIGABYTE);
              }
            });
    return disks;
  }

  /** Without the broker's account, which stands among the boot parameters. */
  private ObjectNode whole() {
    ObjectNode whole = info.deepCopy();
    if (whole.path("Boot Parameters") instanceof ObjectNode parameters) {
      parameters.remove("rabbitmq");
    }
    return whole;
  }

  private static @Nullable Long number(JsonNode value) {
    if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
      return Math.min(value.longValue(), 1L << 43);
    }
    return value.isString() && DIGITS.matcher(value.stringValue()).matches()
        ? Long.valueOf(value.stringValue())
        : null;
  }

  private static @Nullable String text(JsonNode of, String key) {
    JsonNode value = of.path(key);
    String text = value.isValueNode() && !value.isNull() ? value.asString().strip() : "";
    return text.isEmpty() || text.length() > 1_024 ? null : text;
  }
}
