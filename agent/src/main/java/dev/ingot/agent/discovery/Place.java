package dev.ingot.agent.discovery;

import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a server may be.
 *
 * @param url {@code https://host:port}, or {@code amqps://host:port/vhost} of a broker
 * @param source who says so, for people
 * @param pin SHA-256 of its public key, if whoever says where it is may say that too
 */
public record Place(String url, String source, @Nullable String pin) {
  private static final Pattern HOST =
      Pattern.compile(
          "([a-z]+)://(?:[^/@]*@)?(\\[[^\\]]+]|[^:/,\\[\\]]+)(?::(\\d{1,5}))?(?:[/,].*)?");

  /** Why nobody is to be asked there; null if somebody may be. */
  @Nullable String unfit() {
    if (!HOST.matcher(url).matches()) {
      return "that is no https://host:port and no amqps://host:port/vhost";
    }
    return url.startsWith("https://") || url.startsWith("amqps://")
        ? null
        : "a server that was found is asked by https or amqps only";
  }

  String host() {
    return part(2).replaceAll("[\\[\\]]", "");
  }

  int port() {
    String port = part(3);
    return port.isEmpty() ? url.startsWith("amqps:") ? 5671 : 443 : Integer.parseInt(port);
  }

  private String part(int number) {
    var matcher = HOST.matcher(url);
    String part = matcher.matches() ? matcher.group(number) : null;
    return part == null ? "" : part;
  }

  /** Of a name and a port, as DNS says it. */
  static Place of(String host, int port, String source) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return new Place(URI.create("https://" + name + ":" + port).toString(), source, null);
  }
}
