package dev.ingot.server;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Authentication;
import dev.ingot.server.broker.Broker;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.HostGuard;
import dev.ingot.server.http.Metrics;
import dev.ingot.server.inventory.Inventory;
import dev.ingot.server.jobs.Jobs;
import dev.ingot.server.mercury.Mercury;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.plugins.Plugins;
import dev.ingot.server.store.Store;
import dev.ingot.server.ur.Ur;
import dev.ingot.server.vogeler.Vogeler;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/** What is spoken for systems that there were before; each is off unless configured. */
record OldSystems(Vogeler vogeler, Ur ur, Mercury mercury) {
  static OldSystems of(
      Store store,
      Nodes nodes,
      Inventory inventory,
      Jobs jobs,
      Plugins plugins,
      Outbox outbox,
      Audit audit,
      ServerIdentity identity,
      Authentication authentication,
      ServerSettings settings,
      InstantSource clock,
      RandomGenerator random) {
    return new OldSystems(
        new Vogeler(
            store,
            nodes,
            jobs,
            plugins,
            outbox,
            audit,
            settings.vogeler(),
            System::nanoTime,
            random),
        new Ur(
            store,
            nodes,
            inventory.writer(),
            jobs.owed(),
            outbox,
            audit,
            identity,
            settings.ur(),
            clock,
            System::nanoTime,
            random),
        new Mercury(
            store,
            nodes,
            inventory,
            jobs,
            outbox,
            audit,
            identity,
            authentication,
            new HostGuard(settings.http()),
            settings.mercury(),
            clock,
            System::nanoTime,
            random));
  }

  /** Their brokers are set up and shown with the server's own. */
  OldSystems beside(Broker broker) {
    vogeler.beside(broker);
    ur.beside(broker);
    return this;
  }

  void start(Lifecycle lifecycle) {
    lifecycle.start("vogeler", vogeler::start, () -> null, vogeler);
    lifecycle.start("ur", ur::start, () -> null, ur);
    lifecycle.start("mercury", mercury::start, () -> null, mercury);
  }

  void measure(Metrics metrics) {
    vogeler.measure(metrics);
    ur.measure(metrics);
    mercury.measure(metrics);
  }
}
