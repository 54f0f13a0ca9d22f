package dev.ingot.agent;

import dev.ingot.agent.discovery.Discovery;
import dev.ingot.agent.discovery.Place;
import dev.ingot.agent.discovery.Sources;
import dev.ingot.agent.face.UrSettings;
import dev.ingot.agent.inspect.InspectSettings;
import dev.ingot.agent.inspect.UuidCase;
import dev.ingot.agent.plugin.PluginSettings;
import dev.ingot.configuration.Secret;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Everything of an agent that can be configured; nested records are nested keys. */
public record AgentSettings(
    ServerSettings server,
    EnrolmentSettings enrolment,
    DataSettings data,
    InspectionSettings inspect,
    PluginSettings plugins,
    CompatSettings compat) {
  public static final AgentSettings DEFAULT =
      new AgentSettings(
          new ServerSettings(Discovery.AUTO, false, null, null, null, null),
          new EnrolmentSettings(null, null),
          new DataSettings(defaultFolder()),
          new InspectionSettings(
              Duration.ofMinutes(10),
              Duration.ofHours(6),
              InspectSettings.DEADLINE,
              InspectSettings.SLOW_DEADLINE,
              true,
              true,
              false),
          PluginSettings.DEFAULT,
          new CompatSettings(UuidCase.UPPER, UrSettings.OFF));

  /**
   * @param url {@code https://host:port} of the server, or {@code amqps://host:port/vhost} of the
   *     message broker that it listens at; {@code auto}: as kernel arguments, DHCP or DNS say
   * @param insecure lets the agent speak without TLS beyond this machine: its key then crosses the
   *     network in the clear
   * @param ca PEM file; when given, the server's certificate must be signed by one in it
   * @param pin SHA-256 of the public key of the server's or broker's certificate, instead of a CA
   * @param user an account at the broker; without one the agent shows its key
   * @param password of that account
   */
  public record ServerSettings(
      String url,
      boolean insecure,
      @Nullable Path ca,
      @Nullable String pin,
      @Nullable String user,
      @Nullable Secret password) {
    public ServerSettings(String url, boolean insecure, @Nullable Path ca) {
      this(url, insecure, ca, null, null, null);
    }

    /** Whether the server is to be found. */
    public boolean isToBeFound() {
      return url.equals(Discovery.AUTO);
    }

    /** The same, found. */
    ServerSettings at(Place place) {
      return new ServerSettings(
          place.url(), insecure, ca, pin != null ? pin : place.pin(), user, password);
    }
  }

  /** Looks for a server, as often as it is asked. */
  public Discovery discovery() {
    return new Discovery(Sources.here(), server.ca() != null || server.pin() != null);
  }

  /** The same with a server that was found. */
  public AgentSettings at(Place place) {
    return new AgentSettings(server.at(place), enrolment, data, inspect, plugins, compat);
  }

  /**
   * What makes a server take this agent's key for a node's, once.
   *
   * @param token made by {@code ingot enrolment-tokens create}
   * @param ticket made for one network boot
   */
  public record EnrolmentSettings(@Nullable Secret token, @Nullable Secret ticket) {}

  /**
   * @param dir the data folder; the agent keeps its key and its id in {@code agent/} below it
   */
  public record DataSettings(Path dir) {}

  /**
   * @param interval how often the machine is inspected anew
   * @param readings how often readings and counters are told though nothing else is another
   * @param deadline how long an inspector may take that asks the kernel, and each tool
   * @param slowDeadline how long one may take that asks controllers, BMCs or disks
   * @param events looks at once at what the kernel says has changed
   * @param lldp hears LLDP frames itself
   * @param portsGiveUpLldp tells ports whose firmware keeps LLDP frames to itself to stop that
   */
  public record InspectionSettings(
      Duration interval,
      Duration readings,
      Duration deadline,
      Duration slowDeadline,
      boolean events,
      boolean lldp,
      boolean portsGiveUpLldp) {}

  /**
   * @param uuidCase in which case the system UUID is hashed into the node's id
   * @param ur Ur's protocol, by which others may have this node run something
   */
  public record CompatSettings(UuidCase uuidCase, UrSettings ur) {}

  private static Path defaultFolder() {
    return "root".equals(System.getProperty("user.name"))
        ? Path.of("/var/lib/ingot")
        : Path.of(System.getProperty("user.home", "/"), ".local/share/ingot");
  }
}
