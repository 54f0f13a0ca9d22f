package dev.ingot.agent.link;

import dev.ingot.protocol.Section;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The node's sections as last seen; an instance never changes. */
public interface Sections {
  /** Whole or shortened digests by section name. */
  SortedMap<String, String> digests();

  /** The section of one of those names. */
  Section section(String name);

  /**
   * Names of those whose readings and counters are to be told, though nothing else in them is
   * another.
   */
  default Set<String> fresh() {
    return Set.of();
  }

  Sections NONE = of(List.of());

  /** Sections held in memory. */
  static Sections of(List<Section> sections) {
    return of(sections, Set.of());
  }

  /** The same, some of them with readings that are to be told. */
  static Sections of(List<Section> sections, Set<String> fresh) {
    Map<String, Section> byName =
        sections.stream().collect(Collectors.toMap(Section::name, Function.identity()));
    SortedMap<String, String> digests = new TreeMap<>();
    byName.forEach((name, section) -> digests.put(name, section.digest()));
    return new Sections() {
      @Override
      public SortedMap<String, String> digests() {
        return digests;
      }

      @Override
      public Set<String> fresh() {
        return fresh;
      }

      @Override
      public Section section(String name) {
        Section section = byName.get(name);
        if (section == null) {
          throw new IllegalArgumentException("no section " + name);
        }
        return section;
      }
    };
  }
}
