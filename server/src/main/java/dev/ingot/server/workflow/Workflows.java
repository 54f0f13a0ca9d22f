package dev.ingot.server.workflow;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.EventFeed;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Reach;
import dev.ingot.server.http.Routes;
import dev.ingot.server.jobs.NodeCalls;
import dev.ingot.server.nodes.NodeFilter;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.resources.claim.ClaimFeature;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import dev.ingot.server.workflow.definition.Definitions;
import dev.ingot.server.workflow.definition.PublishedSchema;
import dev.ingot.server.workflow.definition.ShippedWorkflows;
import dev.ingot.server.workflow.definition.WorkflowFiles;
import dev.ingot.server.workflow.definition.WorkflowRoutes;
import dev.ingot.server.workflow.fleet.Fleets;
import dev.ingot.server.workflow.rackhd.RackhdFiles;
import dev.ingot.server.workflow.run.Runs;
import dev.ingot.server.workflow.run.Timeline;
import dev.ingot.server.workflow.step.HttpPowerControl;
import dev.ingot.server.workflow.step.ShippedSteps;
import dev.ingot.server.workflow.trigger.Triggers;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The feature: its doors, made once. */
public final class Workflows implements AutoCloseable {
  /** Every change of steps and runs; kept within a budget. */
  public static final AppendOnlyTable TIMELINE = Timeline.TABLE;

  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Jdbi jdbi;
  private final Runs runs;
  private final Definitions definitions;
  private final Fleets fleets;
  private final Triggers triggers;
  private final Reclaims reclaims;
  private final List<Routes> routes = new ArrayList<>();

  /**
   * @param server this server's name
   * @param alone whether this server can be reached from this machine only
   */
  public Workflows(
      Store store,
      WakeUps wakeUps,
      EventFeed feed,
      Outbox outbox,
      Audit audit,
      Nodes nodes,
      NodeFilter filter,
      NodeCalls calls,
      ClaimFeature claims,
      String server,
      boolean alone,
      WorkflowSettings settings) {
    this.jdbi = store.engine();
    Reach wished = settings.targets();
    Reach targets = wished != null ? wished : alone ? Reach.LOOPBACK : Reach.PRIVATE;
    Definitions[] made = new Definitions[1];
    this.runs =
        new Runs(
            store,
            wakeUps,
            feed,
            outbox,
            audit,
            nodes.targets(),
            server,
            settings.keep(),
            below ->
                ShippedSteps.all(
                    below,
                    calls,
                    nodes.operations().attributes(),
                    outbox,
                    audit,
                    wakeUps,
                    new HttpPowerControl(http, settings.powerUrl()),
                    http,
                    targets),
            types -> made[0] = new Definitions(types, audit, outbox));
    this.definitions = made[0];
    routes.add(
        new WorkflowRoutes(
            store.api(),
            definitions,
            new WorkflowFiles(definitions, new RackhdFiles(audit)),
            PublishedSchema.of(runs.types())));
    routes.addAll(runs.routes());
    this.fleets =
        new Fleets(store, wakeUps, outbox, audit, nodes.targets(), runs.door(), settings.keep());
    routes.add(fleets.routes());
    this.triggers =
        new Triggers(
            store, feed, outbox, audit, filter, runs.door(), fleets.desk(), settings.keep());
    routes.add(triggers.routes());
    this.reclaims = new Reclaims(store.engine(), runs.door(), outbox, claims.desk());
    claims.reclaimWith(reclaims);
  }

  public List<Routes> routes() {
    return List.copyOf(routes);
  }

  /** What becomes of the runs of a node that goes. */
  public NodeRemoval removal() {
    NodeRemoval ofRuns = runs.removal();
    NodeRemoval ofTriggers = triggers.removal();
    return (handle, node) -> {
      ofRuns.removing(handle, node);
      ofTriggers.removing(handle, node);
    };
  }

  /** Begins to move runs. */
  public void start() {
    ShippedWorkflows.install(jdbi, definitions);
    runs.start();
    fleets.start();
    triggers.start();
    reclaims.start();
  }

  /** The database became another, as by a restore. */
  public void forget() {
    definitions.forget();
  }

  @Override
  public void close() {
    reclaims.close();
    triggers.close();
    fleets.close();
    runs.close();
    http.shutdownNow();
  }
}
