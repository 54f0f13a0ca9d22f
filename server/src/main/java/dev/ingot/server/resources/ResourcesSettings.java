package dev.ingot.server.resources;

import dev.ingot.configuration.Secret;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Who holds what.
 *
 * @param warning how long before its end a claim is warned of; at most a quarter of the time that
 *     is left of it
 */
public record ResourcesSettings(Duration warning, EveSettings eve) {
  public static final ResourcesSettings DEFAULT =
      new ResourcesSettings(Duration.ofHours(1), new EveSettings(null, null, null));

  public ResourcesSettings {
    if (warning.isNegative() || warning.compareTo(Duration.ofDays(365)) > 0) {
      throw new IllegalArgumentException("warning must be from 0s to 365d");
    }
  }

  /**
   * The face of ResourceManager, for programs that were written for it.
   *
   * @param compat 2014 switches it on; never on by default
   * @param user of the one account that it has, by HTTP Basic
   * @param password of that account, as {@code password-file} or {@code
   *     INGOT_RESOURCES_EVE_PASSWORD}
   */
  public record EveSettings(
      @Nullable Integer compat, @Nullable String user, @Nullable Secret password) {
    public EveSettings {
      if (compat != null && compat != 2014) {
        throw new IllegalArgumentException("compat must be 2014, or left out");
      }
    }

    public boolean isOn() {
      return compat != null;
    }

    /** Without the password. */
    @Override
    public String toString() {
      return "EveSettings[compat=" + compat + "]";
    }
  }

  /** The same with another face of ResourceManager. */
  public ResourcesSettings with(EveSettings other) {
    return new ResourcesSettings(warning, other);
  }
}
