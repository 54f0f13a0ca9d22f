package dev.ingot.server.jobs;

import dev.ingot.protocol.HeldTask;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.NodeLink;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.jobs.task.TaskEvent;
import dev.ingot.server.jobs.task.TaskKey;
import dev.ingot.server.jobs.task.TaskState;
import dev.ingot.server.store.DatabaseClock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** One turn of the driver: everything that arrived, what is due, and the next offers. */
final class Turn {
  private static final long REFRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_AT_ONCE = 1_000;

  /** Frames that may wait for one node; one that does not read would be cut. */
  private static final int MOST_WAITING = 64;

  private final Jdbi jdbi;
  private final String server;
  private final JobsSettings settings;
  private final JobJournal journal;
  private final Offers offers;
  private final Consumer<Collection<Long>> changed;
  private final LongSupplier nanos;
  private final Dispatch dispatch;
  private final Map<String, NodeLink> live = new HashMap<>();
  private final TreeMap<Long, Job> running = new TreeMap<>();
  private long refreshed;
  private boolean look = true;
  private volatile boolean forget;

  /** What is said after the commit. */
  private record Said(NodeLink to, TaskMessage message) {}

  /**
   * @param changed told the jobs that changed, after each commit
   * @param nanos a monotonic clock, for when to look again
   */
  Turn(
      Jdbi jdbi,
      String server,
      JobsSettings settings,
      JobJournal journal,
      Consumer<Collection<Long>> changed,
      LongSupplier nanos) {
    this.jdbi = jdbi;
    this.server = server;
    this.settings = settings;
    this.journal = journal;
    this.offers = new Offers();
    this.changed = changed;
    this.nanos = nanos;
    this.dispatch = new Dispatch(settings.offered());
  }

  /** The jobs are to be read again. */
  void look() {
    look = true;
  }

  /** The database became another: nothing that was read of it holds. Called by any thread. */
  void forget() {
    forget = true;
  }

  /** Does it all in one transaction; returns whether there is more to do at once. */
  boolean take(List<Arrival> arrived) {
    for (Arrival each : arrived) {
      switch (each) {
        case Arrival.Opened(NodeLink link) -> live.put(link.session().nodeId(), link);
        case Arrival.Closed(NodeLink link) -> live.remove(link.session().nodeId(), link);
        case Arrival.Heard heard -> {}
        case Arrival.Look() -> {}
      }
    }
    if (forget) {
      forget = false;
      look = true;
      offers.forgetAll();
    }
    boolean refresh = look || nanos.getAsLong() - refreshed >= REFRESH_NANOS;
    if (arrived.isEmpty() && !refresh && !dispatch.any(running.values())) {
      return false;
    }
    List<Said> said = new ArrayList<>();
    Collection<Job> touched =
        jdbi.inTransaction(handle -> transact(handle, arrived, refresh, said));
    if (refresh) {
      look = false;
      refreshed = nanos.getAsLong();
    }
    remember(touched);
    said.forEach(each -> each.to().say(each.message()));
    for (Arrival each : arrived) {
      if (each instanceof Arrival.Heard heard) {
        heard.outcome().over(true);
      }
    }
    if (!touched.isEmpty()) {
      changed.accept(touched.stream().map(Job::id).toList());
    }
    return dispatch.any(running.values());
  }

  private void remember(Collection<Job> touched) {
    for (Job job : touched) {
      if (job.state == Job.State.RUNNING) {
        running.put(job.id(), job);
      } else {
        running.remove(job.id());
        offers.forget(job.id());
      }
    }
  }

  private Collection<Job> transact(
      Handle handle, List<Arrival> arrived, boolean refresh, List<Said> said) {
    if (refresh) {
      running.clear();
      JobTable.running(handle, settings.running()).forEach(job -> running.put(job.id(), job));
      dispatch.allMayHaveMore();
    }
    Due due = due(handle, arrived, refresh);
    Map<Long, Integer> next = dispatch.next(running.values());
    Set<Long> ids = new HashSet<>(next.keySet());
    running.values().stream()
        .filter(job -> job.cancelReason != null)
        .forEach(job -> ids.add(job.id()));
    Speaker speaker = new Speaker(said);
    Round round = new Round(handle, DatabaseClock.now(handle), settings, speaker::say);
    round.lock(ids, due.keys());
    arrivals(round, arrived, due, speaker);
    speaker.to(null);
    due.overdue().forEach(key -> round.apply(key, new TaskEvent.Overdue()));
    due.awaited().forEach(key -> round.apply(key, new TaskEvent.Awaited()));
    due.singly().forEach((key, reason) -> round.apply(key, new TaskEvent.CancelAsked(reason)));
    for (TaskKey key : due.cancelled()) {
      Job job = round.job(key.job());
      if (job != null && job.cancelReason != null) {
        round.apply(key, new TaskEvent.CancelAsked(job.cancelReason));
      }
    }
    round.jobs().forEach(job -> dispatch.happened(job.id()));
    offer(round, next, speaker);
    round.write(journal);
    return round.jobs().stream().filter(job -> job.changed).toList();
  }

  /** Who is told: the session that spoke, or the one that is there. */
  private final class Speaker {
    private final List<Said> said;
    private @Nullable NodeLink link;

    Speaker(List<Said> said) {
      this.said = said;
    }

    void to(@Nullable NodeLink asked) {
      link = asked;
    }

    void say(TaskKey key, TaskMessage message) {
      NodeLink to = link == null ? live.get(key.node()) : link;
      if (to != null) {
        said.add(new Said(to, message));
      }
    }
  }

  /**
   * Tasks that something happens to.
   *
   * @param opened of nodes whose sessions began or ended, by node
   */
  private record Due(
      Map<String, List<TaskKey>> opened,
      List<TaskKey> overdue,
      List<TaskKey> awaited,
      List<TaskKey> cancelled,
      Map<TaskKey, String> singly,
      Set<TaskKey> said) {
    Set<TaskKey> keys() {
      Set<TaskKey> keys = new LinkedHashSet<>(said);
      opened.values().forEach(keys::addAll);
      keys.addAll(overdue);
      keys.addAll(awaited);
      keys.addAll(cancelled);
      keys.addAll(singly.keySet());
      return keys;
    }
  }

  private Due due(Handle handle, List<Arrival> arrived, boolean refresh) {
    Set<String> nodes = new HashSet<>();
    Set<TaskKey> said = new HashSet<>();
    for (Arrival each : arrived) {
      switch (each) {
        case Arrival.Opened(NodeLink link) -> {
          nodes.add(link.session().nodeId());
          link.hello()
              .tasks()
              .forEach(held -> said.add(new TaskKey(held.task(), link.session().nodeId())));
        }
        case Arrival.Closed(NodeLink link) -> nodes.add(link.session().nodeId());
        case Arrival.Heard(NodeLink link, TaskMessage message, OwedWork.Outcome _) -> {
          long task = Spoken.task(message);
          if (task > 0) {
            said.add(new TaskKey(task, link.session().nodeId()));
          }
        }
        case Arrival.Look() -> {}
      }
    }
    List<TaskKey> cancelled = new ArrayList<>();
    for (Job job : running.values()) {
      if (job.cancelReason != null && cancelled.size() < MOST_AT_ONCE) {
        cancelled.addAll(TaskTable.toCancel(handle, server, job.id(), MOST_AT_ONCE));
      }
    }
    boolean open = refresh && !running.isEmpty();
    return new Due(
        nodes.isEmpty()
            ? Map.of()
            : TaskTable.openOf(handle, nodes).stream()
                .collect(Collectors.groupingBy(TaskKey::node)),
        open ? TaskTable.overdue(handle, MOST_AT_ONCE) : List.of(),
        open
            ? TaskTable.awaited(handle, server, MOST_AT_ONCE).stream()
                .filter(key -> live.containsKey(key.node()))
                .toList()
            : List.of(),
        cancelled,
        open ? TaskTable.takeCancels(handle, server, MOST_AT_ONCE) : Map.of(),
        said);
  }

  private void arrivals(Round round, List<Arrival> arrived, Due due, Speaker speaker) {
    List<CapabilityTable.Published> published = new ArrayList<>();
    List<NodeLink> opened = new ArrayList<>();
    for (Arrival each : arrived) {
      switch (each) {
        case Arrival.Opened(NodeLink link) -> {
          speaker.to(link);
          opened.add(link);
          opened(
              round, link, due.opened().getOrDefault(link.session().nodeId(), List.of()), speaker);
        }
        case Arrival.Closed(NodeLink link) -> {
          speaker.to(null);
          TaskEvent closed = new TaskEvent.Closed(Arrival.session(link));
          due.opened()
              .getOrDefault(link.session().nodeId(), List.of())
              .forEach(key -> round.apply(key, closed));
        }
        case Arrival.Heard(NodeLink link, TaskMessage message, OwedWork.Outcome _) -> {
          speaker.to(link);
          if (message instanceof TaskMessage.Capabilities(var list)) {
            published.add(CapabilityTable.Published.of(link.session().nodeId(), list));
          } else {
            Spoken.apply(round, link, message, speaker::say);
          }
        }
        case Arrival.Look() -> {}
      }
    }
    if (!published.isEmpty()) {
      CapabilityTable.store(round.handle(), published);
    }
    askForCapabilities(round.handle(), opened, speaker);
  }

  private static void opened(Round round, NodeLink link, List<TaskKey> open, Speaker speaker) {
    Map<Long, HeldTask> held = new HashMap<>();
    link.hello().tasks().forEach(each -> held.put(each.task(), each));
    String node = link.session().nodeId();
    Set<TaskKey> keys = new LinkedHashSet<>(open);
    held.keySet().forEach(task -> keys.add(new TaskKey(task, node)));
    for (TaskKey key : keys) {
      HeldTask known = held.get(key.job());
      if (round.holds(key)) {
        round.apply(key, new TaskEvent.Opened(Arrival.session(link), known));
      } else if (known != null && known.state() != HeldTask.State.FINISHED) {
        speaker.say(
            key, new TaskMessage.Cancel(key.job(), known.attempt(), "the server has no such task"));
      }
    }
  }

  private static void askForCapabilities(Handle handle, List<NodeLink> opened, Speaker speaker) {
    if (opened.isEmpty()) {
      return;
    }
    Map<String, String> said =
        CapabilityTable.said(handle, opened.stream().map(link -> link.session().nodeId()).toList());
    Map<String, String> others = new HashMap<>();
    for (NodeLink link : opened) {
      String digest = link.hello().capabilities();
      if (digest != null && !digest.equals(said.get(link.session().nodeId()))) {
        others.put(link.session().nodeId(), digest);
      }
    }
    if (others.isEmpty()) {
      return;
    }
    others.keySet().removeAll(CapabilityTable.storeKnown(handle, others));
    for (NodeLink link : opened) {
      String node = link.session().nodeId();
      if (others.containsKey(node)) {
        speaker.to(link);
        speaker.say(new TaskKey(0, node), new TaskMessage.CapabilitiesWanted());
      }
    }
  }

  private void offer(Round round, Map<Long, Integer> next, Speaker speaker) {
    speaker.to(null);
    List<TaskKey> offered = new ArrayList<>();
    Map<String, Integer> perNode = new HashMap<>();
    for (Map.Entry<Long, Integer> entry : next.entrySet()) {
      Job job = round.job(entry.getKey());
      if (job == null || job.over()) {
        continue;
      }
      int most = Math.min(entry.getValue(), job.room());
      List<TaskTable.Next> tasks = TaskTable.next(round.handle(), server, job, most);
      for (TaskTable.Next task : tasks) {
        round.hold(task.task());
        TaskKey key = task.task().key;
        NodeLink link = live.get(key.node());
        if (link == null) {
          round.apply(key, new TaskEvent.Parked());
        } else if (link.waiting() + perNode.merge(key.node(), 1, Integer::sum) > MOST_WAITING) {
          round.apply(key, new TaskEvent.Crowded());
        } else {
          round.apply(key, new TaskEvent.Dispatched(Arrival.session(link)));
          if (round.state(key) == TaskState.OFFERED) {
            offered.add(key);
          }
        }
      }
      if (tasks.size() < most) {
        dispatch.exhausted(job.id());
      }
    }
    offers.say(round, offered, speaker::say);
  }
}
