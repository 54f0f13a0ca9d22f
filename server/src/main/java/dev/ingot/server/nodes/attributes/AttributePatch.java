package dev.ingot.server.nodes.attributes;

import dev.ingot.server.nodes.NodeRecord.Location;
import dev.ingot.server.problem.Problem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A change of tags and location, merged into what there is (RFC 7396, with tags as a set): a list
 * of tags takes the place of all, an object adds those that are true and takes away those that are
 * null; a field of the location that is null is emptied, one that is left out stays.
 */
public record AttributePatch(@Nullable JsonNode tags, @Nullable JsonNode location) {
  static final int MOST_TAGS = 64;
  private static final Pattern TAG = Pattern.compile("[0-9A-Za-z][0-9A-Za-z._/=-]{0,62}");
  private static final Pattern PLACE = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._/:#-]{0,62}");

  /**
   * Reads the body of a PATCH.
   *
   * @throws Problem naming the field, with what would be right
   */
  public static AttributePatch parse(JsonNode body) {
    if (!body.isObject()) {
      throw Problem.malformed(null, "the body must be an object with tags, location or both");
    }
    onlyKnown(body, "", Set.of("tags", "location"));
    JsonNode tags = body.get("tags");
    JsonNode location = body.get("location");
    if (tags == null && location == null) {
      throw Problem.malformed(null, "the body must have tags, location or both");
    }
    if (tags != null && !tags.isArray() && !tags.isObject()) {
      throw Problem.invalid("tags", "must be a list of tags, or an object of tag to true or null");
    }
    if (location != null && !location.isObject() && !location.isNull()) {
      throw Problem.invalid("location", "must be an object of site, rack and unit, or null");
    }
    AttributePatch patch = new AttributePatch(tags, location);
    // What it says must be right whatever it meets.
    patch.tags(List.of());
    patch.location(new Location(null, null, null));
    return patch;
  }

  /** The tags that come of these, in order. */
  public List<String> tags(List<String> present) {
    if (tags == null) {
      return present;
    }
    Set<String> result = new TreeSet<>();
    if (tags.isArray()) {
      tags.forEach(tag -> result.add(tag(tag.isString() ? tag.stringValue() : tag.toString())));
    } else {
      result.addAll(present);
      tags.forEachEntry(
          (tag, value) -> {
            if (value.isNull()) {
              result.remove(tag);
            } else if (value.isBoolean() && value.booleanValue()) {
              result.add(tag(tag));
            } else {
              throw Problem.invalid("tags." + shown(tag), "must be true (add) or null (remove)");
            }
          });
    }
    if (result.size() > MOST_TAGS) {
      throw Problem.invalid("tags", "a node has at most " + MOST_TAGS + " tags");
    }
    return List.copyOf(result);
  }

  /** The location that comes of this one. */
  public Location location(Location present) {
    if (location == null) {
      return present;
    }
    if (location.isNull()) {
      return new Location(null, null, null);
    }
    onlyKnown(location, "location.", Set.of("site", "rack", "unit"));
    return new Location(
        place("site", present.site()),
        place("rack", present.rack()),
        place("unit", present.unit()));
  }

  private @Nullable String place(String field, @Nullable String present) {
    JsonNode value = location == null ? null : location.get(field);
    if (value == null) {
      return present;
    }
    if (value.isNull()) {
      return null;
    }
    String text = value.isString() || value.isIntegralNumber() ? value.asString() : "";
    if (!PLACE.matcher(text).matches()) {
      throw Problem.invalid(
          "location." + field,
          "must be 1 to 63 letters, digits, blanks and . _ - / : #, beginning with a letter or"
              + " digit; or null");
    }
    return text;
  }

  private static String tag(String tag) {
    if (!TAG.matcher(tag).matches()) {
      throw Problem.invalid(
          "tags",
          "'"
              + shown(tag)
              + "' is no tag: 1 to 63 letters, digits and . _ - / =, beginning with a letter or"
              + " digit");
    }
    return tag;
  }

  private static void onlyKnown(JsonNode object, String path, Set<String> known) {
    for (String field : object.propertyNames()) {
      if (!known.contains(field)) {
        throw Problem.invalid(
            path + shown(field),
            "unknown field; known: " + Problem.oneOf(known.stream().sorted().toList()));
      }
    }
  }

  private static String shown(String text) {
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }
}
