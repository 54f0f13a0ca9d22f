package dev.ingot.core;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * The versioned list of values that firmware carries in place of an identifier. Such a value
 * identifies nothing: many machines share it.
 */
public final class JunkIdentifiers {
  private static final JunkIdentifiers STANDARD = load("junk-identifiers.json");

  private final int version;
  private final Set<String> uuids;
  private final Set<String> texts;

  private JunkIdentifiers(int version, Set<String> uuids, Set<String> texts) {
    this.version = version;
    this.uuids = Set.copyOf(uuids);
    this.texts = Set.copyOf(texts);
  }

  /** The list that this build was made with. */
  public static JunkIdentifiers standard() {
    return STANDARD;
  }

  /** Rises with every change of the list; part of the reason that people are shown. */
  public int version() {
    return version;
  }

  /** Whether a serial number or asset tag tells nothing: blank, one character repeated, listed. */
  public boolean isJunk(String value) {
    String folded = fold(value);
    return isOneCharacterRepeated(folded) || texts.contains(folded);
  }

  /** Whether a UUID tells nothing: all zero, all F, any one digit repeated, listed. */
  public boolean isJunkUuid(String uuid) {
    String folded = fold(uuid);
    return isOneCharacterRepeated(folded.replace("-", ""))
        || uuids.contains(folded)
        || texts.contains(folded);
  }

  private static boolean isOneCharacterRepeated(String value) {
    for (int i = 1; i < value.length(); i++) {
      if (value.charAt(i) != value.charAt(0)) {
        return false;
      }
    }
    return true;
  }

  private static String fold(String value) {
    return value.strip().toUpperCase(Locale.ROOT);
  }

  private static JunkIdentifiers load(String resource) {
    try (InputStream stream = JunkIdentifiers.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("this build lacks its resource " + resource);
      }
      JsonNode list = Json.read(stream.readAllBytes());
      return new JunkIdentifiers(
          list.get("version").intValue(), folded(list.get("uuids")), folded(list.get("texts")));
    } catch (IOException e) {
      throw new UncheckedIOException("read resource " + resource, e);
    }
  }

  private static Set<String> folded(JsonNode values) {
    Set<String> folded = new HashSet<>();
    values.forEach(value -> folded.add(fold(value.stringValue())));
    return folded;
  }
}
