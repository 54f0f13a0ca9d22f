package dev.ingot.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.protocol.CapabilitySignature;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.OutputChunk;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.protocol.VersionRange;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.agents.NodeLink;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.nodes.Nodes;
import dev.ingot.server.nodes.NodesSettings;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.store.TestStore;
import dev.ingot.server.store.WakeUps;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The driver and PostgreSQL with many nodes that answer at once, without sockets. */
class ManyTasksIT {
  private static final Logger log = LoggerFactory.getLogger(ManyTasksIT.class);
  private static final Principal WHO = new Principal("alice", Role.OPERATOR);
  private static final String SERVER = "here";

  private final TestStore store = TestStore.open();
  private final WakeUps wakeUps = WakeUps.start(store.store());
  private final OutboxTable outbox = new OutboxTable(() -> {});
  private final AuditTable audit = new AuditTable();
  private volatile boolean silent;
  private final Map<String, Integer> begun = new ConcurrentHashMap<>();
  private Jobs jobs;
  private JobDesk desk;

  @BeforeEach
  void start() {
    Nodes nodes =
        new Nodes(
            store.store(),
            outbox,
            audit,
            NodesSettings.DEFAULT,
            new ServerIdentity(SERVER, "first"),
            new SecureRandom(),
            null);
    jobs =
        new Jobs(
            store.store(),
            wakeUps,
            outbox,
            audit,
            nodes.targets(),
            nodes.visible(),
            SERVER,
            JobsSettings.DEFAULT,
            System::nanoTime);
    desk = jobs.desk();
    jobs.start();
  }

  @AfterEach
  void stop() {
    jobs.close();
    wakeUps.close();
    store.close();
  }

  /** A node that does everything at once, in its own way. */
  private final class SmallNode implements NodeLink {
    private final OwedWork owed = jobs.owed();
    private final Presence.Session session;
    private final int number;

    SmallNode(String id, int number) {
      this.session = new Presence.Session(id, number + 1);
      this.number = number;
    }

    @Override
    public Presence.Session session() {
      return session;
    }

    @Override
    public Message.Hello hello() {
      return new Message.Hello(
          VersionRange.SPOKEN,
          Set.of(),
          "test",
          new IdentityFacts(null, null, null, null, null, null, List.of(), "1"),
          "boot",
          "incarnation-" + number,
          1,
          null,
          new Proof("0".repeat(64), null),
          "0",
          "said",
          List.of());
    }

    @Override
    public int waiting() {
      return 0;
    }

    private void tell(TaskMessage message) {
      owed.heard(this, message, () -> {});
    }

    @Override
    public void say(Message message) {
      switch (message) {
        case TaskMessage.Offer offer -> tell(new TaskMessage.Accept(offer.task(), offer.attempt()));
        case TaskMessage.AcceptCommitted(long task, int attempt) -> {
          begun.merge(session.nodeId() + "/" + task, 1, Integer::sum);
          if (silent) {
            return;
          }
          boolean fails = number % 50 == 7;
          byte[] bytes = ("host-" + number % 3 + "\n").getBytes(StandardCharsets.UTF_8);
          tell(
              new TaskMessage.Finished(
                  task,
                  attempt,
                  fails ? TaskMessage.Status.FAILED : TaskMessage.Status.SUCCEEDED,
                  fails ? 1 : 0,
                  null,
                  null,
                  3,
                  List.of(new OutputChunk(OutputChunk.Stream.STDOUT, 0, bytes, 0)),
                  false));
        }
        default -> {}
      }
    }
  }

  private List<SmallNode> nodes(int many) {
    store
        .jdbi()
        .useTransaction(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO node (id, standing, id_reason, facts_digest, tags)
                  SELECT lpad(to_hex(n), 42, '0'), 'admitted', 'test', '', ARRAY['all']
                  FROM generate_series(0, ? - 1) n
                  """,
                  many);
              handle.execute(
                  """
                  INSERT INTO agent_session (node, epoch, server, server_incarnation, boot_id,
                    incarnation, online, seen)
                  SELECT lpad(to_hex(n), 42, '0'), n + 1, ?, 'first', 'boot', 'incarnation-' || n,
                    true, now()
                  FROM generate_series(0, ? - 1) n
                  """,
                  SERVER,
                  many);
              CapabilitySignature run =
                  new CapabilitySignature(
                      "run",
                      "Runs.",
                      "",
                      Json.read("{\"type\":\"object\"}"),
                      null,
                      null,
                      60,
                      false,
                      false,
                      false,
                      null);
              List<CapabilityTable.Published> published = new ArrayList<>();
              for (int i = 0; i < many; i++) {
                CapabilityTable.Published one =
                    CapabilityTable.Published.of("%042x".formatted(i), List.of(run));
                published.add(
                    new CapabilityTable.Published(one.node(), "said", one.digest(), one.list()));
              }
              CapabilityTable.store(handle, published);
            });
    List<SmallNode> nodes = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      SmallNode node = new SmallNode("%042x".formatted(i), i);
      nodes.add(node);
      jobs.owed().opened(node);
    }
    return nodes;
  }

  private Job create(String on, int concurrency) {
    JobRequest request =
        new JobRequest(
            Json.MAPPER.getNodeFactory().stringNode(on),
            "run",
            Json.read("{\"argv\":[\"hostname\"]}"),
            null,
            null,
            null,
            concurrency,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null);
    return desk.create(store.jdbi(), WHO, request, null).job();
  }

  private Job find(long id) {
    return store.jdbi().withHandle(handle -> JobTable.find(handle, id).orElseThrow());
  }

  private Job ended(long id) {
    await()
        .atMost(Duration.ofSeconds(60))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> find(id).state != Job.State.RUNNING);
    return find(id);
  }

  @Test
  void whoeverSpokeForANodeHearsWhetherItIsWritten() {
    SmallNode node = nodes(1).getFirst();
    silent = true;
    long task = create("tag:all", 1).id();
    await().atMost(Duration.ofSeconds(60)).until(() -> !begun.isEmpty());

    assertThat(written(node, task, "\0")).as("which no text of PostgreSQL holds").isFalse();
    assertThat(find(task).state).isEqualTo(Job.State.RUNNING);
    assertThat(written(node, task, "said again")).isTrue();
    assertThat(find(task).state).isEqualTo(Job.State.FINISHED);
  }

  private boolean written(SmallNode node, long task, String detail) {
    TaskMessage.Finished end =
        new TaskMessage.Finished(
            task, 1, TaskMessage.Status.FAILED, null, null, detail, 3, List.of(), false);
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    jobs.owed().heard(node, end, outcome::complete);
    return outcome.orTimeout(60, TimeUnit.SECONDS).join();
  }

  @Test
  void thousandsOfTasksEndOnceEachAndAPersonsCallPassesThemBy() {
    int many = Integer.getInteger("ingot.tasks", 2_000);
    nodes(many);
    ended(create("tag:all", many).id());
    begun.clear();
    long from = System.nanoTime();
    Job bulk = create("tag:all", many);
    List<Long> passed = new ArrayList<>();
    while (find(bulk.id()).state == Job.State.RUNNING && passed.size() < 50) {
      long asked = System.nanoTime();
      ended(create("%042x".formatted(passed.size()), 1).id());
      passed.add((System.nanoTime() - asked) / 1_000_000);
    }
    Job done = ended(bulk.id());
    long millis = Math.max(1, (System.nanoTime() - from) / 1_000_000);
    log.info(
        "{} tasks in {} ms, {}/s; {} calls of a person meanwhile, ms: {}",
        many,
        millis,
        1000L * many / millis,
        passed.size(),
        passed);
    assertThat(done.counts.failures()).isEqualTo((many + 42) / 50);
    assertThat(done.counts.open()).isZero();
    assertThat(begun).hasSize(many + passed.size());
    assertThat(begun.values()).allMatch(times -> times == 1);
    // What is counted is what there is.
    int[] counted = new int[JobCounts.SIZE];
    store
        .jdbi()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT state, wait, count(*) AS many FROM task WHERE job = :job GROUP BY"
                            + " 1, 2")
                    .bind("job", bulk.id())
                    .map(
                        (row, context) ->
                            counted[JobCounts.place(TaskState.of(row.getInt("state")), null)] =
                                row.getInt("many"))
                    .list());
    assertThat(done.counts.array()).isEqualTo(counted);
    int stored =
        store
            .jdbi()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT count(*) FROM task_output WHERE job = :job")
                        .bind("job", bulk.id())
                        .mapTo(Integer.class)
                        .one());
    assertThat(stored).isEqualTo(many);
    if (!passed.isEmpty()) {
      assertThat(passed.stream().sorted().toList().get(passed.size() / 2)).isLessThan(3_000);
    }
  }
}
