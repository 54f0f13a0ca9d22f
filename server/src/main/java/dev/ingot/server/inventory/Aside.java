package dev.ingot.server.inventory;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Where a section's content is from now on.
 *
 * @param aside whether it stands aside; else it is served
 * @param content what stands aside from now on, null if it already does
 * @param differs whether it says something else than what is served
 */
record Aside(boolean aside, @Nullable JsonNode content, boolean differs) {}
