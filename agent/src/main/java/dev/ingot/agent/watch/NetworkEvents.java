package dev.ingot.agent.watch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashSet;
import java.util.Set;

/** The kernel's events of the network: messages of rtnetlink(7), several in a packet. */
final class NetworkEvents {
  private static final int HEAD = 16;

  private NetworkEvents() {}

  static Set<String> sections(KernelSocket.Received received) {
    return received.lost() ? Set.of("interfaces", "lldp", "routes") : sections(received.bytes());
  }

  static Set<String> sections(byte[] packet) {
    ByteBuffer messages = ByteBuffer.wrap(packet).order(ByteOrder.nativeOrder());
    Set<String> sections = new HashSet<>();
    while (messages.remaining() >= HEAD) {
      int begin = messages.position();
      int length = messages.getInt();
      int type = Short.toUnsignedInt(messages.getShort());
      switch (type) {
        // RTM_NEWLINK, RTM_DELLINK: also when the cable is put in; a switch may speak then.
        case 16, 17 -> sections.addAll(Set.of("interfaces", "lldp"));
        // RTM_NEWADDR, RTM_DELADDR
        case 20, 21 -> sections.add("interfaces");
        // RTM_NEWROUTE, RTM_DELROUTE
        case 24, 25 -> sections.add("routes");
        default -> {
          // Neighbours, rules and the like are in no section.
        }
      }
      if (length < HEAD) {
        break;
      }
      messages.position((int) Math.min(messages.limit(), begin + ((length + 3L) & ~3L)));
    }
    return sections;
  }
}
