package dev.ingot.agent;

import dev.ingot.agent.link.BrokerCarriers;
import dev.ingot.agent.link.Carrier;
import dev.ingot.agent.link.TrustedCertificates;
import dev.ingot.agent.link.WebSocketCarrier;
import dev.ingot.protocol.Proof;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What carries the link, chosen by the server's address: a WebSocket, or a message broker. */
final class Carriers {
  private static final Logger log = LoggerFactory.getLogger(Carriers.class);
  private static final Pattern BROKER_HOSTS = Pattern.compile("amqps?://(?:[^/@]*@)?([^/]*).*");

  private final Function<Supplier<String>, Carrier> chosen;

  /**
   * Looks at the settings.
   *
   * @throws AgentStartFailure that says what is wrong with them
   */
  Carriers(AgentSettings.ServerSettings server, Proof.@Nullable Voucher voucher) {
    if (BrokerCarriers.isBroker(server.url())) {
      chosen = broker(server, voucher);
    } else {
      Carrier carrier = webSocket(server);
      chosen = key -> carrier;
    }
  }

  /** The carrier of an agent whose key is this, whenever it is asked. */
  Carrier carrier(Supplier<String> key) {
    return chosen.apply(key);
  }

  private static Function<Supplier<String>, Carrier> broker(
      AgentSettings.ServerSettings server, Proof.@Nullable Voucher voucher) {
    BrokerCarriers carriers = BrokerCarriers.find();
    if (carriers == null) {
      throw new AgentStartFailure(
          "server.url: a message broker needs the module agent-amqp, which this agent was built"
              + " without; use https://host:port of the server, or an agent that has it",
          null);
    }
    Matcher hosts = BROKER_HOSTS.matcher(server.url());
    if (!server.url().startsWith("amqps://") && !server.insecure() && hosts.matches()) {
      for (String host : hosts.group(1).split(",", -1)) {
        checkNotInTheClear(host.replaceFirst(":[0-9]*$", ""), host, "amqps");
      }
    }
    return key -> {
      try {
        return carriers.carrier(
            new BrokerCarriers.Place(
                server.url(),
                server.user(),
                server.password(),
                server.ca(),
                server.pin(),
                key,
                voucher));
      } catch (IllegalArgumentException e) {
        throw new AgentStartFailure("server.url: " + e.getMessage(), e);
      }
    };
  }

  private static Carrier webSocket(AgentSettings.ServerSettings server) {
    URI url;
    try {
      url = URI.create(server.url());
    } catch (IllegalArgumentException e) {
      throw new AgentStartFailure("server.url: " + server.url() + " is no URL", e);
    }
    boolean tls = "https".equals(url.getScheme());
    if (url.getHost() == null || !(tls || "http".equals(url.getScheme()))) {
      throw new AgentStartFailure(
          "server.url: https://host:port is wanted, or amqps://host:port/vhost of a broker; "
              + server.url()
              + " is given",
          null);
    }
    if (server.user() != null || server.password() != null) {
      throw new AgentStartFailure(
          "server.user and server.password are for a broker (amqps://host:port)", null);
    }
    if (!tls && !server.insecure()) {
      checkNotInTheClear(url.getHost(), server.url(), "https");
    }
    try {
      SSLSocketFactory trusted = server.ca() == null ? null : TrustedCertificates.only(server.ca());
      String pin = server.pin();
      return new WebSocketCarrier(url, pin == null ? trusted : TrustedCertificates.pinned(pin));
    } catch (IOException e) {
      throw new AgentStartFailure("server.ca: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new AgentStartFailure("server.pin: " + e.getMessage(), e);
    }
  }

  private static void checkNotInTheClear(String host, String shown, String wanted) {
    if (!onThisMachine(host)) {
      throw new AgentStartFailure(
          "server.url: the agent's key would cross the network in the clear to "
              + shown
              + "; use "
              + wanted
              + ", or set server.insecure: true",
          null);
    }
  }

  private static boolean onThisMachine(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      log.debug("look up {}", host, e);
      return false;
    }
  }
}
