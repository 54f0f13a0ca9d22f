package dev.ingot.server.mercury;

import dev.ingot.configuration.ByteSize;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Mercury's protocol; each of its services is off unless it is told where to listen, {@code
 * host:port}.
 *
 * @param backend for agents; Mercury's own port is 9002
 * @param inventory for programs that ask the inventory; 9000
 * @param rpc for programs that make jobs; 9001
 * @param api for Mercury's command line, HTTP; 9005
 * @param tokens whether {@code api} wants a token of ours as {@code X-Auth-Token}
 * @param agents networks in which agents are dialled, {@code 10.1.0.0/16}; agents elsewhere are
 *     refused
 * @param origin what this site is called in documents
 * @param datacenter the same
 * @param largest octets of a message; a peer that sends a larger one is disconnected
 * @param largestReply octets of a reply; who asks for more is told so
 * @param replies octets of all replies that are made and read at a time, of all services together;
 *     never more than a quarter of the server's memory
 * @param messagesPerMinute of one agent; more are refused
 * @param requestsPerMinute of one address, of each service; more are refused
 * @param nodes how many may be known by Mercury alone
 * @param interval how often agents are pinged
 */
public record MercurySettings(
    @Nullable String backend,
    @Nullable String inventory,
    @Nullable String rpc,
    @Nullable String api,
    boolean tokens,
    List<String> agents,
    String origin,
    String datacenter,
    ByteSize largest,
    ByteSize largestReply,
    ByteSize replies,
    int messagesPerMinute,
    int requestsPerMinute,
    int nodes,
    Duration interval) {
  private static final long MOST_OCTETS = 64L << 20;
  private static final long MOST_REPLY = 1L << 30;

  public static final MercurySettings DEFAULT =
      new MercurySettings(
          null,
          null,
          null,
          null,
          false,
          List.of(),
          "ingot",
          "",
          ByteSize.parse("8MiB"),
          ByteSize.parse("32MiB"),
          ByteSize.parse("128MiB"),
          600,
          6_000,
          10_000,
          Duration.ofSeconds(30));

  public MercurySettings {
    agents = List.copyOf(agents);
    place("backend", backend);
    place("inventory", inventory);
    place("rpc", rpc);
    place("api", api);
    agents.forEach(DialledNetworks::network);
    if (largest.bytes() < 1024 || largest.bytes() > MOST_OCTETS) {
      throw new IllegalArgumentException("mercury.largest: 1KiB to 64MiB");
    }
    if (largestReply.bytes() < ReplySpace.SMALL || largestReply.bytes() > MOST_REPLY) {
      throw new IllegalArgumentException("mercury.largest-reply: 64KiB to 1GiB");
    }
    if (replies.bytes() < largestReply.bytes()) {
      throw new IllegalArgumentException("mercury.replies: mercury.largest-reply or more");
    }
    if (messagesPerMinute < 1 || requestsPerMinute < 1 || nodes < 0) {
      throw new IllegalArgumentException(
          "mercury: messages-per-minute and requests-per-minute are at least 1, nodes at least 0");
    }
    if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException("mercury.interval is at least 1s");
    }
  }

  private static void place(String key, @Nullable String place) {
    if (place != null && !place.matches("(\\[[0-9a-fA-F:.]+\\]|[A-Za-z0-9.*-]+):[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "mercury." + key + " is " + place + ": host:port is wanted, such as 127.0.0.1:9002");
    }
  }

  boolean isOn() {
    return Stream.of(backend, inventory, rpc, api).anyMatch(place -> place != null);
  }
}
