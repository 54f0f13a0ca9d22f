package dev.ingot.server.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A source began or ceased to say something else than what is served.
 *
 * @param paths where, empty when it ceased
 */
record Dispute(SectionKey section, @Nullable Source served, List<Disagreement> paths) {}
