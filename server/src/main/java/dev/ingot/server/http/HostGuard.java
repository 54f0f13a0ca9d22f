package dev.ingot.server.http;

import dev.ingot.server.problem.Problem;
import io.javalin.http.Context;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what a web page in somebody's browser could send: a Host that is not ours (DNS rebinding:
 * the page's own name, pointed at our address) and the Origin of another place (browsers add it
 * across sites). An IP address is never the page's name, so any is fine.
 */
public final class HostGuard {
  private final Set<String> names;

  public HostGuard(HttpSettings settings) {
    this.names =
        Stream.concat(Stream.of("localhost", settings.host()), settings.allowedHosts().stream())
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }

  void check(Context context) {
    String origin = context.header("Origin");
    if (origin != null && !isOwn(origin, context.header("Host"))) {
      throw Problem.forbidden("requests of web pages are refused (the Origin header)");
    }
    if (!answersTo(context.header("Host"))) {
      throw Problem.forbidden(
          "the Host header names no host of this server; http.allowed-hosts lists those it answers"
              + " to");
    }
  }

  /** Whether a page comes from here: its origin is the very host that is asked, which is ours. */
  static boolean isOwn(String origin, @Nullable String host) {
    String place = origin.strip().toLowerCase(Locale.ROOT);
    String asked = host == null ? "" : host.strip().toLowerCase(Locale.ROOT);
    return !asked.isEmpty()
        && (place.equals("http://" + asked) || place.equals("https://" + asked));
  }

  /** Whether the value of a Host header is one of ours. */
  public boolean answersTo(@Nullable String host) {
    String name = name(host);
    return name != null && (isAddress(name) || names.contains(name));
  }

  /** The name of a Host header without its port, null when there is none or it is no host. */
  private static @Nullable String name(@Nullable String host) {
    if (host == null || host.isBlank() || host.length() > 300) {
      return null;
    }
    String text = host.strip().toLowerCase(Locale.ROOT);
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      return end < 0 ? null : text.substring(1, end);
    }
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
  }

  private static boolean isAddress(String name) {
    return name.matches("\\d{1,3}(\\.\\d{1,3}){3}") || name.matches("[0-9a-f:.]*:[0-9a-f:.]*");
  }
}
