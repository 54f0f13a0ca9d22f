package dev.ingot.agent.inspect;

import dev.ingot.agent.parse.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What {@code ethtool} says of a port: driver, firmware, settings, the module in its cage. */
final class PortTools {
  /** Of the settings, in this order. */
  private static final List<String> SETTINGS =
      List.of("port", "auto_negotiation", "supported_link_modes", "wake_on");

  /** Of the module, in this order. */
  private static final List<String> TRANSCEIVER =
      List.of(
          "form",
          "type",
          "connector",
          "vendor",
          "part_number",
          "revision",
          "serial",
          "date_code",
          "wavelength_nanometres",
          "length_copper_metres",
          "temperature_celsius",
          "transmit_power",
          "receive_power");

  /** By flag of the driver: whether it is on while the firmware keeps LLDP (i40e, ice, bnxt). */
  private static final Map<String, Boolean> KEEPERS =
      Map.of(
          "disable_fw_lldp", false,
          "disable_fw_lldp_agent", false,
          "fw_lldp_agent", true);

  /** Ports that are asked at a time: a module's memory is read over a bus of 100 kHz. */
  private static final int AT_A_TIME = 8;

  private final Machine machine;
  private volatile boolean usable;

  PortTools(Machine machine, List<String> missing) {
    this.machine = machine;
    usable = machine.tools().has("ethtool");
    if (!usable) {
      missing.add("ethtool is not installed: firmware, settings, transceiver of ports left out");
    }
  }

  /** Adds what is known of ports, by their names. */
  void addAll(Map<String, ObjectNode> ports) {
    if (ports.isEmpty() || !usable) {
      return;
    }
    int threads = Math.min(AT_A_TIME, ports.size());
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofVirtual().factory())) {
      List<Callable<Void>> tasks = new ArrayList<>();
      ports.forEach(
          (name, port) ->
              tasks.add(
                  () -> {
                    add(name, port);
                    return null;
                  }));
      try {
        for (Future<Void> ended : pool.invokeAll(tasks)) {
          ended.get();
        }
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
        throw new InspectionFailed("stopped while ports were asked");
      } catch (ExecutionException e) {
        throw new IllegalStateException("a port could not be asked", e.getCause());
      }
    }
  }

  /** Adds what is known; a port that cannot say one or the other is no failure. */
  private void add(String name, ObjectNode port) {
    JsonNode driver = ask("-i", name);
    copy(driver, "driver_version", port);
    copy(driver, "firmware", port);
    JsonNode settings = ask(name);
    SETTINGS.forEach(setting -> copy(settings, setting, port));
    JsonNode flags = ask("--show-priv-flags", name).path("private_flags");
    Boolean keeps = keepsLldp(flags);
    if (keeps != null) {
      port.put("firmware_keeps_lldp", keeps);
    }
    JsonNode module = ask("-m", name).path("module");
    Fields kept = new Fields();
    TRANSCEIVER.stream().filter(module::has).forEach(key -> kept.put(key, module.path(key)));
    if (!kept.isEmpty()) {
      port.set("transceiver", kept.node());
    }
  }

  /** Null where the driver does not say. */
  static @Nullable Boolean keepsLldp(JsonNode flags) {
    for (Map.Entry<String, Boolean> keeper : KEEPERS.entrySet()) {
      JsonNode flag = flags.path(keeper.getKey());
      if (flag.isBoolean()) {
        return flag.asBoolean() == keeper.getValue();
      }
    }
    return null;
  }

  private JsonNode ask(String... arguments) {
    if (usable) {
      try {
        return Toolbox.ask(machine, "ethtool", "ethtool", arguments).path("interfaces").path(0);
      } catch (ToolUnavailable e) {
        // One that hangs hangs with the next port too: its driver holds a lock.
        usable = !e.reason().contains("did not end");
      }
    }
    return tools.jackson.databind.node.MissingNode.getInstance();
  }

  private static void copy(JsonNode from, String name, ObjectNode port) {
    JsonNode value = from.path(name);
    if (!value.isMissingNode() && !value.isNull()) {
      port.set(name, value);
    }
  }
}
