package dev.ingot.server.inventory.history;

import dev.ingot.core.MacAddress;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A part as a document shows it.
 *
 * @param list where such parts stand
 * @param path of the list, without indexes
 * @param scope what its slot is a slot of: empty, or the outer element
 * @param serial of a port its permanent MAC; null when it has none that tells it apart
 * @param slot where it sits; null when the document does not say
 * @param name what the system calls it, e.g. /dev/sda
 */
record Part(
    PartList list,
    String path,
    String scope,
    @Nullable String serial,
    @Nullable String model,
    @Nullable String slot,
    @Nullable String name,
    @Nullable String size) {
  private static final List<String> MODELS =
      List.of(
          "model",
          "model_name",
          "part_number",
          "PartNumber",
          "product_name",
          "device_name",
          "extra.model");
  private static final List<String> MAKERS =
      List.of("manufacturer", "Manufacturer", "vendor", "vendor_name", "make");
  private static final List<String> NAMES = List.of("devname", "device", "name");

  /** Longer ones are none, and no index could hold them. */
  private static final int LONGEST_SERIAL = 128;

  private static final Pattern EMPTY =
      Pattern.compile(
          "(?i)absent|empty|not (present|installed|populated)|no module installed|0( .*)?");

  /** A slot's name that tells nothing without its bank: DIMM 0 of channel A and of channel B. */
  private static final Pattern OF_A_BANK =
      Pattern.compile("(?i)(dimm|slot|module|memory)?[ _#-]*\\d{1,2}");

  /** The part that an element of a list is; null when it is an empty slot or made by software. */
  static @Nullable Part of(PartList list, String path, String scope, ObjectNode element) {
    return of(list, path, scope, element, serial(list, element));
  }

  /**
   * The same.
   *
   * @param serial its {@link #serial}
   */
  static @Nullable Part of(
      PartList list, String path, String scope, ObjectNode element, @Nullable String serial) {
    if (isEmptySlot(list, element)) {
      return null;
    }
    boolean port = list.kind().equals("port");
    if (port && serial == null) {
      return null;
    }
    if (list.kind().equals("usb") && serial == null) {
      return null;
    }
    String maker = first(element, MAKERS);
    String model = first(element, MODELS);
    if (model == null) {
      model = ids(element);
    }
    String whole =
        model == null || maker == null || starts(model, maker) ? model : maker + " " + model;
    String slot = null;
    for (ElementKey key : list.slots()) {
      slot = slot == null ? key.of(element) : slot;
    }
    if (slot == null
        && list.kind().equals("disk")
        && "nvme".equals(ElementKey.text(element, "transport"))) {
      slot = ElementKey.text(element, "pci_slot");
    }
    String bank = list.kind().equals("dimm") ? ElementKey.text(element, "bank") : null;
    if (slot != null && bank != null && OF_A_BANK.matcher(slot).matches()) {
      slot = slot + " of " + bank;
    }
    boolean sized =
        list.kind().equals("dimm") || list.kind().equals("disk") || list.kind().equals("volume");
    return new Part(
        list,
        path,
        scope,
        serial,
        whole == null ? maker : whole,
        slot,
        first(element, NAMES),
        sized
            ? Amounts.shown(
                first(element, "size", "size_bytes", "capacity"), list.kind().equals("dimm"))
            : null);
  }

  private static boolean starts(String model, String maker) {
    return model.toLowerCase(Locale.ROOT).startsWith(maker.toLowerCase(Locale.ROOT));
  }

  private static @Nullable String ids(ObjectNode element) {
    String vendor = ElementKey.text(element, "vendor_id");
    String device = ElementKey.text(element, "device_id");
    return vendor == null || device == null ? null : vendor + ":" + device;
  }

  private static boolean isEmptySlot(PartList list, ObjectNode element) {
    for (String said : List.of("present", "installed")) {
      JsonNode present = element.path(said);
      if (present.isBoolean() && !present.booleanValue()) {
        return true;
      }
    }
    String size =
        list.kind().equals("dimm") ? first(element, "size", "size_bytes", "capacity") : null;
    String status = first(element, "status", "state");
    return (size != null && EMPTY.matcher(size).matches())
        || (status != null && !status.equals("0") && EMPTY.matcher(status).matches());
  }

  /** What it is followed by across machines. */
  static @Nullable String serial(PartList list, ObjectNode element) {
    if (list.kind().equals("port")) {
      return mac(element);
    }
    String serial = ElementKey.text(element, "serial");
    if (serial == null || ElementKey.isJunk(serial)) {
      serial = list.kind().equals("disk") ? ElementKey.text(element, "wwn") : null;
    }
    return serial == null || serial.length() > LONGEST_SERIAL || ElementKey.isJunk(serial)
        ? null
        : normal(serial);
  }

  /** Of what software made there is no permanent address, and none that identifies. */
  private static @Nullable String mac(ObjectNode element) {
    JsonNode physical = element.path("physical");
    String address = ElementKey.text(element, "permanent_address");
    if (address == null && !physical.isBoolean() && element.has("pci_slot")) {
      address = ElementKey.text(element, "address");
    }
    boolean software = physical.isBoolean() && !physical.booleanValue();
    return address == null
            || software
            || !MacAddress.isValid(address)
            || !MacAddress.parse(address).identifies()
        ? null
        : MacAddress.parse(address).value();
  }

  /** As serial numbers are compared and found: MACs in lower case, all others in upper. */
  static String normal(String serial) {
    String text = serial.strip();
    return MacAddress.isValid(text)
        ? MacAddress.parse(text).value()
        : text.toUpperCase(Locale.ROOT);
  }

  private static @Nullable String first(ObjectNode element, String... fields) {
    return first(element, List.of(fields));
  }

  private static @Nullable String first(ObjectNode element, List<String> fields) {
    for (String field : fields) {
      String value = ElementKey.text(element, field);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  String kind() {
    return list.kind();
  }

  /** The same in two documents: the same part, as far as anybody can tell. */
  String id() {
    if (serial != null) {
      return kind() + "|" + serial;
    }
    String place = slot != null ? slot : name != null ? name : "";
    return kind() + "|" + scope + "@" + place + (kind().equals("pci") ? "|" + model : "");
  }

  /** The slot, else what the system calls it. */
  @Nullable String place() {
    return slot != null ? slot : name;
  }

  /** {@code DIMM A1 16 GiB Samsung M393A2K40 serial 1234}. */
  String label() {
    String number = serial == null ? null : (kind().equals("port") ? "MAC " : "serial ") + serial;
    String where = kind().equals("port") || kind().equals("disk") ? named() : place();
    return Stream.of(title(where), where, size, model, number)
        .filter(text -> text != null && !text.isEmpty())
        .collect(Collectors.joining(" "));
  }

  private @Nullable String named() {
    return name == null ? slot : slot == null ? name : name + " (" + slot + ")";
  }

  /** Without model and serial, for a sentence about one of its fields. */
  String shortLabel() {
    String where =
        kind().equals("port") || kind().equals("disk") ? (name == null ? slot : name) : place();
    String number = serial != null && !kind().equals("port") ? " serial " + serial : "";
    return (title(where) + " " + (where == null ? "" : where)).strip() + number;
  }

  /** What it is, unless its place says so: {@code DIMM 0}. */
  private String title(@Nullable String where) {
    boolean said = where != null && starts(where, list.title() + " ");
    return said ? "" : list.title();
  }
}
