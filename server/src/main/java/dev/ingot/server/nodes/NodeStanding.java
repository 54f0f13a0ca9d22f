package dev.ingot.server.nodes;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** Where a node stands with us. */
public enum NodeStanding {
  /** Waits for approval: presence and inspection only. */
  @JsonProperty("pending")
  PENDING,
  /** Everything. */
  @JsonProperty("admitted")
  ADMITTED,
  /** Nothing, until somebody readmits it. */
  @JsonProperty("revoked")
  REVOKED;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static NodeStanding of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
