package dev.ingot.server.store.queue;

/** The work was given to somebody else meanwhile; what was done for it must not be committed. */
public final class LeaseLost extends RuntimeException {
  LeaseLost(Lease lease) {
    super("the lease of " + lease.key() + " (fence " + lease.fence() + ") is over");
  }
}
