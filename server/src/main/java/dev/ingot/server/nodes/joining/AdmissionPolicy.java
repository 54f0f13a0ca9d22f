package dev.ingot.server.nodes.joining;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What makes a machine with nothing but a boot ticket more than pending. */
public enum AdmissionPolicy {
  /** An operator, each time. */
  @JsonProperty("approve")
  APPROVE,
  /** That its MAC, serial or UUID is among the known machines; an operator for all others. */
  @JsonProperty("known")
  KNOWN,
  /** Nothing more. */
  @JsonProperty("auto")
  AUTO;

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static AdmissionPolicy of(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
