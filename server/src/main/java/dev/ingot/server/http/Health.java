package dev.ingot.server.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether the server can be used, part by part. */
public final class Health {
  private final Supplier<Map<String, @Nullable String>> parts;
  private volatile boolean stopping;

  /**
   * @param parts each part's name with the reason why it is not ready, null when it is
   */
  public Health(Supplier<Map<String, @Nullable String>> parts) {
    this.parts = parts;
  }

  /** From now on it is not ready: no new work should be sent here. */
  public void stopping() {
    stopping = true;
  }

  /**
   * @param components {@code ready}, or the reason why not
   */
  record Readiness(String status, Map<String, String> components) {}

  Readiness readiness() {
    Map<String, String> components = new LinkedHashMap<>();
    parts.get().forEach((name, why) -> components.put(name, why == null ? "ready" : why));
    if (stopping) {
      components.put("server", "stopping");
    }
    boolean ready = components.values().stream().allMatch("ready"::equals);
    return new Readiness(ready ? "ready" : "not ready", components);
  }
}
