package dev.ingot.agent.link;

/** What carries frames to the server: a WebSocket, later a broker. */
public interface Carrier {
  /** Begins to connect and returns at once. */
  Connection dial(Listener listener);

  /** One connection. Calls do not block. */
  interface Connection {
    void send(byte[] frame);

    /** Whether everything that was sent has left this process. */
    boolean drained();

    /** Closes, saying why if the other side still listens; the listener hears no more. */
    void close(String reason);
  }

  /** Told by the carrier's threads, in order. */
  interface Listener {
    void opened();

    void received(byte[] frame);

    /** It could not be made, or it ended. */
    void closed(String reason);
  }
}
