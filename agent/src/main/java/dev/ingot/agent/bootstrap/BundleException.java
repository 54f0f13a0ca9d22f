package dev.ingot.agent.bootstrap;

/** A bundle that cannot be fetched, or is not what it should be. */
public final class BundleException extends Exception {
  private static final long serialVersionUID = 1L;

  public BundleException(String message) {
    super(message);
  }

  public BundleException(String message, Throwable cause) {
    super(message, cause);
  }
}
