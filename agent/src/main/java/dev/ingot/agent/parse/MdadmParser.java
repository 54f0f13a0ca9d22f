package dev.ingot.agent.parse;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code mdadm}: {@code --detail}, {@code --examine} (of members, DDF and IMSM containers), both
 * with {@code --export} or {@code --scan}.
 */
final class MdadmParser implements OutputParser {
  private static final Pattern QUERIED =
      Pattern.compile("(/dev/\\S+): ([0-9.]+[KMGT]iB) (\\S+) (\\d+) devices, (\\d+) spares?\\. .*");

  @Override
  public Parsed parse(String text) throws ParseFailure {
    Notes notes = new Notes();
    ArrayNode found = Fields.array();
    ArrayNode platforms = Fields.array();
    @Nullable String device = null;
    Block block = new Block();
    ArrayNode members = Fields.array();
    @Nullable ImsmMetadata imsm = null;
    boolean table = false;
    for (Line line : Line.of(text)) {
      String said = line.text();
      if (line.isBlank()) {
        continue;
      }
      boolean named = line.indent() == 0 && said.startsWith("/dev/") && said.endsWith(":");
      boolean magic = Text.matches(said, "Magic : .*");
      if (named || (magic && !block.isEmpty())) {
        // Every superblock begins with its magic, whether or not the device's name was kept.
        end(device, block, imsm, members, found, platforms);
        device = named ? said.substring(0, said.length() - 1) : null;
        block = new Block();
        imsm = null;
        members = Fields.array();
        table = false;
      }
      if (magic && said.contains("Intel Raid ISM")) {
        imsm = new ImsmMetadata();
      }
      if (named || (imsm != null && imsm.take(said))) {
        continue;
      }
      if (QUERIED.matcher(said).matches()) {
        found.add(queried(said));
      } else if (said.startsWith("ARRAY ")) {
        found.add(scanned(said));
      } else if (Text.matches(said, "(MD|IMSM|DDF)_[A-Z0-9_a-z/-]+=.*")) {
        int equals = said.indexOf('=');
        if (said.startsWith("MD_LEVEL=") && block.has("md_level")) {
          end(device, block, imsm, members, found, platforms);
          block = new Block();
        }
        block.put(said.substring(0, equals), said.substring(equals + 1));
      } else if (said.startsWith("Number ")) {
        table = true;
        if (Text.matches(said, ".*RaidDevice( State)?")) {
          // Where somebody kept the table alone.
          block.put("raid_table", "");
        }
      } else if (table && member(said, members)) {
        // Kept.
      } else if (said.startsWith("(") && !block.isEmpty()) {
        // A GUID of a container in words.
        block.append("guids", said);
      } else if (!said.startsWith("mdadm:")
          && !Text.matches(said, "\\d\\d:\\d\\d:\\d\\d\\b.*") // a log's
          && block.add(said)) {
        // Kept.
      } else if (!said.startsWith("[")) {
        notes.line(line);
      }
    }
    end(device, block, imsm, members, found, platforms);
    Fields facts = new Fields();
    if (!found.isEmpty()) {
      long parts =
          found.valueStream().filter(one -> one.path("what").asString("").equals("member")).count();
      facts
          .put(
              "counts",
              new Fields()
                  .put("arrays", found.size() - parts)
                  .put("members", parts + listed(found))
                  .node())
          .put("arrays", found);
    }
    facts.putUnlessEmpty("platforms", platforms);
    return notes.result("mdadm", facts);
  }

  /**
   * {@code /dev/md0: 294.00MiB raid5 4 devices, 0 spares. Use mdadm --detail …}: without options.
   */
  private static JsonNode queried(String text) {
    Matcher matcher = QUERIED.matcher(text);
    Fields fields = new Fields();
    if (matcher.matches()) {
      fields
          .put("device", matcher.group(1))
          .put("what", "array")
          .put("level", matcher.group(3))
          .put("raid_devices", Text.number(matcher.group(4)))
          .put("spare_devices", Text.number(matcher.group(5)))
          .put("size_bytes", Sizes.binary(matcher.group(2)));
    }
    return fields.node();
  }

  private static void end(
      @Nullable String device,
      Block block,
      @Nullable ImsmMetadata imsm,
      ArrayNode members,
      ArrayNode found,
      ArrayNode platforms) {
    if (block.has("platform")) {
      platform(block, platforms);
      return;
    }
    boolean said =
        block.has("raid_level")
            || block.has("md_level")
            || block.has("version")
            || block.has("magic")
            || block.has("mbr_magic")
            || block.has("md_metadata")
            || (block.has("raid_table") && !members.isEmpty())
            || (block.has("active_devices") && !members.isEmpty()); // its head is cut off
    if (!said) {
      return;
    }
    boolean export = block.has("md_level") || block.has("md_metadata");
    Fields fields =
        new Fields()
            .put("device", device == null ? block.take("md_device") : device)
            .put("what", isMember(block) ? "member" : "array")
            .put("level", lower(block.take("raid_level", "md_level")))
            .put("metadata", block.take("version", "md_metadata"))
            .put("uuid", uuid(block.take("array_uuid", "md_uuid")))
            .put("name", withoutHost(block.take("name", "md_name")))
            .put("state", block.take("state"))
            // Of Intel's container it is the number of its volumes.
            .put("raid_devices", imsm == null ? block.number("raid_devices", "md_devices") : null)
            .put("total_devices", block.number("total_devices"))
            .put("active_devices", block.number("active_devices"))
            .put("working_devices", block.number("working_devices"))
            .put("failed_devices", block.number("failed_devices"))
            .put("spare_devices", block.number("spare_devices"))
            .put("size_bytes", arraySize(block.take("array_size", "md_array_size"), export))
            .put("used_per_device_bytes", size(block.take("used_dev_size")))
            .put("available_bytes", size(block.take("avail_dev_size")))
            .put("chunk_bytes", Sizes.binary(block.take("chunk_size", "rounding")))
            .put("layout", block.take("layout"))
            .put("consistency_policy", block.take("consistency_policy"))
            .put("container", block.take("container", "md_container"))
            .put("device_uuid", uuid(block.take("device_uuid", "md_dev_uuid")))
            .put("device_role", block.take("device_role"))
            .put("array_state", arrayState(block.take("array_state")))
            .put("created", block.take("creation_time"))
            .put("updated", block.take("update_time", "md_update_time"))
            .put("events", events(block.take("events", "md_events")));
    String status = block.take("resync_status", "rebuild_status", "reshape_status", "check_status");
    fields.put("progress_percent", Text.number(status));
    String uuid = block.take("uuid");
    if (uuid != null && !fields.node().has("uuid")) {
      fields.put("uuid", uuid(uuid.replaceFirst(" .*", "")));
    }
    fields.putUnlessEmpty("members", members).putUnlessEmpty("volumes", volumes(block));
    if (imsm != null) {
      imsm.put(fields);
    }
    exported(block, fields);
    found.add(block.rest(fields).node());
  }

  /** {@code --detail-platform}: what the firmware can make arrays of. */
  private static void platform(Block block, ArrayNode platforms) {
    platforms.add(
        block
            .rest(
                new Fields()
                    .put("name", block.take("platform"))
                    .put("version", block.take("version"))
                    .put("raid_levels", Text.parts(block.take("raid_levels"), " "))
                    .put("maximum_disks", block.number("max_disks"))
                    .put("maximum_volumes", block.number("max_volumes")))
            .node());
  }

  private static boolean isMember(Block block) {
    return block.has("magic")
        || block.has("mbr_magic")
        || block.has("device_role")
        || block.has("avail_dev_size")
        || block.has("container_guid");
  }

  /** Virtual disks of a DDF container, which have numbers in brackets behind their keys. */
  private static ArrayNode volumes(Block block) {
    ArrayNode volumes = Fields.array();
    for (int i = 0; i < 64 && block.has("raid_level_" + i); i++) {
      String level = block.take("raid_level_" + i);
      Long size = block.number("array_size_" + i);
      volumes.add(
          new Fields()
              .put("name", block.take("name_" + i))
              .put("level", lower(level))
              .put("state", block.take("state_" + i))
              .put("raid_devices", block.number("raid_devices_" + i))
              .put("size_bytes", size == null || size < 0 ? null : Long.valueOf(size << 10))
              .put("access", block.take("access_" + i))
              .node());
    }
    return volumes;
  }

  /** Devices in the arrays' tables; a place without one is not counted. */
  private static long listed(ArrayNode arrays) {
    return arrays
        .valueStream()
        .flatMap(array -> array.path("members").valueStream())
        .filter(member -> member.has("device"))
        .count();
  }

  /** {@code MD_DEVICE_dev_sda1_ROLE} and {@code …_DEV} of {@code --detail --export}. */
  private static void exported(Block block, Fields fields) {
    ArrayNode members = Fields.array();
    for (String key : List.copyOf(block.keys())) {
      if (key.startsWith("md_device_") && key.endsWith("_dev")) {
        String device = block.take(key);
        String role = block.take(key.substring(0, key.length() - 4) + "_role");
        Long slot = role == null ? null : Numbers.parse(role);
        members.add(
            new Fields()
                .put("slot", slot)
                .put("state", slot == null ? role : null)
                .put("device", device)
                .node());
      }
    }
    fields.putUnlessEmpty("members", members);
  }

  /** {@code 0.1291178} of metadata 0.90: the upper and the lower half of the number. */
  private static @Nullable Long events(@Nullable String text) {
    if (text == null || !Text.matches(text, "\\d{1,9}\\.\\d{1,10}")) {
      return Text.number(text);
    }
    Long upper = Numbers.parse(text.substring(0, text.indexOf('.')));
    Long lower = Numbers.parse(text.substring(text.indexOf('.') + 1));
    return upper == null || lower == null ? null : Long.valueOf((upper << 32) + lower);
  }

  private static @Nullable String lower(@Nullable String level) {
    return level == null ? null : level.toLowerCase(Locale.ROOT);
  }

  private static @Nullable String withoutHost(@Nullable String name) {
    return name == null ? null : name.replaceFirst("\\s+\\(local to host.*", "");
  }

  private static @Nullable String arrayState(@Nullable String state) {
    return state == null ? null : state.replaceFirst(" .*", "");
  }

  /** Exported sizes have a unit. */
  private static @Nullable Long arraySize(@Nullable String text, boolean export) {
    return export && text != null && !text.endsWith("sectors")
        ? Sizes.binary(text.replaceFirst("\\(.*", "").strip())
        : size(text);
  }

  /**
   * {@code 1048512 (1023.94 MiB 1073.68 MB)}: KiB or, in what --examine said for years, sectors
   * without the word; which of them shows in the sizes behind it. {@code 2093056 sectors (…)}.
   */
  static @Nullable Long size(@Nullable String text) {
    if (text == null) {
      return null;
    }
    String first = text.replaceFirst("\\(.*", "").strip();
    Long number = Text.number(first);
    if (number == null || number < 0 || number > Long.MAX_VALUE >> 10) {
      return null;
    }
    if (first.endsWith("sectors")) {
      return number * 512;
    }
    if (Text.matches(first, ".*[A-Za-z].*")) {
      return Sizes.binary(first);
    }
    Long said = Sizes.binary(Text.between(text, "(", ")"));
    return said != null && Math.abs(number * 512 - said) <= said / 50
        ? Long.valueOf(number * 512)
        : Long.valueOf(number << 10);
  }

  /**
   * {@code 0 8 2 0 active sync /dev/sda2}; of DDF {@code 0 d32b14d7 786432K /dev/vda
   * active/Online}.
   */
  private static boolean member(String text, ArrayNode members) {
    String[] words = text.split("\\s+", 6);
    if (words[0].equals("this")) {
      return true;
    }
    if (words.length >= 4 && Text.matches(words[1], "[0-9a-f]{8}") && words[2].endsWith("K")) {
      boolean named = words[3].startsWith("/dev/");
      members.add(
          new Fields()
              .put("number", Numbers.parse(words[0]))
              .put("size_bytes", Sizes.binary(words[2]))
              .put("device", named ? words[3] : null)
              .put("state", words[words.length - 1])
              .node());
      return true;
    }
    int from =
        words.length > 4
                && words[1].equals(words[0])
                && Text.matches(words[2], "\\d+")
                && Text.matches(words[3], "\\d+")
                && Text.matches(words[4], "\\d+|-")
            ? 1
            : 0;
    if (words.length < from + 4
        || !Text.matches(words[from], "\\d+|-")
        || !Text.matches(words[from + 3], "\\d+|-")) {
      return false;
    }
    String[] rest = text.split("\\s+", from + 5);
    String tail = rest.length > from + 4 ? rest[from + 4] : "";
    int device = tail.indexOf("/dev/");
    String state = (device >= 0 ? tail.substring(0, device) : tail).strip();
    ObjectNode member =
        new Fields()
            .put("number", Numbers.parse(words[from]))
            .put("slot", Numbers.parse(words[from + 3]))
            .put("state", state)
            .put("device", device >= 0 ? tail.substring(device).strip() : null)
            .node();
    members.add(member);
    return true;
  }

  /** What somebody masked is none. */
  private static @Nullable String uuid(@Nullable String text) {
    return text != null && Text.matches(text, "[\\p{XDigit}:-]+") ? text : null;
  }

  /** A line of {@code --scan}: {@code ARRAY /dev/md0 level=raid1 num-devices=2 UUID=…}. */
  private static ObjectNode scanned(String text) {
    Fields fields = new Fields();
    Fields other = new Fields();
    for (String word : Text.parts(text.substring(6), " \t")) {
      int equals = word.indexOf('=');
      String value = word.substring(equals + 1);
      switch (equals < 0 ? "" : word.substring(0, equals).toLowerCase(Locale.ROOT)) {
        case "" -> fields.put("device", word);
        case "level" -> fields.put("level", value);
        case "metadata" -> fields.put("metadata", value);
        case "num-devices" -> fields.put("raid_devices", Numbers.parse(value));
        case "spares" -> fields.put("spare_devices", Numbers.parse(value));
        case "uuid" -> fields.put("uuid", uuid(value));
        case "name" -> fields.put("name", value);
        case "devices" -> fields.put("devices", Text.parts(value, ","));
        case "container" -> fields.put("container", value);
        default -> other.put(Text.snake(word.substring(0, equals)), value);
      }
    }
    return fields.put("what", "array").putUnlessEmpty("other", other.node()).node();
  }
}
