package dev.ingot.server.mercury;

import dev.ingot.protocol.Message;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.store.Transience;
import java.util.List;
import java.util.concurrent.Executor;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * What agents are given. It is in the database before it is sent, so that it is sent at most once,
 * whoever is killed meanwhile, and its end finds its task.
 */
final class AgentTasks {
  private static final Logger log = LoggerFactory.getLogger(AgentTasks.class);

  private final Jdbi jdbi;
  private final OwedWork owed;
  private final Links links;
  private final Calls calls;
  private final Executor threads;

  AgentTasks(Jdbi jdbi, OwedWork owed, Links links, Calls calls, Executor threads) {
    this.jdbi = jdbi;
    this.owed = owed;
    this.links = links;
    this.calls = calls;
    this.threads = threads;
  }

  /** Something is said to a node: whoever says it is not kept waiting. */
  void say(MercuryLink link, Message message) {
    if (message instanceof TaskMessage about) {
      threads.execute(() -> heard(link, about));
    }
  }

  private void heard(MercuryLink link, TaskMessage message) {
    try {
      hear(link, message);
    } catch (JdbiException e) {
      if (Transience.passes(e)) {
        log.warn("what is said to node {} is lost: {}", link.node(), Transience.cause(e));
        links.again(link);
      } else {
        log.error("what is said to node {} failed", link.node(), e);
      }
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
    if (!links.has(link)) {
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

  /** Ends those whose time is over. */
  void overdue() {
    List<String> nodes = links.all().stream().map(MercuryLink::node).toList();
    if (nodes.isEmpty()) {
      return;
    }
    for (Request late : jdbi.withHandle(handle -> RequestTable.overdue(handle, nodes))) {
      links
          .of(late.node())
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
}
