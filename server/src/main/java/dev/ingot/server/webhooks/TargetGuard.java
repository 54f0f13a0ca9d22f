package dev.ingot.server.webhooks;

import dev.ingot.server.http.Reach;
import dev.ingot.server.problem.Problem;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * Keeps webhooks from reaching what their maker could not reach himself. Addresses are checked at
 * each attempt, just before the connection, which then sees the same cached answer of the resolver.
 */
final class TargetGuard {
  private static final int LONGEST = 2000;

  private final Reach allowed;

  TargetGuard(Reach allowed) {
    this.allowed = allowed;
  }

  /** A receiver that must not be posted to. */
  static final class Forbidden extends Exception {
    Forbidden(String message) {
      super(message);
    }
  }

  /**
   * Reads a URL that somebody wants to have posted to.
   *
   * @throws Problem on the field {@code url}
   */
  URI parse(String text) {
    if (text.length() > LONGEST) {
      throw Problem.invalid("url", "is longer than " + LONGEST + " characters");
    }
    URI url;
    try {
      url = new URI(text);
    } catch (URISyntaxException e) {
      throw new Problem(Problem.Kind.INVALID, "is no URL: " + e.getReason(), "url", e);
    }
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw Problem.invalid("url", "must begin with https:// or http://");
    }
    if (url.getHost() == null || url.getHost().isEmpty()) {
      throw Problem.invalid("url", "names no host");
    }
    if (url.getPort() == 0 || url.getPort() > 65535) {
      throw Problem.invalid("url", "has a port that cannot be");
    }
    if (url.getRawUserInfo() != null) {
      throw Problem.invalid("url", "must not carry a user or a password");
    }
    if (url.getRawFragment() != null) {
      throw Problem.invalid("url", "must not have a fragment (#…)");
    }
    try {
      check(url);
    } catch (Forbidden e) {
      throw new Problem(Problem.Kind.INVALID, String.valueOf(e.getMessage()), "url", e);
    } catch (UnknownHostException e) {
      return url; // it may be known later; each attempt asks anew
    }
    return url;
  }

  /** Resolves the host and refuses it when one of its addresses is nearer than allowed. */
  void check(URI url) throws Forbidden, UnknownHostException {
    if (allowed == Reach.ANY) {
      return;
    }
    String host = url.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    for (InetAddress address : InetAddress.getAllByName(bare)) {
      Reach asked = Reach.of(address);
      if (asked.compareTo(allowed) > 0) {
        throw new Forbidden(
            "%s is %s: webhooks.targets is %s, which does not allow it"
                .formatted(host, word(asked, address), allowed.name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  private static String word(Reach reach, InetAddress address) {
    String shown = address.getHostAddress();
    return switch (reach) {
      case PUBLIC -> shown;
      case PRIVATE -> shown + ", a private address";
      case LOOPBACK -> shown + ", this machine";
      case ANY -> shown + ", a link-local or reserved address";
    };
  }
}
