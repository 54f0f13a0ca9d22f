package dev.ingot.agent.inspect;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.MercuryId;
import dev.ingot.protocol.Section;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an inspection found.
 *
 * @param sections in the order of {@link Inspection#SECTIONS}
 * @param facts what identifies the machine
 * @param identity the id that follows from the facts; null if none does
 * @param identityFailure why there is no id, or why no install id could be kept; null if all is
 *     well
 * @param durations how long each inspector took
 */
public record InspectionReport(
    List<Section> sections,
    IdentityFacts facts,
    MercuryId.@Nullable Derivation identity,
    @Nullable String identityFailure,
    Map<String, Duration> durations) {

  public InspectionReport {
    sections = List.copyOf(sections);
    durations = Collections.unmodifiableMap(new LinkedHashMap<>(durations));
  }
}
