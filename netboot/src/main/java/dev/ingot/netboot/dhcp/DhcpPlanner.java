package dev.ingot.netboot.dhcp;

/** The port: what a machine gets. Called by many threads at once; may wait for a database. */
public interface DhcpPlanner {
  DhcpAnswer answer(DhcpQuery query);

  /**
   * Told of every message once it has been dealt with, for the boot's timeline. Must not wait.
   *
   * @param sent whether a reply left
   */
  default void dealtWith(DhcpQuery query, DhcpAnswer answer, boolean sent) {}
}
