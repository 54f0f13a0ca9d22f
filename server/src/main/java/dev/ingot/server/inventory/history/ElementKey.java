package dev.ingot.server.inventory.history;

import dev.ingot.core.JunkIdentifiers;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fields of a list's element that together say which element it is.
 *
 * @param fields dotted paths within the element
 * @param identity whether it says which part it is, wherever it sits: two elements that both have
 *     one, and not the same, are never one part
 */
record ElementKey(List<String> fields, boolean identity) {
  /** One fact has several names: the kernel's, SMBIOS's, Redfish's. */
  private static final Map<String, List<String>> OTHER_NAMES =
      Map.of(
          "serial", List.of("serial_number", "serialNumber", "SerialNumber", "serial_no"),
          "locator", List.of("device_locator", "DeviceLocator", "Locator"),
          "bank", List.of("bank_locator", "BankLocator"),
          "slot", List.of("Slot", "slot_number"),
          "enclosure", List.of("enclosure_id", "eid"),
          "uuid", List.of("UUID"));

  private static final Set<String> IDENTITIES =
      Set.of("serial", "wwn", "permanent_address", "uuid", "guid");

  /** What firmware writes where a serial number would be, beside the junk that machines share. */
  private static final Pattern NO_IDENTITY =
      Pattern.compile(
          "(?i)unknown|not specified|none|n/?a|no ?dimm|noserial|\\p{XDigit}{4}:.{2}:.{2}\\.\\d");

  /** Reads {@code slot+port}: fields that count together. */
  static ElementKey of(String text) {
    List<String> fields = List.of(text.split("\\+", -1));
    return new ElementKey(fields, fields.size() == 1 && IDENTITIES.contains(fields.getFirst()));
  }

  static List<ElementKey> all(String... texts) {
    return Arrays.stream(texts).map(ElementKey::of).toList();
  }

  /** The element's key, null when it lacks one of the fields or says nothing with it. */
  @Nullable String of(ObjectNode element) {
    StringBuilder key = new StringBuilder();
    for (String field : fields) {
      String value = text(element, field);
      if (value == null || (IDENTITIES.contains(field) && isJunk(value))) {
        return null;
      }
      key.append(key.isEmpty() ? "" : ":").append(value);
    }
    return identity ? key.toString().toUpperCase(Locale.ROOT) : key.toString();
  }

  /** Whether many parts have the value, so that it tells none apart. */
  static boolean isJunk(String value) {
    return JunkIdentifiers.standard().isJunk(value) || NO_IDENTITY.matcher(value).matches();
  }

  /** A field's text or number under any of its names; null when it is not there or blank. */
  static @Nullable String text(ObjectNode element, String field) {
    String value = plain(at(element, field));
    if (value == null) {
      for (String other : OTHER_NAMES.getOrDefault(field, List.of())) {
        value = plain(element.path(other));
        if (value != null) {
          return value;
        }
      }
    }
    return value;
  }

  private static JsonNode at(ObjectNode element, String field) {
    JsonNode node = element.path(field);
    if (node.isMissingNode() && field.indexOf('.') > 0) {
      node = element;
      for (String key : field.split("\\.", -1)) {
        node = node.path(key);
      }
    }
    return node;
  }

  private static @Nullable String plain(JsonNode value) {
    if (value.isString()) {
      String text = value.stringValue().strip();
      return text.isEmpty() ? null : text;
    }
    return value.isNumber() ? value.asString() : null;
  }
}
