package dev.ingot.server.store.queue;

/** Does the work of a queue. Called on virtual threads, several at a time. */
@FunctionalInterface
public interface Handler {
  /**
   * Does one piece. It calls {@link Queue#complete} in the transaction that holds its result; work
   * that was not completed when this returns is completed then. Any exception is a failed attempt;
   * an interrupt says that the lease is lost or the server stops.
   */
  void handle(Lease lease) throws Exception;
}
