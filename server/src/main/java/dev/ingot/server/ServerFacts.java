package dev.ingot.server;

import dev.ingot.core.Json;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Severity;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.store.Store;

/** What the server tells of itself. */
final class ServerFacts {
  private ServerFacts() {}

  static void measure(Metrics metrics, Store.Pool pool) {
    metrics.gauge("ingot.pool.used", "connections in use", "pool", pool.name(), pool.used()::get);
    metrics.gauge(
        "ingot.pool.waiting", "threads that wait", "pool", pool.name(), pool.waiting()::get);
  }

  static NewEvent started(String machine) {
    return new NewEvent(
        "server",
        "started",
        Severity.INFORMATION,
        machine,
        null,
        Json.MAPPER.createObjectNode().put("pid", ProcessHandle.current().pid()));
  }
}
