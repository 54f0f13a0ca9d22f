package dev.ingot.server.agents;

import dev.ingot.amqp.LinkNames;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.joining.Knocking;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Who of the agents may do what at the broker: the answers for its authorisation backends. An agent
 * is who has the key; it may make and read queues of its own, and write with keys of its own.
 */
final class BrokerAccess {
  private static final Duration KEPT = Duration.ofSeconds(30);
  private static final int MOST = 20_000;
  private static final Pattern PASSWORD =
      Pattern.compile("([0-9a-f]{64})(?::(token|ticket):([\\x21-\\x7e]{1,512}))?");

  private static final Pattern ADDRESS = Pattern.compile("[0-9a-fA-F:.%]{2,64}");

  private final Jdbi jdbi;
  private final String virtualHost;
  private final LongSupplier monotonicMillis;

  /** Accounts that were let in, as digests of account and password, until when. */
  private final Map<String, Long> known =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
          return size() > MOST;
        }
      };

  BrokerAccess(Jdbi jdbi, String virtualHost, LongSupplier monotonicMillis) {
    this.jdbi = jdbi;
    this.virtualHost = virtualHost;
    this.monotonicMillis = monotonicMillis;
  }

  boolean mayCome(String user, String password) {
    Matcher matcher = PASSWORD.matcher(password);
    if (!matcher.matches() || !LinkNames.account(matcher.group(1)).equals(user)) {
      return false;
    }
    String digest = digest(user + "\n" + password);
    long now = monotonicMillis.getAsLong();
    synchronized (known) {
      Long until = known.get(digest);
      if (until != null && until > now) {
        return true;
      }
    }
    Credential credential = new Credential(matcher.group(1), voucher(matcher));
    boolean may =
        jdbi.inTransaction(
            handle -> {
              boolean good = Knocking.may(handle, credential);
              if (good && credential.voucher() instanceof Credential.BootTicket ticket) {
                Knocking.shows(handle, ticket, user);
              }
              return good;
            });
    if (may) {
      synchronized (known) {
        known.put(digest, now + KEPT.toMillis());
      }
    }
    return may;
  }

  private static Credential.@Nullable Voucher voucher(Matcher matcher) {
    String kind = matcher.group(2);
    if (kind == null) {
      return null;
    }
    return kind.equals("token")
        ? new Credential.EnrolmentToken(matcher.group(3))
        : new Credential.BootTicket(matcher.group(3));
  }

  private static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /**
   * The broker's word for where an account comes from, which decides whether its ticket is good.
   */
  void comesFrom(String user, String address) {
    if (LinkNames.isKeyAccount(user) && ADDRESS.matcher(address).matches()) {
      jdbi.useHandle(handle -> Knocking.comesFrom(handle, user, address));
    }
  }

  boolean mayEnter(String user, String host) {
    return LinkNames.isKeyAccount(user) && virtualHost.equals(host);
  }

  /**
   * @param resource exchange or queue
   * @param permission configure, write or read
   */
  boolean mayUse(String user, String host, String resource, String name, String permission) {
    if (!mayEnter(user, host)) {
      return false;
    }
    return switch (resource) {
      case "queue" ->
          LinkNames.isAgentQueue(name, user)
              && (permission.equals("configure") || permission.equals("read"));
      case "exchange" -> name.equals(LinkNames.EXCHANGE) && permission.equals("write");
      default -> false;
    };
  }

  boolean mayTopic(String user, String host, String name, String permission, String key) {
    return mayEnter(user, host)
        && name.equals(LinkNames.EXCHANGE)
        && permission.equals("write")
        && LinkNames.mayWrite(user, key);
  }

  void forget() {
    synchronized (known) {
      known.clear();
    }
  }
}
