package dev.ingot.amqp;

import com.rabbitmq.client.Address;
import dev.ingot.configuration.Secret;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker is, and as whom to come: {@code
 * amqp[s]://[user[:password]@]host[:port][,host…][/vhost]}. A user or password of its own goes
 * before those in the URL.
 *
 * @param hosts one, or those of a cluster
 * @param virtualHost {@code /} unless the URL names one
 */
public record BrokerAddress(
    boolean tls, List<Address> hosts, String virtualHost, @Nullable String user, Secret password) {
  private static final Pattern FORM =
      Pattern.compile("(amqps?)://(?:([^/@]*)@)?([^/@?#]+)(?:/([^/?#]*))?", Pattern.DOTALL);
  private static final Pattern HOST = Pattern.compile("(\\[[^\\]]+]|[^:\\[\\]]+)(?::(\\d{1,5}))?");
  private static final int PLAIN_PORT = 5672;
  private static final int TLS_PORT = 5671;

  /** Whether somebody means a broker by this. */
  public static boolean isBroker(String url) {
    return url.startsWith("amqp://") || url.startsWith("amqps://");
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException that says what is wrong, without the password
   */
  public static BrokerAddress of(String url, @Nullable String user, @Nullable Secret password) {
    Matcher matcher = FORM.matcher(url);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "amqp://host:port/vhost or amqps://host:port/vhost is wanted, "
              + shown(url)
              + " is given");
    }
    boolean tls = matcher.group(1).equals("amqps");
    List<Address> hosts = new ArrayList<>();
    for (String host : matcher.group(3).split(",", -1)) {
      hosts.add(host(host, tls, url));
    }
    String named = matcher.group(4);
    String path = named == null || named.isEmpty() ? "/" : decoded(named, url);
    String whole = matcher.group(2);
    String[] said = whole == null ? new String[] {""} : whole.split(":", 2);
    String givenUser = user != null ? user : said[0].isEmpty() ? null : decoded(said[0], url);
    Secret givenPassword =
        password != null ? password : new Secret(said.length < 2 ? "" : decoded(said[1], url));
    return new BrokerAddress(tls, List.copyOf(hosts), path, givenUser, givenPassword);
  }

  private static Address host(String text, boolean tls, String url) {
    Matcher matcher = HOST.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "host or host:port is wanted, " + text + " is given in " + shown(url));
    }
    String port = matcher.group(2);
    int number = port == null ? tls ? TLS_PORT : PLAIN_PORT : Integer.parseInt(port);
    if (number == 0 || number > 65_535) {
      throw new IllegalArgumentException("a port is 1 to 65535, " + port + " is given");
    }
    return new Address(matcher.group(1), number);
  }

  private static String decoded(String text, String url) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("a stray % in " + shown(url), e);
    }
  }

  /** A URL as it may be logged. */
  public static String shown(String url) {
    return url.replaceFirst("^(amqps?://[^:/@]*):.*@", "$1:…@");
  }

  /** The same broker, as somebody else. */
  public BrokerAddress as(String otherUser, Secret otherPassword) {
    return new BrokerAddress(tls, hosts, virtualHost, otherUser, otherPassword);
  }

  /** Where it is, without who comes. */
  @Override
  public String toString() {
    List<String> shown = hosts.stream().map(Address::toString).toList();
    return (tls ? "amqps://" : "amqp://")
        + String.join(",", shown)
        + (virtualHost.startsWith("/") ? virtualHost : "/" + virtualHost);
  }
}
