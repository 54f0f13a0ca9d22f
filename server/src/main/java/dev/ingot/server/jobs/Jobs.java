package dev.ingot.server.jobs;

import dev.ingot.core.Json;
import dev.ingot.server.access.Audit;
import dev.ingot.server.access.Principal;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.jobs.preprocess.JobPreprocessor;
import dev.ingot.server.jobs.task.TaskEvent;
import dev.ingot.server.jobs.task.TaskKey;
import dev.ingot.server.nodes.NodeRemoval;
import dev.ingot.server.nodes.VisibleNodes;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.store.AppendOnlyTable;
import dev.ingot.server.store.DatabaseClock;
import dev.ingot.server.store.Repeating;
import dev.ingot.server.store.Store;
import dev.ingot.server.store.WakeUps;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.LongSupplier;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The feature: its doors, made once. */
public final class Jobs implements AutoCloseable {
  /** What tasks wrote; kept within a budget. */
  public static final AppendOnlyTable OUTPUT = OutputTable.TABLE;

  private static final Duration TIDY = Duration.ofMinutes(1);

  private final Jdbi engine;
  private final JobsSettings settings;
  private final JobJournal journal;
  private final JobDriver driver;
  private final WakeUps wakeUps;
  private final JobDesk desk;
  private final JobStreamRoutes streams;
  private final List<Routes> routes;
  private @Nullable Repeating tidying;

  /**
   * @param server this server's name, as sessions carry it
   * @param nanos a monotonic clock
   */
  public Jobs(
      Store store,
      WakeUps wakeUps,
      Outbox outbox,
      Audit audit,
      TargetResolver targets,
      VisibleNodes visible,
      String server,
      JobsSettings settings,
      LongSupplier nanos) {
    this.engine = store.engine();
    this.settings = settings;
    this.wakeUps = wakeUps;
    this.journal = new JobJournal(outbox);
    Watchers watchers = new Watchers();
    this.driver =
        new JobDriver(
            new Turn(store.engine(), server, settings, journal, watchers::changed, nanos));
    Rendering rendering =
        new Rendering(ServiceLoader.load(JobPreprocessor.class), new StoredNodes(), nanos);
    this.desk =
        new JobDesk(
            new JobPlanner(targets, settings),
            rendering,
            journal,
            audit,
            visible,
            wakeUps,
            settings);
    this.streams = new JobStreamRoutes(store.api(), desk, watchers);
    this.routes =
        List.of(
            new JobRoutes(store.api(), desk),
            new TaskRoutes(store.api(), desk),
            streams,
            new CapabilityRoutes(store.api(), targets));
  }

  /** Begins to move tasks, and to forget old jobs. */
  public void start() {
    wakeUps.on(JobDesk.TOPIC, driver::look);
    driver.start();
    tidying = Repeating.every(TIDY, "jobs-tidy", this::tidy);
  }

  private void tidy() {
    engine.useTransaction(
        handle -> {
          JobTable.forget(handle, settings.keep());
          ArgumentsTable.forgetSecrets(handle);
          CapabilityTable.tidy(handle);
        });
  }

  /** The database became another, as by a restore. */
  public void forget() {
    driver.forget();
  }

  /** What the link tells of nodes and their tasks. */
  public OwedWork owed() {
    return driver;
  }

  /**
   * Makes a job for a feature above, with the caller's transaction.
   *
   * @param request as {@code POST /jobs} takes it, without a preprocessor
   * @return the job's number
   * @throws dev.ingot.server.problem.Problem if it is none, or no node can do it
   */
  public long make(Handle handle, Principal who, JsonNode request) {
    return desk.create(handle, who, Json.MAPPER.treeToValue(request, JobRequest.class)).job().id();
  }

  /** The same with a preprocessor, which may take long, between transactions of its own. */
  public long prepare(Jdbi jdbi, Principal who, JsonNode request) {
    return desk.create(jdbi, who, Json.MAPPER.treeToValue(request, JobRequest.class), null)
        .job()
        .id();
  }

  /**
   * Tasks of a job as {@code GET /jobs/{id}/tasks?output=…} shows them, by node.
   *
   * @param after the node of the last one before
   * @param most bytes of each stream; below zero: what they returned and wrote is left out
   */
  public List<JsonNode> shownTasks(Handle handle, long id, String after, int limit, int most) {
    List<TaskView> tasks = TaskReader.page(handle, id, null, after, limit);
    return (most < 0 ? tasks : TaskReader.withOutput(handle, id, tasks, most))
        .stream().<JsonNode>map(Json.MAPPER::valueToTree).toList();
  }

  /** One of them. */
  public Optional<JsonNode> shownTask(Handle handle, long id, String node, int most) {
    return TaskReader.find(handle, id, node)
        .map(task -> TaskReader.withOutput(handle, id, List.of(task), most).getFirst())
        .map(task -> Json.MAPPER.valueToTree(task));
  }

  JobDesk desk() {
    return desk;
  }

  /** Calls of one node, for features above. */
  public NodeCalls calls() {
    return new NodeCalls(desk);
  }

  public List<Routes> routes() {
    return routes;
  }

  /** Open streams end with this; before the listener closes. */
  public AutoCloseable streams() {
    return streams;
  }

  /** The tasks of a node that is deleted end; what they were stays. */
  public NodeRemoval removal() {
    return this::removing;
  }

  private void removing(Handle handle, String nodeId) {
    List<TaskKey> open = TaskTable.openOf(handle, List.of(nodeId));
    Round round = new Round(handle, DatabaseClock.now(handle), settings, (key, message) -> {});
    round.lock(List.of(), open);
    open.forEach(key -> round.apply(key, new TaskEvent.NodeGone("its node was deleted")));
    round.write(journal);
    wakeUps.afterCommit(handle, JobDesk.TOPIC);
  }

  @Override
  public void close() {
    if (tidying != null) {
      tidying.close();
    }
    driver.close();
  }
}
