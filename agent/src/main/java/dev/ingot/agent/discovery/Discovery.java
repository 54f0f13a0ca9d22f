package dev.ingot.agent.discovery;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.naming.NamingException;
import org.jspecify.annotations.Nullable;

/**
 * Finds a server that was not named: by the kernel's arguments, DHCP and DNS, in this order, the
 * first that answers. None of those who say where it is proves that it is the one: it is trusted
 * only by a key that is pinned or a CA that is named, and without either nobody is asked.
 */
public final class Discovery {
  /** The setting that asks for this. */
  public static final String AUTO = "auto";

  private static final int PATIENCE_MILLIS = 3_000;

  private final Sources sources;
  private final boolean trusting;
  private final List<String> tried = new ArrayList<>();

  /**
   * @param trusting whether a key is pinned or a CA is named
   */
  public Discovery(Sources sources, boolean trusting) {
    this.sources = sources;
    this.trusting = trusting;
  }

  /** The first server that answers; asked again, it looks again. */
  public Optional<Place> find() {
    tried.clear();
    List<Place> kernel = sources.kernel();
    Optional<Place> found = first(kernel, "the kernel arguments name no ingot.server");
    if (found.isEmpty()) {
      found = first(sources.dhcp(), "no lease has DHCP option " + Sources.OPTION);
    }
    return found.isPresent() ? found : byName();
  }

  private Optional<Place> byName() {
    List<String> domains = sources.domains();
    if (domains.isEmpty()) {
      tried.add("no domain in /etc/resolv.conf in which DNS could be asked for _ingot._tcp");
    }
    for (String domain : domains) {
      try {
        List<Place> places = ServiceRecords.of(sources.dns(), domain);
        Optional<Place> found = first(places, "DNS has no record _ingot._tcp." + domain);
        if (found.isPresent()) {
          return found;
        }
      } catch (NamingException e) {
        tried.add("DNS does not answer for _ingot._tcp." + domain + ": " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private Optional<Place> first(List<Place> places, String none) {
    if (places.isEmpty()) {
      tried.add(none);
    }
    for (Place place : places) {
      String reason = refused(place);
      if (reason == null) {
        return Optional.of(place);
      }
      tried.add(place.url() + " (" + place.source() + "): " + reason);
    }
    return Optional.empty();
  }

  private @Nullable String refused(Place place) {
    String unfit = place.unfit();
    if (unfit != null) {
      return unfit;
    }
    if (!trusting && place.pin() == null) {
      return "not asked: neither server.pin nor server.ca says whom to trust";
    }
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(place.host(), place.port()), PATIENCE_MILLIS);
      return null;
    } catch (IOException | IllegalArgumentException e) {
      return "no answer: " + (e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  /** What was tried, a line each. */
  public String tried() {
    return String.join("\n  ", tried);
  }
}
