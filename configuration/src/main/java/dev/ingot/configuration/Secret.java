package dev.ingot.configuration;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/**
 * A value that never prints. As a key {@code password} it is given in the YAML file or the
 * environment, or as {@code password-file}, the path of a file that holds it; never as a flag,
 * since arguments are readable by everybody on the machine.
 */
public final class Secret {
  private final String value;

  public Secret(String value) {
    this.value = value;
  }

  /** The value itself: hand it on, never write it. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes(), secret.bytes());
  }

  @Override
  public int hashCode() {
    return Secret.class.hashCode();
  }

  @Override
  public String toString() {
    return "(secret)";
  }

  private byte[] bytes() {
    return value.getBytes(StandardCharsets.UTF_8);
  }
}
