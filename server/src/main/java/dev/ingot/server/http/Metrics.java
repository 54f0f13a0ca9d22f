package dev.ingot.server.http;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * Counts and gauges in the Prometheus text format. Tags take few values: routes and not paths,
 * classes of status and not codes; never a node's id.
 */
public final class Metrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final List<Supplier<Number>> counted = new CopyOnWriteArrayList<>();
  private final JvmGcMetrics collections = new JvmGcMetrics();

  public Metrics() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** A number that is read when somebody looks. */
  public void gauge(String name, String description, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).register(registry);
  }

  /** A number that is read when somebody looks, one of several that a tag tells apart. */
  public void gauge(
      String name, String description, String tag, String tagValue, Supplier<Number> value) {
    Gauge.builder(name, value).description(description).tag(tag, tagValue).register(registry);
  }

  /** A number that only grows, read when somebody looks. */
  public void counter(String name, String description, Supplier<Number> value) {
    counted.add(value); // the registry itself would let it go
    FunctionCounter.builder(name, value, count -> count.get().doubleValue())
        .description(description)
        .register(registry);
  }

  /** Counts a request that was answered. */
  public void done(RequestDone request) {
    Timer.builder("ingot.http.requests")
        .description("requests that were answered")
        .tag("method", request.known() ? request.method() : "other")
        .tag("route", request.route())
        .tag("status", request.status() / 100 + "xx")
        .register(registry)
        .record(Duration.ofNanos((long) (request.seconds() * 1e9)));
  }

  String text() {
    return registry.scrape();
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
