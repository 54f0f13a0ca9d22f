package dev.ingot.server.inventory.history;

import tools.jackson.databind.JsonNode;

/** Whether two values say the same: numbers by value, as PostgreSQL writes 1e2 as 100. */
public final class SameJson {
  private SameJson() {}

  public static boolean same(JsonNode left, JsonNode right) {
    return left.equals(SameJson::order, right);
  }

  private static int order(JsonNode left, JsonNode right) {
    boolean equal =
        (left.isNumber() && right.isNumber())
            ? left.decimalValue().compareTo(right.decimalValue()) == 0
            : left.equals(right);
    return equal ? 0 : 1;
  }
}
