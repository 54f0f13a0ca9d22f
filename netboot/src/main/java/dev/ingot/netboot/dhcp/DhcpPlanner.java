package dev.ingot.netboot.dhcp;

/** The port: what a machine gets. Called by many threads at once; may wait for a database. */
public interface DhcpPlanner {
  DhcpAnswer answer(DhcpQuery query);

  /**
   * Told of every message that was dealt with, for the boot's timeline, just before its reply
   * leaves: the machine may go on at once when it has that. Must not wait.
   *
   * @param sent whether there is a reply
   */
  default void dealtWith(DhcpQuery query, DhcpAnswer answer, boolean sent) {}
}
