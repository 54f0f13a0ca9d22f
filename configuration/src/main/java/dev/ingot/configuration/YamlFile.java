package dev.ingot.configuration;

import dev.ingot.configuration.Given.Group;
import dev.ingot.configuration.Given.Items;
import dev.ingot.configuration.Given.Origin;
import dev.ingot.configuration.Given.Scalar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.Event.ID;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** The keys of one YAML file, dotted, each with its line. Anchors, aliases and tags are refused. */
final class YamlFile {
  /** No configuration is larger; a wrong path must not fill the memory. */
  static final int MAX_BYTES = 1 << 20;

  private static final int MAX_DEPTH = 20;

  private final Path path;
  private final Map<String, Given> keys = new LinkedHashMap<>();
  private final Iterator<Event> events;

  private YamlFile(Path path, String text) {
    this.path = path;
    LoadSettings settings = LoadSettings.builder().setLabel(path.toString()).build();
    this.events = new Parse(settings).parseString(text).iterator();
  }

  static Map<String, Given> read(Path path) {
    String text;
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new ConfigurationException(
            List.of(path + ": larger than 1 MiB, not a configuration"));
      }
      text = new String(bytes, StandardCharsets.UTF_8);
    } catch (NoSuchFileException e) {
      throw new ConfigurationException(path + ": no such file", e);
    } catch (IOException e) {
      throw new ConfigurationException(path + ": cannot be read: " + e.getMessage(), e);
    }
    YamlFile file = new YamlFile(path, text);
    try {
      file.document();
    } catch (MarkedYamlEngineException e) {
      // Not its message: that quotes the lines around, and there may be a secret in them.
      String line = e.getProblemMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
      throw new ConfigurationException(path + line + ": not YAML: " + e.getProblem(), e);
    } catch (YamlEngineException e) {
      throw new ConfigurationException(path + ": not YAML", e);
    }
    return file.keys;
  }

  private void document() {
    next(); // stream start
    if (next().getEventId() == ID.StreamEnd) {
      return;
    }
    Event root = next();
    boolean empty =
        root instanceof ScalarEvent scalar && scalar.isPlain() && scalar.getValue().isEmpty();
    if (root.getEventId() == ID.MappingStart) {
      group("", 1);
    } else if (!empty) {
      throw refused(root, "the file is not a group of keys, e.g. \"http:\"");
    }
    next(); // document end
    Event after = next();
    if (after.getEventId() != ID.StreamEnd) {
      throw refused(after, "a second document; a configuration is one");
    }
  }

  private void group(String prefix, int depth) {
    for (Event event = next(); event.getEventId() != ID.MappingEnd; event = next()) {
      if (!(event instanceof ScalarEvent written)) {
        throw refused(event, "a key is a word");
      }
      String word = written.getValue();
      String key = prefix.isEmpty() ? word : prefix + "." + word;
      if (word.indexOf('.') >= 0) {
        throw refused(event, "write " + word.replace(".", ": ") + " as nested keys, no dots");
      }
      if (keys.containsKey(key)) {
        throw refused(event, "the key " + key + " is there twice");
      }
      if (depth > MAX_DEPTH) {
        throw refused(event, "nested deeper than " + MAX_DEPTH + " levels");
      }
      value(key, place(event), depth);
    }
  }

  private void value(String key, String place, int depth) {
    Event event = next();
    switch (event.getEventId()) {
      case Scalar ->
          keys.put(key, new Given(new Scalar(text((ScalarEvent) event)), place, Origin.FILE));
      case SequenceStart -> keys.put(key, new Given(new Items(items()), place, Origin.FILE));
      case MappingStart -> {
        keys.put(key, new Given(new Group(), place, Origin.FILE));
        group(key, depth + 1);
      }
      default -> throw refused(event, "unexpected " + event.getEventId());
    }
  }

  private List<String> items() {
    List<String> items = new ArrayList<>();
    for (Event event = next(); event.getEventId() != ID.SequenceEnd; event = next()) {
      if (!(event instanceof ScalarEvent scalar)) {
        throw refused(event, "a list holds single values");
      }
      items.add(scalar.getValue());
    }
    return items;
  }

  private static @Nullable String text(ScalarEvent scalar) {
    String value = scalar.getValue();
    boolean plain = scalar.getScalarStyle() == ScalarStyle.PLAIN;
    return plain && (value.isEmpty() || value.equals("~") || value.equals("null")) ? null : value;
  }

  private Event next() {
    Event event = events.next();
    if (event.getEventId() == ID.Alias
        || (event instanceof NodeEvent node && node.getAnchor().isPresent())) {
      throw refused(event, "anchors and aliases are not taken");
    }
    return event;
  }

  private String place(Event event) {
    return path + event.getStartMark().map(mark -> " line " + (mark.getLine() + 1)).orElse("");
  }

  private ConfigurationException refused(Event event, String why) {
    return new ConfigurationException(List.of(place(event) + ": " + why));
  }
}
