package dev.ingot.server.inventory;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What lists show of a machine; null is "not known".
 *
 * @param cpuCores of all sockets
 * @param memoryBytes what the kernel has, as /proc/meminfo's MemTotal
 * @param diskBytes of all disks that the system sees
 */
public record Summary(
    @Nullable String vendor,
    @Nullable String model,
    @Nullable String serial,
    @Nullable String cpuModel,
    @Nullable Integer cpuCores,
    @Nullable Long memoryBytes,
    @Nullable Long diskBytes) {

  static Summary of(JsonNode document) {
    JsonNode dmi = document.path("dmi");
    JsonNode sockets = document.path("cpu");
    Long cores = sum(sockets, "cores");
    return new Summary(
        text(dmi.path("sys_vendor")),
        text(dmi.path("product_name")),
        text(dmi.path("product_serial")),
        text(sockets.path(0).path("model_name")),
        cores == null || cores > Integer.MAX_VALUE ? null : Integer.valueOf(cores.intValue()),
        number(document.path("mem").path("MemTotal")),
        sum(document.path("os_storage"), "size"));
  }

  private static @Nullable Long sum(JsonNode list, String field) {
    Long sum = null;
    if (list.isArray()) {
      for (JsonNode element : list) {
        Long number = number(element.path(field));
        if (number != null) {
          sum = (sum == null ? 0L : sum) + number;
        }
      }
    }
    return sum;
  }

  private static @Nullable Long number(JsonNode value) {
    return value.isIntegralNumber() && value.canConvertToLong()
        ? Long.valueOf(value.longValue())
        : null;
  }

  private static @Nullable String text(JsonNode value) {
    return value.isString() && !value.stringValue().isBlank() ? value.stringValue() : null;
  }
}
