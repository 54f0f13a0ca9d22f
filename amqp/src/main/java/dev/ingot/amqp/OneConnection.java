package dev.ingot.amqp;

import com.rabbitmq.client.Connection;
import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** A connection for one errand, made now and never again. */
public final class OneConnection implements AutoCloseable {
  private final Connection connection;
  private final BrokerSession session;

  private OneConnection(Connection connection, BrokerSession session) {
    this.connection = connection;
    this.session = session;
  }

  /**
   * Connects.
   *
   * @throws BrokerException that says where and why not
   */
  public static OneConnection open(BrokerOptions options) {
    BodyMark mark = options.newMark();
    try {
      Connection connection =
          options.factory(mark).newConnection(options.address().hosts(), options.purpose());
      return new OneConnection(connection, new BrokerSession(connection, mark, options));
    } catch (IOException | TimeoutException | RuntimeException e) {
      throw new BrokerException("connect to " + options.address() + ": " + Reasons.of(e), e);
    }
  }

  public BrokerSession session() {
    return session;
  }

  @Override
  public void close() {
    connection.abort(2_000);
  }
}
