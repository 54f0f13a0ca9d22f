package dev.ingot.agent.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/** {@code ipmitool mc info} (and {@code bmc info}), with {@code mc guid} behind it or not. */
final class IpmiMcParser implements OutputParser {
  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    Block block = new Block();
    String last = "";
    for (Line line : Line.of(text)) {
      if (line.isBlank()) {
        continue;
      }
      int colon = line.text().indexOf(':');
      if (line.indent() > 0 && colon < 0 && !last.isEmpty()) {
        block.append(last, line.text());
      } else if (colon > 0 && block.add(line.text())) {
        last = line.text().substring(0, colon);
      } else {
        notes.line(line);
      }
    }
    if (!block.has("firmware_revision")
        && !block.has("ipmi_version")
        && !block.has("device_id")
        && !block.has("system_guid")) {
      throw new ParseFailure("nothing of ipmitool-mc in it");
    }
    String manufacturer = block.take("manufacturer_id");
    String product = block.take("product_id");
    List<String> auxiliary = lines(block.raw("aux_firmware_rev_info"));
    ArrayNode support = Fields.array();
    lines(block.raw("additional_device_support")).forEach(support::add);
    ArrayNode bytes = Fields.array();
    auxiliary.forEach(bytes::add);
    Fields facts =
        new Fields()
            .put("device_id", block.number("device_id"))
            .put("device_revision", block.number("device_revision"))
            .put("firmware", block.take("firmware_revision"))
            .put("ipmi_version", block.take("ipmi_version"))
            .put("manufacturer_id", Text.number(manufacturer))
            .put("manufacturer", known(block.take("manufacturer_name")))
            .put("product_id", Text.number(product))
            .put("product", known(block.take("product_name")))
            .put("available", block.flag("device_available"))
            .put("provides_sdrs", block.flag("provides_device_sdrs"))
            .put("guid", block.take("system_guid"))
            .putUnlessEmpty("supports", support)
            .putUnlessEmpty("auxiliary_firmware", bytes);
    return notes.result("ipmitool-mc", block.rest(facts));
  }

  private static List<String> lines(@Nullable String text) {
    return text == null
        ? List.of()
        : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
  }

  /** {@code Unknown (0x49)} only repeats the number. */
  private static @Nullable String known(@Nullable String name) {
    return name == null || name.startsWith("Unknown (") ? null : name;
  }
}
