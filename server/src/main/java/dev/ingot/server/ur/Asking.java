package dev.ingot.server.ur;

import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.OwedWork;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What agents are asked: in the database before it is said, so that a request is said at most once,
 * whoever is killed meanwhile, and its answer finds its task. Guarded by {@link UrAgents}.
 */
final class Asking {
  private static final Logger log = LoggerFactory.getLogger(Asking.class);
  private static final int REMEMBERED = 20_000;

  private final Jdbi jdbi;
  private final OwedWork owed;
  private final RandomGenerator random;

  /** Requests whose end was told and is not yet committed, by id. */
  private final Set<String> ended =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > REMEMBERED;
            }
          });

  /** Requests whose acceptance is committed and that wait for the broker. */
  private final Set<Request> unsaid = new LinkedHashSet<>();

  private @Nullable Speech speech;

  Asking(Jdbi jdbi, OwedWork owed, RandomGenerator random) {
    this.jdbi = jdbi;
    this.owed = owed;
    this.random = random;
  }

  /** By this it is said from now on; null: the broker is away. */
  void by(@Nullable Speech made) {
    speech = made;
  }

  @Nullable Speech speech() {
    return speech;
  }

  /** Takes those that waited for the broker. */
  List<Request> waiting() {
    List<Request> waiting = List.copyOf(unsaid);
    unsaid.clear();
    return waiting;
  }

  Optional<Request> request(UrLink link, long task, int attempt) {
    return jdbi.withHandle(handle -> RequestTable.of(handle, link.node(), task, attempt));
  }

  TaskMessage taken(UrLink link, TaskMessage.Offer offer) {
    if (!offer.capability().equals(Wanted.RUN.name())) {
      return new TaskMessage.Refuse(
          offer.task(),
          offer.attempt(),
          "unknown-capability",
          "an agent of Ur can be asked to run, and nothing else");
    }
    String body = Wanted.body(offer.arguments());
    if (body == null) {
      return new TaskMessage.Refuse(
          offer.task(), offer.attempt(), "unavailable", "argv or script is missing");
    }
    if (speech == null) {
      return new TaskMessage.Refuse(offer.task(), offer.attempt(), "busy", "the broker is away");
    }
    byte[] id = new byte[8];
    random.nextBytes(id);
    jdbi.useHandle(
        handle ->
            RequestTable.add(
                handle,
                link.node(),
                offer.task(),
                offer.attempt(),
                HexFormat.of().formatHex(id),
                body,
                offer.timeoutSeconds()));
    return new TaskMessage.Accept(offer.task(), offer.attempt());
  }

  /**
   * Says a request, at most once.
   *
   * @return whether somebody listens, as far as can be known
   */
  boolean ask(UrLink link, Request request) {
    Speech now = speech;
    if (now == null) {
      unsaid.add(request);
      return true;
    }
    if (jdbi.inTransaction(handle -> RequestTable.sending(handle, request))) {
      String key = "ur.execute." + link.known().name() + "." + request.id();
      try {
        if (!now.say(key, request.body())) {
          ended.add(request.id());
          String detail = "no agent of Ur listens to " + link.known().name() + ": nothing was run";
          owed.heard(link, Answer.ended(request, TaskMessage.Status.FAILED, detail), () -> {});
          return false;
        }
      } catch (Speech.NotConfirmed e) {
        log.warn(
            "request {} may not have reached node {}: {}",
            request.id(),
            request.node(),
            e.getMessage());
        speech = null;
        now.end();
      }
    }
    owed.heard(link, new TaskMessage.Started(request.job(), request.attempt()), () -> {});
    return true;
  }

  void cancel(UrLink link, long task, int attempt, String reason) {
    Request request = request(link, task, attempt).orElse(null);
    if (request == null) {
      owed.heard(
          link, new TaskMessage.Refuse(task, attempt, "unknown-task", "it is over"), () -> {});
      return;
    }
    unsaid.remove(request);
    if (ended.add(request.id())) {
      String detail = request.sent() ? reason + "; Ur cannot end it: it may go on" : reason;
      owed.heard(link, Answer.ended(request, TaskMessage.Status.CANCELLED, detail), () -> {});
    }
  }

  /** Ends those whose time is over. */
  void overdue(Map<String, Present> byNode) {
    List<Request> late =
        byNode.isEmpty()
            ? List.of()
            : jdbi.withHandle(handle -> RequestTable.overdue(handle, byNode.keySet()));
    for (Request request : late) {
      Present present = byNode.get(request.node());
      if (present != null && ended.add(request.id())) {
        owed.heard(
            present.link,
            Answer.ended(
                request,
                TaskMessage.Status.TIMED_OUT,
                "no answer in its time; Ur cannot end it: it may go on"),
            () -> {});
      }
    }
  }

  /**
   * An agent answers: what it was asked, told once.
   *
   * @throws UnreadableMessage if it was not asked, or has answered
   */
  Request replied(String name, String id) {
    Request request = jdbi.withHandle(handle -> RequestTable.byId(handle, id)).orElse(null);
    if (request == null) {
      throw new UnreadableMessage(
          "a reply to nothing that waits for one: " + JsonMessage.shown(id), name);
    }
    Known known = jdbi.withHandle(handle -> AgentTable.find(handle, name)).orElse(null);
    if (known == null || !known.node().equals(request.node())) {
      throw new UnreadableMessage("it replies to what another was asked", name);
    }
    if (!ended.add(id)) {
      throw new UnreadableMessage("it replies once more: " + JsonMessage.shown(id), name);
    }
    return request;
  }

  /** The job has the end. */
  void acknowledged(UrLink link, long task, int attempt) {
    request(link, task, attempt).ifPresent(request -> ended.remove(request.id()));
    jdbi.useHandle(handle -> RequestTable.forget(handle, link.node(), task, attempt));
  }
}
