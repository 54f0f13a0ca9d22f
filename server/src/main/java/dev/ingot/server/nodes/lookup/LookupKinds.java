package dev.ingot.server.nodes.lookup;

import dev.ingot.server.access.PathGrants;
import java.util.List;
import java.util.Map;

/** By what somebody may find a node: by what it may also read of the node's document. */
record LookupKinds(List<String> identifiers, List<String> addresses) {
  /** Where in a document an identifier stands. */
  private static final Map<String, List<List<String>>> IDENTIFIERS =
      Map.of(
          "uuid", List.of(List.of("dmi", "product_uuid")),
          "system-serial", List.of(List.of("dmi", "product_serial")),
          "board-serial", List.of(List.of("dmi", "board_serial")),
          "chassis-serial", List.of(List.of("dmi", "chassis_serial")),
          "mac", List.of(List.of("interfaces", "permanent_address")),
          // Of the agent, and in no document: only who sees everything knows it.
          "install", List.of(List.of()));

  private static final Map<String, List<List<String>>> ADDRESSES =
      Map.of(
          "mac",
              List.of(List.of("interfaces", "address"), List.of("interfaces", "permanent_address")),
          "ip",
              List.of(
                  List.of("interfaces", "address_info", "addr"),
                  List.of("interfaces", "address_info_v6", "addr")));

  static LookupKinds of(PathGrants read) {
    return new LookupKinds(granted(IDENTIFIERS, read), granted(ADDRESSES, read));
  }

  private static List<String> granted(Map<String, List<List<String>>> kinds, PathGrants read) {
    return kinds.entrySet().stream()
        .filter(kind -> kind.getValue().stream().allMatch(read::covers))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
