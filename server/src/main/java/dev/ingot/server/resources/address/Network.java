package dev.ingot.server.resources.address;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A network as it is shown.
 *
 * @param held addresses that somebody has
 * @param free addresses that its pools can still give out, about: those that nobody looked at yet
 *     are counted as free
 */
public record Network(
    String name,
    String kind,
    String prefix,
    @Nullable String gateway,
    @Nullable Integer vlan,
    List<String> dns,
    @Nullable String domain,
    @Nullable String description,
    List<Range> pools,
    List<Exclusion> exclusions,
    long held,
    long free,
    long version,
    Instant created,
    String createdBy) {

  /** A pool. */
  public record Range(String name, String first, String last) {}

  /** Addresses that are never given out. */
  public record Exclusion(String first, String last, @Nullable String reason) {}
}
