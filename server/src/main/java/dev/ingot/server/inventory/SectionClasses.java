package dev.ingot.server.inventory;

import dev.ingot.core.Json;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Section;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What agents say of the fields of each section, for those who write sections without saying it: a
 * counter makes no change in an import either.
 */
final class SectionClasses {
  private static final Logger log = LoggerFactory.getLogger(SectionClasses.class);

  /** No fleet has so many sections; what comes beyond is all configuration. */
  private static final int MOST = 1000;

  private final Jdbi jdbi;
  private final Map<String, FieldClasses> learnt = new ConcurrentHashMap<>();

  SectionClasses(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  /** Forgets what it believes to be stored. */
  void forget() {
    learnt.clear();
  }

  /** Remembers what an agent said; after the commit, so that no writer waits for another's. */
  void learn(Collection<Section> sections) {
    TreeMap<String, FieldClasses> fresh = new TreeMap<>();
    for (Section section : sections) {
      if (!section.classes().equals(learnt.get(section.name())) && learnt.size() < MOST) {
        fresh.put(section.name(), section.classes());
      }
    }
    if (fresh.isEmpty()) {
      return;
    }
    try {
      jdbi.useHandle(handle -> write(handle, fresh));
      learnt.putAll(fresh);
    } catch (JdbiException e) {
      // The next report of the section tries again.
      log.warn("the classes of sections {} are not remembered", fresh.keySet(), e);
    }
  }

  private static void write(Handle handle, TreeMap<String, FieldClasses> fresh) {
    handle
        .createUpdate(
            """
            INSERT INTO inventory_section_class AS kept (name, classes)
            SELECT name, classes::jsonb FROM unnest(:names, :classes) AS sent (name, classes)
            ON CONFLICT (name) DO UPDATE SET classes = excluded.classes
            WHERE kept.classes <> excluded.classes
            """)
        .bind("names", SqlArray.texts(fresh.keySet()))
        .bind("classes", SqlArray.texts(fresh.values(), Json::write))
        .execute();
  }

  /** The classes of these sections, of those that any agent has. */
  static Map<String, FieldClasses> of(Handle handle, Collection<String> names) {
    Map<String, FieldClasses> classes = new HashMap<>();
    if (!names.isEmpty()) {
      handle
          .createQuery("SELECT name, classes FROM inventory_section_class WHERE name = ANY(:names)")
          .bind("names", SqlArray.texts(names))
          .map(
              (row, _) ->
                  classes.put(
                      row.getString("name"),
                      Json.MAPPER.readValue(row.getString("classes"), FieldClasses.class)))
          .list();
    }
    return classes;
  }

  /**
   * How an imported section is classed: as the agents of this fleet say, else as they all would.
   *
   * @param said the classes {@linkplain #of of the sections} that any agent has
   */
  static FieldClasses ofImport(Map<String, FieldClasses> said, String name, JsonNode content) {
    FieldClasses known = said.get(name);
    return ImportedClasses.of(known == null ? ShippedClasses.of(name) : known, content);
  }
}
