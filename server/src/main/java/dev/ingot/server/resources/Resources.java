package dev.ingot.server.resources;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.inventory.query.Queries;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.resources.address.NetworkRoutes;
import dev.ingot.server.resources.claim.ClaimFeature;
import dev.ingot.server.resources.claim.ClaimKeeper;
import dev.ingot.server.resources.claim.ClaimRoutes;
import dev.ingot.server.resources.claim.ReclaimHook;
import dev.ingot.server.resources.kind.Kind;
import dev.ingot.server.resources.kind.KindRoutes;
import dev.ingot.server.resources.kind.Kinds;
import dev.ingot.server.resources.stock.Links;
import dev.ingot.server.resources.stock.Stock;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Handle;

/** The feature: its doors, made once. */
public final class Resources implements AutoCloseable {
  private final Audit audit;
  private final Store store;
  private final WakeUps wakeUps;
  private final Queries queries;
  private final Kinds kinds;
  private final Links links;
  private final Stock stock;
  private final ClaimFeature claims;

  public Resources(
      Store store,
      WakeUps wakeUps,
      Queries queries,
      VisibleNodes visible,
      Outbox outbox,
      Audit audit,
      ResourcesSettings settings,
      RandomGenerator random) {
    this.audit = audit;
    this.store = store;
    this.wakeUps = wakeUps;
    this.queries = queries;
    List<ReclaimHook> hooks = ClaimFeature.hooks();
    this.kinds = new Kinds(audit, kind -> ClaimFeature.check(kind, hooks), this::follow);
    this.links = new Links(visible);
    Stock.Freed freed = (handle, _) -> wakeUps.afterCommit(handle, ClaimKeeper.TOPIC);
    this.stock = new Stock(audit, outbox, links, freed);
    this.claims =
        new ClaimFeature(
            store.api(),
            store.engine(),
            kinds,
            queries,
            stock,
            freed,
            audit,
            outbox,
            settings.warning(),
            random,
            hooks);
  }

  /** The resources of a kind that was declared anew: whether they may be claimed. */
  private void follow(Handle handle, Kind kind) {
    States.follow(handle, kind);
    wakeUps.afterCommit(handle, ClaimKeeper.TOPIC);
  }

  public List<Routes> routes() {
    return List.of(
        new KindRoutes(store.api(), kinds),
        new ResourceRoutes(store.api(), kinds, queries, stock, claims.desk()),
        new ClaimRoutes(store.api(), kinds, claims.desk()),
        new NetworkRoutes(store.api(), kinds, audit),
        new PageRoutes());
  }

  public Kinds kinds() {
    return kinds;
  }

  public Stock stock() {
    return stock;
  }

  public ClaimFeature claims() {
    return claims;
  }

  /** What becomes of machines whose node goes. */
  public NodeRemoval removal() {
    return links;
  }

  /** Starts what happens by itself, until it is closed. */
  public void start() {
    claims.start(wakeUps);
  }

  @Override
  public void close() {
    claims.close();
  }
}
