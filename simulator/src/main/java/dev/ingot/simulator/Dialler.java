package dev.ingot.simulator;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Makes connections of simulated agents to their server, whatever carries them. */
interface Dialler {
  /** Begins to connect and returns at once. */
  void dial(Listener listener);

  /** One connection. */
  interface Line {
    /**
     * Sends a frame; only when the one before is done.
     *
     * @param done told null when it has gone, else why not
     */
    void send(byte[] frame, Consumer<@Nullable String> done);

    /** Ends it without a word. */
    void abort();
  }

  /** Told by threads of the dialler. */
  interface Listener {
    void opened(Line line);

    void received(byte[] frame);

    /** It could not be made, or it ended. */
    void gone(String reason);
  }
}
