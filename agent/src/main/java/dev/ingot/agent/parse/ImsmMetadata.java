package dev.ingot.agent.parse;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * Volumes and disks of Intel's metadata, as {@code mdadm --examine} lists them below those of the
 * container. Their keys repeat, with other meanings.
 */
final class ImsmMetadata {
  private static final Pattern VOLUME = Pattern.compile("\\[(.+)]:");
  private static final Pattern DISK = Pattern.compile("Disk(\\d*) Serial : *(.*)");

  private final ArrayNode volumes = Fields.array();
  private final ArrayNode disks = Fields.array();
  private @Nullable Block section;

  /** Takes a line of a volume or a disk; false if none has begun. */
  boolean take(String text) {
    Matcher volume = VOLUME.matcher(text);
    Matcher disk = DISK.matcher(text);
    if (volume.matches()) {
      end();
      section = new Block();
      section.put("volume", String.valueOf(volume.group(1)));
      return true;
    }
    if (disk.matches()) {
      end();
      section = new Block();
      section.put("disk", String.valueOf(disk.group(1)));
      section.put("serial", String.valueOf(disk.group(2)));
      return true;
    }
    Block current = section;
    return current != null && Text.matches(text, "[^:]+ : ?.*") && current.add(text);
  }

  /** The lists, where there are any. */
  void put(Fields fields) {
    end();
    fields.putUnlessEmpty("volumes", volumes).putUnlessEmpty("disks", disks);
  }

  private void end() {
    Block ended = section;
    section = null;
    if (ended == null) {
      return;
    }
    if (ended.has("volume")) {
      Long level = Text.number(now(ended.take("raid_level")));
      volumes.add(
          ended
              .rest(
                  new Fields()
                      .put("name", ended.take("volume"))
                      .put("uuid", ended.take("uuid"))
                      .put("level", level == null ? null : "raid" + level)
                      .put("state", lower(now(ended.take("map_state"))))
                      .put("raid_devices", Text.number(now(ended.take("members"))))
                      .put("size_bytes", MdadmParser.size(ended.take("array_size")))
                      .put("chunk_bytes", Sizes.binary(now(ended.take("chunk_size")))))
              .node());
    } else {
      disks.add(
          ended
              .rest(
                  new Fields()
                      .put("number", ended.number("disk"))
                      .put("serial", ended.take("serial"))
                      .put("state", ended.take("state"))
                      .put("size_bytes", MdadmParser.size(ended.take("usable_size"))))
              .node());
    }
  }

  /** {@code 5 <-- 0}: of a volume that migrates, what it becomes. */
  private static @Nullable String now(@Nullable String value) {
    return value == null ? null : value.replaceFirst("\\s*<--.*", "");
  }

  private static @Nullable String lower(@Nullable String value) {
    return value == null ? null : value.toLowerCase(Locale.ROOT);
  }
}
