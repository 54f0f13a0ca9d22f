package dev.ingot.agent.inspect;

import dev.ingot.core.IdentityFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads what can tell this machine from every other. */
final class IdentityReader {
  private final Machine machine;
  private final UuidCase uuidCase;
  private final List<String> unreadable = new ArrayList<>();

  IdentityReader(Machine machine, UuidCase uuidCase) {
    this.machine = machine;
    this.uuidCase = uuidCase;
  }

  /** The facts; permanent MACs that only {@code ip} knows are left out where it is not there. */
  IdentityFacts read() {
    String uuid = dmi("product_uuid");
    return new IdentityFacts(
        uuid == null || uuidCase == UuidCase.AS_READ ? uuid : uuid.toUpperCase(Locale.ROOT),
        dmi("product_serial"),
        dmi("chassis_asset_tag"),
        dmi("chassis_serial"),
        dmi("board_asset_tag"),
        dmi("board_serial"),
        ports(),
        null,
        unreadable);
  }

  private @Nullable String dmi(String name) {
    return switch (machine.read(DmiInspector.FOLDER + "/" + name)) {
      case Content.Text(String value) -> value.isEmpty() ? null : value;
      case Content.Absent() -> null;
      case Content.Unreadable(String _) -> {
        unreadable.add(name);
        yield null;
      }
    };
  }

  private List<IdentityFacts.Port> ports() {
    IpLinks links = IpLinks.NONE;
    List<NetworkPort> found = NetworkPort.all(machine, links);
    if (found.stream().anyMatch(port -> port.address() != null && !port.hasItsOwnAddress())) {
      links = links();
      found = NetworkPort.all(machine, links);
    }
    List<IdentityFacts.Port> ports = new ArrayList<>();
    for (NetworkPort port : found) {
      if (port.address() == null) {
        continue;
      }
      if (links.byName().isEmpty() && port.physical() && port.permanentAddress() == null) {
        // Its address was changed and nobody could say from what: no id from the others alone.
        unreadable.add("ports");
      }
      ports.add(
          new IdentityFacts.Port(
              port.name(),
              port.address(),
              port.permanentAddress(),
              port.embedded(machine),
              port.physical()));
    }
    return ports;
  }

  private IpLinks links() {
    try {
      return IpLinks.parse(machine.tools().run("ip", "-j", "-d", "address", "show"));
    } catch (ToolUnavailable e) {
      // Not silent: the interfaces section says why, and a port that needed it is unreadable.
      return IpLinks.NONE;
    }
  }
}
