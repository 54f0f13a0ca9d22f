package dev.ingot.agent.bootstrap;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ingot agent bootstrap}, {@code bootstrap} in the configuration.
 *
 * @param keys Ed25519 public keys in base64; a bundle that none of them signed is not started
 * @param dir where bundles are kept; without it {@code bootstrap} in the data folder
 * @param url {@code https://host:port} that has the bundles; without it the agent's server
 * @param interval how often a new bundle is asked for
 * @param trial a new bundle that fails within this time is given up for the one before
 */
public record BootstrapSettings(
    List<String> keys,
    @Nullable Path dir,
    @Nullable String url,
    Duration interval,
    Duration trial) {
  public static final BootstrapSettings DEFAULT =
      new BootstrapSettings(List.of(), null, null, Duration.ofMinutes(10), Duration.ofMinutes(1));

  public BootstrapSettings {
    keys = List.copyOf(keys);
    for (String key : keys) {
      var unused = SignedManifest.key(key);
    }
    if (interval.compareTo(Duration.ofSeconds(1)) < 0 || trial.isNegative()) {
      throw new IllegalArgumentException("bootstrap.interval is at least 1s");
    }
  }
}
