package dev.ingot.server.inventory.classes;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.store.Store;

/** The feature: its doors, made once. */
public final class Classes implements AutoCloseable {
  private final Routes routes;
  private final ClassKeeper keeper;

  public Classes(Store store, Queries queries, Audit audit, Outbox outbox) {
    this.routes = new ClassRoutes(store.api(), new ClassRules(audit, outbox));
    this.keeper = new ClassKeeper(store.engine(), new Classifier(queries, outbox));
  }

  public Routes routes() {
    return routes;
  }

  /** Begins to look at nodes whose class may have changed. */
  public void start() {
    keeper.start();
  }

  @Override
  public void close() {
    keeper.close();
  }
}
