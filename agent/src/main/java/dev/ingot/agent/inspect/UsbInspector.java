package dev.ingot.agent.inspect;

import static dev.ingot.agent.inspect.Field.config;
import static dev.ingot.agent.inspect.Field.identity;

import dev.ingot.agent.parse.Fields;
import dev.ingot.agent.parse.Numbers;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** USB devices with their hubs, from {@code /sys/bus/usb}. */
final class UsbInspector implements Inspector {
  private static final String DEVICES = "/sys/bus/usb/devices";

  @Override
  public String name() {
    return "usb";
  }

  @Override
  public String meaning() {
    return "a list of USB devices, hubs among them, by port";
  }

  @Override
  public List<Field> fields() {
    return List.of(
        config("port", "text", "bus and chain of ports (1-4.2), or the root hub of a bus (usb1)"),
        config("vendor_id", "4 hexadecimal digits", "who made it"),
        config("product_id", "4 hexadecimal digits", "which product"),
        config("manufacturer", "text", "as the device says"),
        config("product", "text", "as the device says"),
        identity("serial", "text", "as the device says; a root hub's is its controller's address"),
        config("version", "text", "release of the device, bcdDevice"),
        config("usb_version", "text", "of the specification it follows"),
        config("class_id", "2 hexadecimal digits", "device class"),
        config("speed", "Mb/s", "that was negotiated"),
        config("interfaces", "list", "what it can be used as"),
        config("interfaces.number", "integer", "from 0"),
        config("interfaces.class_id", "2 hexadecimal digits", "interface class"),
        config("interfaces.driver", "text", "the kernel's driver, if one has it"));
  }

  @Override
  public Findings inspect(Machine machine) {
    if (!machine.exists(DEVICES)) {
      throw new InspectionFailed("this machine has no USB bus (" + DEVICES + " is not there)");
    }
    List<String> names = machine.list(DEVICES);
    ArrayNode list = Fields.array();
    for (String name : names) {
      // With a colon: an interface of a device.
      if (!name.contains(":")) {
        list.add(describe(machine, name, names));
      }
    }
    return Findings.complete(list);
  }

  private static ObjectNode describe(Machine machine, String port, List<String> names) {
    String folder = DEVICES + "/" + port + "/";
    ArrayNode interfaces = Fields.array();
    for (String name : names) {
      if (name.startsWith(port + ":")) {
        String below = DEVICES + "/" + name + "/";
        interfaces.add(
            new Fields()
                .put("number", hexadecimal(machine.text(below + "bInterfaceNumber")))
                .put("class_id", machine.text(below + "bInterfaceClass"))
                .put("driver", machine.linkName(below + "driver"))
                .node());
      }
    }
    return new Fields()
        .put("port", port)
        .put("vendor_id", machine.text(folder + "idVendor"))
        .put("product_id", machine.text(folder + "idProduct"))
        .put("manufacturer", machine.text(folder + "manufacturer"))
        .put("product", machine.text(folder + "product"))
        .put("serial", machine.text(folder + "serial"))
        .put("version", machine.text(folder + "bcdDevice"))
        .put("usb_version", machine.text(folder + "version"))
        .put("class_id", machine.text(folder + "bDeviceClass"))
        .put("speed", speed(machine.text(folder + "speed")))
        .putUnlessEmpty("interfaces", interfaces)
        .node();
  }

  private static @Nullable Long hexadecimal(@Nullable String digits) {
    return digits == null ? null : Numbers.parse("0x" + digits);
  }

  /** 1.5, 12, 480, 5000, …: low speed is the only one that is no whole number. */
  private static @Nullable Double speed(@Nullable String text) {
    Long tenths = text == null ? null : Numbers.scaled(text, 10);
    return tenths == null ? null : Double.valueOf(tenths / 10.0);
  }
}
