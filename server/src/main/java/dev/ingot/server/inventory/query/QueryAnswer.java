package dev.ingot.server.inventory.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A page of documents.
 *
 * @param next the cursor of the page that follows, null for the last one
 * @param count how many documents match, when it was asked for
 */
public record QueryAnswer(
    List<JsonNode> items,
    @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String next,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Long count) {}
