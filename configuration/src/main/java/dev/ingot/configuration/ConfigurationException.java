package dev.ingot.configuration;

import java.util.List;

/** The configuration cannot be used; one line for each thing that is wrong. */
public final class ConfigurationException extends RuntimeException {
  private final List<String> problems;

  public ConfigurationException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  ConfigurationException(String problem, Throwable cause) {
    super(problem, cause);
    this.problems = List.of(problem);
  }

  /** Each names the key, where it was given and what would be right. */
  public List<String> problems() {
    return problems;
  }
}
