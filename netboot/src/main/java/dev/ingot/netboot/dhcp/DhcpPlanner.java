package dev.ingot.netboot.dhcp;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The port: what a machine gets. Called by many threads at once; may wait for a database. */
public interface DhcpPlanner {
  DhcpAnswer answer(DhcpQuery query);

  /**
   * The same for messages that come by the thousand and whose answer is waited for by nobody: never
   * waits itself.
   *
   * @return the answer or what fails in its place, maybe by a thread that has more to do; null
   *     where {@link #answer} is to be asked
   */
  default @Nullable CompletableFuture<DhcpAnswer> later(DhcpQuery query) {
    return null;
  }

  /**
   * Told of every message that was dealt with, for the boot's timeline, just before its reply
   * leaves: the machine may go on at once when it has that. Must not wait.
   *
   * @param sent whether there is a reply
   */
  default void dealtWith(DhcpQuery query, DhcpAnswer answer, boolean sent) {}
}
