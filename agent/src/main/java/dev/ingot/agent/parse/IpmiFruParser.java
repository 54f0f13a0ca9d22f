package dev.ingot.agent.parse;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code ipmitool fru print}. */
final class IpmiFruParser implements OutputParser {
  private static final Pattern HEAD =
      Pattern.compile("FRU Device Description : (.*?)(?: \\(ID (\\d+)\\))?");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode devices = Fields.array();
    @Nullable Fields device = null;
    Block block = new Block();
    String last = "";
    for (Line line : Line.of(text)) {
      Matcher head = HEAD.matcher(line.text());
      if (line.isBlank()) {
        continue;
      }
      if (Text.matches(line.text(), "SPD DATA \\(\\d+ bytes\\)|([0-9a-f]{2} ){7,}[0-9a-f]{2}")) {
        // The bytes of what has just been said.
        continue;
      }
      if (head.matches()) {
        end(device, block, devices);
        block = new Block();
        device =
            new Fields().put("id", Text.number(head.group(2))).put("description", head.group(1));
      } else if (line.text().startsWith("Device not present") && !block.isEmpty()) {
        // Of another device, that was asked for alone.
        end(device, block, devices);
        block = new Block();
        device = null;
        notes.line(line);
      } else if (line.text().startsWith("Device not present")
          || line.text().startsWith("Unknown FRU")
          || line.text().startsWith("FRU Read failed")) {
        if (device != null) {
          device.put("problem", line.text());
        }
      } else if (Text.matches(line.text(), ".* (command )?failed: .*")) {
        notes.line(line);
      } else if (line.text().indexOf(':') > 0
          && (device != null || Text.matches(line.text(), "(Board|Product|Chassis) .*"))) {
        if (device != null && device.node().has("problem")) {
          end(device, block, devices);
          block = new Block();
          device = null;
        }
        device = device == null ? new Fields() : device;
        last = line.text().substring(0, line.text().indexOf(':'));
        String value = line.text().substring(line.text().indexOf(':') + 1);
        if (block.has(Text.snake(last))) {
          block.append(last, value);
        } else {
          block.put(last, value);
        }
      } else {
        notes.line(line);
      }
    }
    end(device, block, devices);
    Fields facts = new Fields();
    if (!devices.isEmpty()) {
      facts
          .put("counts", new Fields().put("devices", (long) devices.size()).node())
          .put("devices", devices);
    }
    return notes.result("ipmitool-fru", facts);
  }

  private static void end(@Nullable Fields device, Block block, ArrayNode devices) {
    if (device == null) {
      return;
    }
    device
        .putUnlessEmpty(
            "chassis",
            new Fields()
                .put("type", block.take("chassis_type"))
                .put("part_number", block.take("chassis_part_number"))
                .put("serial", block.take("chassis_serial"))
                .putUnlessEmpty("extra", extra(block.take("chassis_extra")))
                .node())
        .putUnlessEmpty(
            "board",
            new Fields()
                .put("manufactured", date(block.take("board_mfg_date")))
                .put("manufacturer", block.take("board_mfg"))
                .put("product", block.take("board_product"))
                .put("serial", block.take("board_serial"))
                .put("part_number", block.take("board_part_number"))
                .put("fru_file", block.take("board_fru_id"))
                .putUnlessEmpty("extra", extra(block.take("board_extra")))
                .node())
        .putUnlessEmpty(
            "product",
            new Fields()
                .put("manufacturer", block.take("product_manufacturer"))
                .put("name", block.take("product_name"))
                .put("part_number", block.take("product_part_number"))
                .put("version", block.take("product_version"))
                .put("serial", block.take("product_serial"))
                .put("asset_tag", block.take("product_asset_tag"))
                .put("fru_file", block.take("product_fru_id"))
                .putUnlessEmpty("extra", extra(block.take("product_extra")))
                .node())
        .putUnlessEmpty("memory", memory(block));
    devices.add(block.rest(device).node());
  }

  /** ipmitool's word for a date of zero minutes. */
  private static @Nullable String date(@Nullable String text) {
    return "Unspecified".equals(text) ? null : text;
  }

  /** What a DIMM says of itself, as its SPD has it. */
  private static ObjectNode memory(Block block) {
    String type = block.take("memory_type");
    return type == null
        ? new Fields().node()
        : new Fields()
            .put("type", type)
            .put("technology", block.take("technology"))
            .put("size_bytes", Sizes.binary(block.take("memory_size")))
            .put("ranks", block.number("logical_rank_per_dimm"))
            .put("error_correction_bits", block.number("error_detect_cor"))
            .put("manufacturer", block.take("manufacturer"))
            .put("manufactured", block.take("manufacture_date"))
            .put("serial", block.take("serial_number"))
            .put("part_number", block.take("part_number"))
            .node();
  }

  private static ArrayNode extra(@Nullable String lines) {
    ArrayNode list = Fields.array();
    if (lines != null) {
      lines.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(list::add);
    }
    return list;
  }
}
