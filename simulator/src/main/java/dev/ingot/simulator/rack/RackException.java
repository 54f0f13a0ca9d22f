package dev.ingot.simulator.rack;

import org.jspecify.annotations.Nullable;

/** A rack that cannot be set up, asked or taken down; one line for a person. */
public final class RackException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public RackException(String line) {
    this(line, null);
  }

  public RackException(String line, @Nullable Throwable cause) {
    super(line, cause);
  }
}
