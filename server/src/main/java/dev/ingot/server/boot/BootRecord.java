package dev.ingot.server.boot;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One thing of a boot's evidence: a packet, a file, a script.
 *
 * @param kind such as {@code dhcp-offered}; also the action of its event where it is one
 * @param text one line for a person
 * @param event whether it is an event too
 * @param sighting what the port showed of itself, or null
 */
record BootRecord(
    @Nullable String mac,
    @Nullable String node,
    @Nullable String network,
    String kind,
    String text,
    ObjectNode data,
    boolean event,
    @Nullable Sighting sighting) {

  /**
   * What a port showed of itself.
   *
   * @param address the one that it asked for, or had
   * @param architecture option 93, -1 for none
   */
  record Sighting(@Nullable String address, @Nullable String uuid, long architecture) {}
}
