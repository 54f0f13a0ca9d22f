package dev.ingot.server.boot.mirror;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Settings under {@code netboot.mirrors.*}.
 *
 * @param url where the files are, http or https, ending in a slash
 * @param fresh how long a file that is kept is given without asking whether it changed; an hour
 *     where it is not said
 */
public record MirrorSettings(String url, @Nullable Duration fresh) {
  public MirrorSettings {
    URI uri = URI.create(url);
    boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
    if (!http || uri.getHost() == null || !url.endsWith("/") || uri.getUserInfo() != null) {
      throw new IllegalArgumentException(
          "url: '" + url + "' is not an http or https URL that ends in a slash");
    }
  }

  long freshSeconds() {
    return Objects.requireNonNullElse(fresh, Duration.ofHours(1)).toSeconds();
  }
}
