package dev.ingot.server.mercury;

import dev.ingot.amqp.Rates;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.store.Transience;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agents of Mercury that are there: each is a link of its node, by which jobs reach it as they
 * reach an agent of ours.
 */
final class MercuryAgents implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MercuryAgents.class);

  private final Jdbi jdbi;
  private final ForeignDocuments documents;
  private final ForeignTable table;
  private final ForeignSessions sessions;
  private final Presence presence;
  private final OwedWork owed;
  private final Storing storing;
  private final DialledNetworks networks;
  private final String server;
  private final Rates rates;
  private final Calls calls;
  private final Duration interval;
  private final LongSupplier nanos;
  private final Links links;
  private final AgentTasks tasks;
  private final Pings pings;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /**
   * @param interval how often an agent is pinged
   * @param nanos a monotonic clock
   */
  MercuryAgents(
      Jdbi jdbi,
      ForeignDocuments documents,
      ForeignTable table,
      ForeignSessions sessions,
      Presence presence,
      OwedWork owed,
      DialledNetworks networks,
      String server,
      Rates rates,
      Calls calls,
      Duration interval,
      LongSupplier nanos) {
    this.jdbi = jdbi;
    this.documents = documents;
    this.table = table;
    this.sessions = sessions;
    this.presence = presence;
    this.owed = owed;
    this.storing = new Storing(owed);
    this.networks = networks;
    this.server = server;
    this.rates = rates;
    this.calls = calls;
    this.interval = interval;
    this.nanos = nanos;
    this.links = new Links(owed);
    Executor open =
        work -> { // those that are closed take nothing any more
          if (!threads.isShutdown()) {
            threads.execute(work);
          }
        };
    this.tasks = new AgentTasks(jdbi, owed, links, calls, open);
    this.pings = new Pings(links, calls, interval, nanos, open);
  }

  /** An agent has started: its document and its session. */
  void register(ObjectNode device, ObjectNode said) {
    AgentInfo info = AgentInfo.of(said, networks);
    rated(MercuryDocument.id(device));
    String node = documents.store(device);
    String word = sessions.word();
    MercuryLink link =
        links.alone(
            node,
            () -> {
              Optional<MercuryLink> before = links.of(node);
              ForeignSessions.Seated seated =
                  jdbi.inTransaction(
                      handle -> {
                        ForeignSessions.Seated taken =
                            sessions.take(handle, node, word, MercuryDocument.booted(device), info);
                        RequestTable.forgetSent(handle, List.of(node));
                        table.registered(handle, node, info.json(), word);
                        return taken;
                      });
              before.ifPresent(owed::closed);
              return open(seated, info, nanos.getAsLong());
            });
    storing.store(link, new TaskMessage.Capabilities(info.capabilities()));
    log.info("node {} is there, by Mercury at {}", node, info.address().getHostAddress());
  }

  private MercuryLink open(ForeignSessions.Seated seated, AgentInfo info, long due) {
    String node = seated.session().nodeId();
    List<Request> held = jdbi.withHandle(handle -> RequestTable.ofNodes(handle, List.of(node)));
    MercuryLink link = new MercuryLink(seated, info, due, held, tasks::say);
    links.add(link);
    return link;
  }

  /** One machine may not keep the database to itself. */
  private void rated(String node) {
    if (!rates.take(node)) {
      throw new Refused(
          "more messages than one machine may (mercury.messages-per-minute); say it again later");
    }
  }

  /** Some sections of a document. */
  void update(String id, ObjectNode update) {
    rated(id);
    documents.update(id, update);
  }

  /** An agent runs a task. */
  void started(ObjectNode said) {
    MercuryTask.Attempt task = attempt(said);
    request(task, List.of(TaskMessage.Status.SUCCEEDED, TaskMessage.Status.FAILED))
        .ifPresent(request -> stored(request, new TaskMessage.Started(task.job(), task.attempt())));
  }

  /** An agent tells the end of a task. */
  void completed(ObjectNode said) {
    if (!said.path("status").isString()) {
      throw new Refused("status is missing, or not a string");
    }
    request(attempt(said), List.of(Ends.status(said)))
        .ifPresent(request -> stored(request, Ends.of(request, said)));
  }

  private void stored(Request request, TaskMessage message) {
    MercuryLink link =
        links
            .of(request.node())
            .or(() -> restored(request.node(), 0))
            .orElseThrow(() -> Refused.busy("node " + request.node() + " is not connected here"));
    storing.store(link, message);
  }

  private MercuryTask.Attempt attempt(ObjectNode said) {
    String id = said.path("task_id").asString("");
    MercuryTask.Attempt attempt = MercuryTask.Attempt.of(id);
    if (attempt == null) {
      throw new Refused("task_id is missing, or none of ours: " + Wording.shown(id));
    }
    rated(attempt.node());
    return attempt;
  }

  /**
   * What an agent speaks of; nothing if it says again what is stored, as one does that was not
   * answered in time.
   *
   * @param ends of the task, by its agent's own word, with which that is stored
   */
  private Optional<Request> request(MercuryTask.Attempt attempt, List<TaskMessage.Status> ends) {
    return jdbi.inTransaction(
        handle -> {
          Optional<Request> request = RequestTable.of(handle, attempt).filter(Request::sent);
          if (request.isEmpty() && !RequestTable.isEnded(handle, attempt, ends)) {
            throw new Refused("no such task is under way: " + attempt.text());
          }
          return request;
        });
  }

  int size() {
    return links.size();
  }

  /** Connections to agents. */
  int dialled() {
    return calls.connections();
  }

  /** Asks those whose time it is whether they are there. */
  void ping() {
    pings.look();
  }

  /** Takes up agents that nobody drives, and ends what is overdue. */
  void look() {
    calls.look();
    restore();
    tasks.overdue();
  }

  /** Those that answer no pings are lost, many in one transaction. */
  void lose() {
    for (List<MercuryLink> some = pings.silent(); !some.isEmpty(); some = pings.silent()) {
      List<MercuryLink> silent = some;
      List<String> nodes = silent.stream().map(MercuryLink::node).toList();
      try {
        links
            .alone(nodes, () -> lost(silent.stream().filter(links::remove).toList()))
            .forEach(
                node -> log.info("node {}, by Mercury, is lost: it does not answer pings", node));
      } catch (JdbiException e) {
        // Those that are there in the database and not here are taken up again, and asked again.
        log.warn("that {} are lost cannot be written: {}", nodes, Transience.cause(e));
      }
    }
  }

  /** They will not come back with what they had: that is lost. */
  private List<String> lost(List<MercuryLink> gone) {
    Map<String, MercuryLink> byNode =
        gone.stream().collect(Collectors.toMap(MercuryLink::node, link -> link));
    jdbi.withHandle(handle -> RequestTable.ofNodes(handle, byNode.keySet()))
        .forEach(
            request ->
                owed.heard(
                    Objects.requireNonNull(byNode.get(request.node())),
                    Ends.silent(request),
                    () -> {}));
    gone.forEach(owed::closed);
    jdbi.useTransaction(
        handle -> {
          RequestTable.forgetSent(handle, byNode.keySet());
          table.lost(handle, byNode.keySet());
        });
    for (MercuryLink link : gone) {
      // The jobs hear that it holds nothing any more, and end whatever else it had.
      MercuryLink empty =
          new MercuryLink(link.seated(), link.info(), 0, List.of(), (ended, message) -> {});
      owed.opened(empty);
      owed.closed(empty);
    }
    presence.ended(gone.stream().map(MercuryLink::session).toList(), "silent");
    return List.copyOf(byNode.keySet());
  }

  /** Writes that they are there. */
  void seen() {
    presence.seen(links.all().stream().map(MercuryLink::session).toList()).forEach(this::over);
  }

  /** A session ended elsewhere: an agent of ours came, or an operator did something. */
  private void over(Presence.Over over) {
    String node = over.session().nodeId();
    boolean theirs =
        links.alone(
            node,
            () -> {
              MercuryLink link = links.of(node).orElse(null);
              if (link == null || link.session().epoch() != over.session().epoch()) {
                return true;
              }
              links.remove(link);
              owed.closed(link);
              return jdbi.inTransaction(
                  handle -> {
                    boolean still = ForeignSessions.isTheirs(handle, node);
                    if (!still) {
                      table.lost(handle, List.of(node));
                    }
                    return still;
                  });
            });
    if (!theirs) {
      log.info("node {} is no longer Mercury's: {}", node, over.reason());
    }
  }

  /** Takes up agents that were there when this server, or the one before it, last looked. */
  void restore() {
    List<String> nodes =
        jdbi.withHandle(handle -> table.active(handle, server)).stream()
            .filter(node -> links.of(node).isEmpty())
            .toList();
    for (int i = 0; i < nodes.size(); i++) {
      // They are not all pinged at the same moment for ever.
      restored(nodes.get(i), interval.toNanos() / nodes.size() * i);
    }
  }

  /** An agent that was there; nothing if it was not, or another server drives it. */
  private Optional<MercuryLink> restored(String node, long later) {
    return links.alone(
        node,
        () -> {
          Optional<MercuryLink> there = links.of(node);
          return there.isPresent()
              ? there
              : jdbi.withHandle(handle -> table.known(handle, node, server))
                  .flatMap(known -> restored(known, nanos.getAsLong() + later));
        });
  }

  private Optional<MercuryLink> restored(ForeignTable.Known known, long due) {
    String node = known.node();
    try {
      AgentInfo info = AgentInfo.of(known.info(), networks);
      return Optional.of(
          open(
              jdbi.inTransaction(handle -> sessions.take(handle, node, known.word(), null, info)),
              info,
              due));
    } catch (Refused e) {
      jdbi.useHandle(handle -> table.lost(handle, List.of(node)));
      log.info("node {} is no longer Mercury's: {}", node, e.words());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    calls.close();
  }
}
