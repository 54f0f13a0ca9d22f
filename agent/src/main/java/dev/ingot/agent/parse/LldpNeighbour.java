package dev.ingot.agent.parse;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One neighbour on one of our ports, however it was heard of (IEEE 802.1AB). */
public final class LldpNeighbour {
  final String port;
  @Nullable String protocol;
  @Nullable String age;
  @Nullable String chassisIdType;
  @Nullable String chassisId;
  @Nullable String systemName;
  @Nullable String systemDescription;
  @Nullable String portIdType;
  @Nullable String portId;
  @Nullable String portDescription;
  @Nullable Long timeToLive;
  @Nullable Long mtu;
  @Nullable Long aggregation;
  @Nullable Long pvid;
  @Nullable String speed;
  @Nullable Boolean autoNegotiation;

  /** Of {@code show interfaces}: what we say ourselves on this port. */
  boolean local;

  final Set<String> managementAddresses = new LinkedHashSet<>();
  final Map<String, Boolean> capabilities = new LinkedHashMap<>();
  final Map<Long, String> vlans = new LinkedHashMap<>();
  final Map<String, String> inventory = new LinkedHashMap<>();
  final Map<String, List<String>> other = new LinkedHashMap<>();

  public LldpNeighbour(String port) {
    this.port = port;
  }

  void other(String key, String value) {
    other.computeIfAbsent(Text.snake(key), _ -> new ArrayList<>()).add(value);
  }

  /** As it stands in facts and in the inventory. */
  public ObjectNode node() {
    ArrayNode tagged = Fields.array();
    vlans.forEach((id, name) -> tagged.add(new Fields().put("id", id).put("name", name).node()));
    Fields enabled = new Fields();
    capabilities.forEach((name, on) -> enabled.put(name.toLowerCase(Locale.ROOT), on));
    Fields med = new Fields();
    inventory.forEach(med::put);
    Fields more = new Fields();
    other.forEach(
        (key, values) -> {
          if (values.size() == 1) {
            more.put(key, values.getFirst());
          } else {
            more.put(key, values);
          }
        });
    Fields fields =
        new Fields()
            .put("interface", port)
            .put("protocol", protocol)
            .put("chassis_id_type", chassisIdType)
            .put("chassis_id", chassisId)
            .put("system_name", systemName)
            .put("system_description", systemDescription)
            .put("port_id_type", portIdType)
            .put("port_id", portId)
            .put("port_description", portDescription)
            .put("ttl_seconds", timeToLive);
    if (!managementAddresses.isEmpty()) {
      fields.put("management_addresses", List.copyOf(managementAddresses));
    }
    return fields
        .put("pvid", pvid)
        .putUnlessEmpty("vlans", tagged)
        .put("mtu_bytes", mtu)
        .put("aggregation_port", aggregation)
        .put("auto_negotiation", autoNegotiation)
        .put("medium", speed)
        .putUnlessEmpty("capabilities", enabled.node())
        .putUnlessEmpty("med_inventory", med.node())
        .put("age", age)
        .putUnlessEmpty("other", more.node())
        .node();
  }
}
