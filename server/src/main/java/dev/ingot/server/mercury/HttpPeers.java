package dev.ingot.server.mercury;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;

/**
 * The connections of {@code api}, and since when each is at what it does: Jetty lets go who says or
 * reads nothing at all, but whoever says or reads an octet now and then would stay for ever.
 */
final class HttpPeers implements Connection.Listener {
  /**
   * To say a request's head, from the connection or the last reply on; its body; to read a reply.
   */
  static final Duration LONGEST = Duration.ofSeconds(60);

  private final Map<EndPoint, Phase> there = new ConcurrentHashMap<>();
  private final LongSupplier nanos;

  /**
   * What one is at.
   *
   * @param timed whether it is the peer that takes the time, and not this server
   */
  private record Phase(boolean timed, long since) {}

  /**
   * @param nanos a monotonic clock
   */
  HttpPeers(LongSupplier nanos) {
    this.nanos = nanos;
  }

  @Override
  public void onOpened(Connection connection) {
    there.put(connection.getEndPoint(), new Phase(true, nanos.getAsLong()));
  }

  @Override
  public void onClosed(Connection connection) {
    there.remove(connection.getEndPoint());
  }

  static EndPoint of(Request request) {
    return request.getConnectionMetaData().getConnection().getEndPoint();
  }

  /** It is its turn to say or to read something. */
  void itsTurn(Request request) {
    enter(request, true);
  }

  /** It is our turn to answer. */
  void ourTurn(Request request) {
    enter(request, false);
  }

  private void enter(Request request, boolean timed) {
    Phase next = new Phase(timed, nanos.getAsLong());
    there.computeIfPresent(of(request), (peer, before) -> next); // it may be gone already
  }

  int size() {
    return there.size();
  }

  /** Lets those go that are too long at it. */
  void look() {
    long now = nanos.getAsLong();
    List<EndPoint> late =
        there.entrySet().stream()
            .filter(each -> each.getValue().timed())
            .filter(each -> now - each.getValue().since() > LONGEST.toNanos())
            .map(Map.Entry::getKey)
            .toList();
    late.forEach(EndPoint::close);
  }
}
