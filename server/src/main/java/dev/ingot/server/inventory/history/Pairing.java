package dev.ingot.server.inventory.history;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which element of one list is which of another: by the declared keys, else by what all elements
 * call themselves, else by position. A few hashes per element, whatever the lists' lengths.
 *
 * @param partner for each element of the first list its index in the second, -1 for none
 * @param ordered whether the order of the elements says something
 */
record Pairing(int[] partner, boolean ordered) {
  /** What elements of undeclared lists are told apart by when all have it, each another. */
  private static final List<ElementKey> OWN_NAMES =
      ElementKey.all(
          "serial", "uuid", "wwn", "mac", "locator", "slot", "id", "name", "device", "address");

  /** Of these own names the ones of parts: their order says nothing. */
  private static final int OF_PARTS = 6;

  static Pairing of(@Nullable PartList list, ArrayNode from, ArrayNode to) {
    if (list != null && onlyObjects(from) && onlyObjects(to)) {
      int[] partner = none(from);
      boolean[] taken = new boolean[to.size()];
      for (int level = 0; level < list.keys().size(); level++) {
        pair(list.keys(), level, from, to, partner, taken);
      }
      pairNameless(list.keys(), from, to, partner, taken);
      return new Pairing(partner, false);
    }
    if (onlyObjects(from) && onlyObjects(to) && !from.isEmpty() && !to.isEmpty()) {
      for (int i = 0; i < OWN_NAMES.size(); i++) {
        ElementKey key = OWN_NAMES.get(i);
        if (tellsApart(key, from) && tellsApart(key, to)) {
          int[] partner = none(from);
          pair(List.of(key), 0, from, to, partner, new boolean[to.size()]);
          return new Pairing(partner, i >= OF_PARTS);
        }
      }
    }
    return new Pairing(
        noContainers(from) && noContainers(to) ? byValue(from, to) : byPosition(from, to), true);
  }

  private static int[] none(ArrayNode from) {
    int[] partner = new int[from.size()];
    Arrays.fill(partner, -1);
    return partner;
  }

  /** Pairs what is left by one key; several of one key in the order in which they stand. */
  private static void pair(
      List<ElementKey> keys,
      int level,
      ArrayNode from,
      ArrayNode to,
      int[] partner,
      boolean[] taken) {
    ElementKey key = keys.get(level);
    Map<String, Deque<Integer>> open = new HashMap<>();
    for (int j = 0; j < to.size(); j++) {
      String value = taken[j] ? null : key.of((ObjectNode) to.get(j));
      if (value != null) {
        open.computeIfAbsent(value, _ -> new ArrayDeque<>(1)).add(j);
      }
    }
    if (open.isEmpty()) {
      return;
    }
    for (int i = 0; i < from.size(); i++) {
      String value = partner[i] >= 0 ? null : key.of((ObjectNode) from.get(i));
      Deque<Integer> candidates = value == null ? null : open.get(value);
      Integer j = candidates == null ? null : candidates.peek();
      if (candidates != null
          && j != null
          && !contradict(keys, (ObjectNode) from.get(i), (ObjectNode) to.get(j))) {
        candidates.poll();
        partner[i] = j;
        taken[j] = true;
      }
    }
  }

  /** What no key names at all is paired as it stands. */
  private static void pairNameless(
      List<ElementKey> keys, ArrayNode from, ArrayNode to, int[] partner, boolean[] taken) {
    List<Integer> left = new ArrayList<>();
    List<Integer> right = new ArrayList<>();
    ArrayNode before = JsonNodeFactory.instance.arrayNode();
    ArrayNode after = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < from.size(); i++) {
      if (partner[i] < 0 && isNameless(keys, from.get(i))) {
        left.add(i);
        before.add(from.get(i));
      }
    }
    for (int j = 0; j < to.size() && !left.isEmpty(); j++) {
      if (!taken[j] && isNameless(keys, to.get(j))) {
        right.add(j);
        after.add(to.get(j));
      }
    }
    int[] pairs = byPosition(before, after);
    for (int i = 0; i < pairs.length; i++) {
      if (pairs[i] >= 0) {
        partner[left.get(i)] = right.get(pairs[i]);
      }
    }
  }

  private static boolean isNameless(List<ElementKey> keys, JsonNode element) {
    return keys.stream().allMatch(key -> key.of((ObjectNode) element) == null);
  }

  private static boolean contradict(List<ElementKey> keys, ObjectNode from, ObjectNode to) {
    for (ElementKey key : keys) {
      if (key.identity()) {
        String one = key.of(from);
        String other = key.of(to);
        if (one != null && other != null && !one.equals(other)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean tellsApart(ElementKey key, ArrayNode array) {
    Set<String> seen = new HashSet<>();
    for (JsonNode element : array) {
      String value = key.of((ObjectNode) element);
      if (value == null || !seen.add(value)) {
        return false;
      }
    }
    return true;
  }

  private static boolean onlyObjects(ArrayNode array) {
    return array.valueStream().allMatch(JsonNode::isObject);
  }

  private static boolean noContainers(ArrayNode array) {
    return array.valueStream().noneMatch(JsonNode::isContainer);
  }

  private static int[] byValue(ArrayNode from, ArrayNode to) {
    Map<Object, Deque<Integer>> open = new HashMap<>();
    for (int j = 0; j < to.size(); j++) {
      open.computeIfAbsent(value(to.get(j)), _ -> new ArrayDeque<>(1)).add(j);
    }
    int[] partner = none(from);
    for (int i = 0; i < from.size(); i++) {
      Deque<Integer> candidates = open.get(value(from.get(i)));
      Integer j = candidates == null ? null : candidates.poll();
      partner[i] = j == null ? -1 : j;
    }
    return partner;
  }

  /** Equal numbers are one value, however they are written. */
  private static Object value(JsonNode node) {
    return node.isNumber() ? node.decimalValue().stripTrailingZeros() : node;
  }

  /** Equal elements at both ends stay, those between are paired as they stand. */
  private static int[] byPosition(ArrayNode from, ArrayNode to) {
    int shorter = Math.min(from.size(), to.size());
    int start = 0;
    while (start < shorter && SameJson.same(from.get(start), to.get(start))) {
      start++;
    }
    int end = 0;
    while (end < shorter - start
        && SameJson.same(from.get(from.size() - 1 - end), to.get(to.size() - 1 - end))) {
      end++;
    }
    int[] partner = none(from);
    for (int i = 0; i < shorter - end; i++) {
      partner[i] = i;
    }
    for (int k = 1; k <= end; k++) {
      partner[from.size() - k] = to.size() - k;
    }
    return partner;
  }
}
