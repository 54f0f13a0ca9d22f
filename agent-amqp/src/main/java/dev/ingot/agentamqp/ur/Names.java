package dev.ingot.agentamqp.ur;

import dev.ingot.agent.face.Face;
import dev.ingot.agent.face.UrSettings;
import dev.ingot.core.IdentityFacts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a node calls itself.
 *
 * @param uuid of the system, lower case; made of the node's id where the machine has none
 * @param mac of the port that is its own, null if it has none
 * @param own those that the settings name, at least one
 */
record Names(String uuid, @Nullable String mac, List<String> own) {
  Names {
    own = List.copyOf(own);
  }

  static Names of(Face.Seen seen, List<UrSettings.Id> wanted, @Nullable String bootPort) {
    String said = seen.facts().productUuid();
    String uuid =
        (said == null
                ? UUID.nameUUIDFromBytes(seen.identity().getBytes(StandardCharsets.UTF_8))
                    .toString()
                : said)
            .toLowerCase(Locale.ROOT);
    String mac = mac(seen.facts().ports(), bootPort);
    List<String> own = new ArrayList<>();
    for (UrSettings.Id id : wanted) {
      String name =
          switch (id) {
            case UUID -> uuid;
            case MAC -> mac;
          };
      if (name != null && !own.contains(name)) {
        own.add(name);
      }
    }
    return new Names(uuid, mac, own.isEmpty() ? List.of(uuid) : own);
  }

  /** That of the port that booted, else of the first one with a device, else of the first. */
  private static @Nullable String mac(List<IdentityFacts.Port> ports, @Nullable String bootPort) {
    String first = null;
    String physical = null;
    for (IdentityFacts.Port port : ports) {
      String address = port.address().toLowerCase(Locale.ROOT);
      if (address.equals(bootPort)) {
        return address;
      }
      first = first == null ? address : first;
      physical = physical == null && port.physical() ? address : physical;
    }
    return physical == null ? first : physical;
  }

  /** By which it is asked to run something: each name, and both as later versions write them. */
  List<String> addresses() {
    List<String> addresses = new ArrayList<>(own);
    if (mac != null) {
      addresses.add(uuid + "-" + mac);
    }
    return addresses;
  }

  /** The name that an answer carries, to whoever used that address; null if it is another's. */
  @Nullable String answering(String address) {
    String small = address.toLowerCase(Locale.ROOT);
    if (own.contains(small)) {
      return small;
    }
    return mac != null && small.equals(uuid + "-" + mac) ? uuid : null;
  }
}
