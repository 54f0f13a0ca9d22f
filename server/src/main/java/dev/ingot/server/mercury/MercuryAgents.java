package dev.ingot.server.mercury;

import dev.ingot.amqp.Rates;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.store.Transience;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agents of Mercury that are there: each is a link of its node, by which jobs reach it as they
 * reach an agent of ours. What one is to do is in the database before it is sent, so that it is
 * sent at most once, whoever is killed meanwhile, and its end finds its task.
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
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, MercuryLink> byNode = new LinkedHashMap<>();

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
      Calls calls) {
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
  }

  /** An agent has started: its document and its session. */
  void register(ObjectNode device, ObjectNode said) {
    AgentInfo info = AgentInfo.of(said, networks);
    rated(MercuryDocument.id(device));
    String node = documents.store(device);
    String word = sessions.word();
    MercuryLink link;
    synchronized (this) {
      MercuryLink before = byNode.get(node);
      ForeignSessions.Seated seated =
          jdbi.inTransaction(
              handle -> {
                ForeignSessions.Seated taken =
                    sessions.take(handle, node, word, MercuryDocument.booted(device), info);
                RequestTable.forgetSent(handle, node);
                table.registered(handle, node, info.json(), word);
                return taken;
              });
      if (before != null) {
        owed.closed(before);
      }
      link = open(seated, info);
    }
    storing.store(link, new TaskMessage.Capabilities(info.capabilities()));
    log.info("node {} is there, by Mercury at {}", node, info.address().getHostAddress());
  }

  private MercuryLink open(ForeignSessions.Seated seated, AgentInfo info) {
    String node = seated.session().nodeId();
    List<Request> held = jdbi.withHandle(handle -> RequestTable.ofNode(handle, node));
    MercuryLink link = new MercuryLink(seated, info, held, this::say);
    byNode.put(node, link);
    owed.opened(link);
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
    Request request = request(said);
    stored(request, new TaskMessage.Started(request.task().job(), request.task().attempt()));
  }

  /** An agent tells the end of a task. */
  void completed(ObjectNode said) {
    if (!said.path("status").isString()) {
      throw new Refused("status is missing, or not a string");
    }
    Request request = request(said);
    stored(request, Ends.of(request, said));
  }

  private void stored(Request request, TaskMessage message) {
    MercuryLink link =
        link(request.node())
            .orElseThrow(() -> Refused.busy("node " + request.node() + " is not connected here"));
    storing.store(link, message);
  }

  private Request request(ObjectNode said) {
    String id = said.path("task_id").asString("");
    MercuryTask.Attempt attempt = MercuryTask.Attempt.of(id);
    if (attempt == null) {
      throw new Refused("task_id is missing, or none of ours: " + Wording.shown(id));
    }
    rated(attempt.node());
    return jdbi.withHandle(handle -> RequestTable.of(handle, attempt))
        .filter(Request::sent)
        .orElseThrow(() -> new Refused("no such task is under way: " + id));
  }

  private synchronized Optional<MercuryLink> link(String node) {
    return Optional.ofNullable(byNode.get(node));
  }

  private synchronized boolean isThere(MercuryLink link) {
    return link.equals(byNode.get(link.node()));
  }

  private synchronized List<MercuryLink> links() {
    return List.copyOf(byNode.values());
  }

  synchronized int size() {
    return byNode.size();
  }

  /** Something is said to a node: whoever says it is not kept waiting. */
  private void say(MercuryLink link, Message message) {
    if (message instanceof TaskMessage about && !threads.isShutdown()) {
      threads.execute(() -> heard(link, about));
    }
  }

  private void heard(MercuryLink link, TaskMessage message) {
    try {
      hear(link, message);
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        log.warn("what is said to node {} is lost: {}", link.node(), Transience.cause(e));
        again(link);
      } else {
        log.error("what is said to node {} failed", link.node(), e);
      }
    }
  }

  /** The next look opens it again: the jobs hear what it holds, and say what is not done. */
  private synchronized void again(MercuryLink link) {
    if (isThere(link)) {
      byNode.remove(link.node());
      owed.closed(link);
    }
  }

  private void hear(MercuryLink link, TaskMessage message) {
    switch (message) {
      case TaskMessage.FinishedAcknowledged(long job, int attempt) -> {
        MercuryTask.Attempt task = new MercuryTask.Attempt(job, attempt, link.node());
        jdbi.useHandle(handle -> RequestTable.forget(handle, task));
        send(link); // what waited for it
      }
      case TaskMessage.CapabilitiesWanted _ ->
          owed.heard(link, new TaskMessage.Capabilities(link.info().capabilities()), () -> {});
      case TaskMessage.Offer offer -> owed.heard(link, taken(link, offer), () -> {});
      case TaskMessage.AcceptCommitted(long job, int attempt) -> {
        MercuryTask.Attempt task = new MercuryTask.Attempt(job, attempt, link.node());
        jdbi.useHandle(handle -> RequestTable.committed(handle, task));
        send(link);
      }
      case TaskMessage.Cancel(long job, int attempt, String reason) ->
          cancel(link, new MercuryTask.Attempt(job, attempt, link.node()), reason);
      default -> log.debug("an agent of Mercury has no answer to {}", message);
    }
  }

  private TaskMessage taken(MercuryLink link, TaskMessage.Offer offer) {
    var signature =
        link.info().capabilities().stream()
            .filter(each -> each.name().equals(offer.capability()))
            .findFirst();
    if (signature.isEmpty()) {
      return new TaskMessage.Refuse(
          offer.task(),
          offer.attempt(),
          "unknown-capability",
          "the agent has no method " + offer.capability());
    }
    jdbi.useHandle(
        handle ->
            RequestTable.add(
                handle,
                new MercuryTask.Attempt(offer.task(), offer.attempt(), link.node()),
                offer.capability(),
                offer.arguments(),
                signature.get().lock() != null,
                offer.timeoutSeconds()));
    return new TaskMessage.Accept(offer.task(), offer.attempt());
  }

  /** Sends what may be sent to a node, each at most once. */
  private void send(MercuryLink link) {
    if (!isThere(link)) {
      return;
    }
    for (Request request : jdbi.inTransaction(handle -> RequestTable.take(handle, link.node()))) {
      threads.execute(() -> dispatch(link, request));
    }
  }

  private void dispatch(MercuryLink link, Request request) {
    JsonNode reply = calls.give(link.info(), request);
    if (reply == null && Thread.currentThread().isInterrupted()) {
      return; // this server stops; the next one takes the task up as one that may run
    }
    TaskMessage.Finished refused = Ends.refused(request, reply);
    owed.heard(
        link,
        refused == null
            ? new TaskMessage.Started(request.task().job(), request.task().attempt())
            : refused,
        () -> {});
  }

  private void cancel(MercuryLink link, MercuryTask.Attempt task, String reason) {
    Request request = jdbi.withHandle(handle -> RequestTable.of(handle, task)).orElse(null);
    if (request == null) {
      owed.heard(
          link,
          new TaskMessage.Refuse(task.job(), task.attempt(), "unknown-task", "it is over"),
          () -> {});
      return;
    }
    String detail = request.sent() ? reason + "; Mercury cannot end it: it may go on" : reason;
    owed.heard(link, Ends.ended(request, TaskMessage.Status.CANCELLED, detail), () -> {});
  }

  /** Takes up agents that nobody drives, and ends what is overdue. */
  void look() {
    restore();
    overdue();
  }

  /** Ends those whose time is over. */
  private void overdue() {
    List<String> nodes = links().stream().map(MercuryLink::node).toList();
    if (nodes.isEmpty()) {
      return;
    }
    for (Request late : jdbi.withHandle(handle -> RequestTable.overdue(handle, nodes))) {
      link(late.node())
          .ifPresent(
              link ->
                  owed.heard(
                      link,
                      Ends.ended(
                          late,
                          TaskMessage.Status.TIMED_OUT,
                          "no end in its time; Mercury cannot end it: it may go on"),
                      () -> {}));
    }
  }

  /** Asks every agent whether it is there; those that do not answer are lost. */
  void ping() {
    links().stream().filter(MercuryLink::asked).forEach(link -> threads.execute(() -> ping(link)));
  }

  private void ping(MercuryLink link) {
    try {
      if (!calls.isThere(link.info(), () -> isThere(link)) && isThere(link)) {
        lose(link);
      }
    } catch (JdbiException e) {
      // Those that are there in the database and not here are taken up again, and asked again.
      log.warn("that node {} is lost cannot be written: {}", link.node(), Transience.cause(e));
    } finally {
      link.answered();
    }
  }

  /** It will not come back with what it had: that is lost. */
  private synchronized void lose(MercuryLink link) {
    if (!isThere(link)) {
      return;
    }
    byNode.remove(link.node());
    jdbi.withHandle(handle -> RequestTable.ofNode(handle, link.node()))
        .forEach(request -> owed.heard(link, Ends.silent(request), () -> {}));
    owed.closed(link);
    jdbi.useTransaction(
        handle -> {
          RequestTable.forgetSent(handle, link.node());
          table.lost(handle, link.node());
        });
    // The jobs hear that it holds nothing any more, and end whatever else it had.
    MercuryLink empty =
        new MercuryLink(link.seated(), link.info(), List.of(), (gone, message) -> {});
    owed.opened(empty);
    owed.closed(empty);
    presence.ended(link.session(), "silent");
    log.info("node {}, by Mercury, is lost: it does not answer pings", link.node());
  }

  /** Writes that they are there. */
  void seen() {
    presence.seen(links().stream().map(MercuryLink::session).toList()).forEach(this::over);
  }

  /** A session ended elsewhere: an agent of ours came, or an operator did something. */
  synchronized void over(Presence.Over over) {
    MercuryLink link = byNode.get(over.session().nodeId());
    if (link == null || link.session().epoch() != over.session().epoch()) {
      return;
    }
    byNode.remove(link.node());
    owed.closed(link);
    if (!jdbi.withHandle(handle -> ForeignSessions.isTheirs(handle, link.node()))) {
      jdbi.useHandle(handle -> table.lost(handle, link.node()));
      log.info("node {} is no longer Mercury's: {}", link.node(), over.reason());
    }
  }

  /** Agents that were there when this server, or the one before it, last looked. */
  synchronized void restore() {
    for (ForeignTable.Known known : jdbi.withHandle(handle -> table.all(handle, server))) {
      if (byNode.containsKey(known.node())) {
        continue;
      }
      try {
        AgentInfo info = AgentInfo.of(known.info(), networks);
        open(
            jdbi.inTransaction(
                handle -> sessions.take(handle, known.node(), known.word(), null, info)),
            info);
      } catch (Refused e) {
        jdbi.useHandle(handle -> table.lost(handle, known.node()));
        log.info("node {} is no longer Mercury's: {}", known.node(), e.words());
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    calls.close();
  }
}
