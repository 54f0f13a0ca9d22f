package dev.ingot.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a field of a section is. Only identity and config make a change. */
public enum FieldClass {
  /** Says which part it is: serial numbers, MACs, WWNs. */
  @JsonProperty("identity")
  IDENTITY,
  /**
   * Says how it is made or set: models, sizes, versions. The class of a field that no pattern
   * names.
   */
  @JsonProperty("config")
  CONFIG,
  /** Only grows: errors, bytes, hours. */
  @JsonProperty("counter")
  COUNTER,
  /** Goes up and down: temperatures, frequencies, free memory, link state. */
  @JsonProperty("reading")
  READING;

  /** Whether a different value is a change of the machine. */
  public boolean makesAChange() {
    return this == IDENTITY || this == CONFIG;
  }
}
