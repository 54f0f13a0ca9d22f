package dev.ingot.server.ur;

import dev.ingot.amqp.JsonMessage;
import dev.ingot.amqp.UnreadableMessage;
import dev.ingot.core.Json;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.TaskMessage;
import dev.ingot.server.agents.OwedWork;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.UpwardPorts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agents of Ur that are there: each is a link of its node, by which jobs reach it as they reach
 * an agent of ours.
 */
final class UrAgents {
  private static final Logger log = LoggerFactory.getLogger(UrAgents.class);

  /** Ids of questions to all agents. */
  static final String TO_ALL = "all";

  private final Jdbi jdbi;
  private final UrNodes nodes;
  private final UrSections sections;
  private final UpwardPorts features;
  private final Presence presence;
  private final OwedWork owed;
  private final Asking asking;
  private final Duration silence;
  private final LongSupplier nanos;
  private final RandomGenerator random;
  private final BiConsumer<UrLink, Message> inbox;
  private final Map<String, Present> byNode = new LinkedHashMap<>();
  private final Map<String, String> nodeByName = new LinkedHashMap<>();

  /** The last question to all. */
  private String asked = "";

  private long speechlessSince;

  /**
   * @param inbox takes what is said to a link; {@link #hear} is to be called with it
   */
  UrAgents(
      Jdbi jdbi,
      UrNodes nodes,
      UrSections sections,
      UpwardPorts features,
      Presence presence,
      OwedWork owed,
      Duration silence,
      LongSupplier nanos,
      RandomGenerator random,
      BiConsumer<UrLink, Message> inbox) {
    this.jdbi = jdbi;
    this.nodes = nodes;
    this.sections = sections;
    this.features = features;
    this.presence = presence;
    this.owed = owed;
    this.asking = new Asking(jdbi, owed, random);
    this.silence = silence;
    this.nanos = nanos;
    this.random = random;
    this.inbox = inbox;
  }

  /** There is a connection, and this server is the one that speaks. */
  synchronized void connected(Speech made) {
    asking.by(made);
    long now = nanos.getAsLong();
    byNode.values().forEach(each -> each.heard = now);
    List<UrNodes.Seated> before = jdbi.inTransaction(nodes::restore);
    before.stream().filter(each -> !byNode.containsKey(each.known().node())).forEach(this::open);
    for (Request waiting : asking.waiting()) {
      Present present = byNode.get(waiting.node());
      if (present != null) {
        ask(present, waiting);
      }
    }
  }

  private void ask(Present present, Request request) {
    if (!asking.ask(present.link, request)) {
      lose(present, "gone");
    }
  }

  synchronized void disconnected() {
    asking.by(null);
    speechlessSince = nanos.getAsLong();
  }

  synchronized int size() {
    return byNode.size();
  }

  /** An agent says what it is, or that it started anew. */
  synchronized void described(Sysinfo said, boolean anew) {
    String node = nodeByName.get(said.name());
    Present present = node == null ? null : byNode.get(node);
    int digest = Json.write(said.info()).hashCode();
    if (present == null || anew) {
      present = open(jdbi.inTransaction(handle -> nodes.heard(handle, said, anew)));
    } else if (said.describes() && present.described != digest) {
      Known known = present.link.known();
      jdbi.useTransaction(handle -> UrNodes.describe(handle, known, said));
    }
    present.heard = nanos.getAsLong();
    if (said.describes() && present.described != digest) {
      sections.store(present.link, ++present.reports, said);
      present.described = digest;
    }
  }

  /** It answers a question to all. */
  synchronized void answered(Sysinfo said, String request) {
    if (!request.equals(asked)) {
      throw new UnreadableMessage(
          "a reply to nothing that waits for one: " + JsonMessage.shown(request), said.name());
    }
    described(said, false);
    there(said.name(), false);
  }

  /** It answered a ping. */
  synchronized void ponged(String name) {
    there(name, true);
  }

  private void there(String name, boolean ping) {
    String node = nodeByName.get(name);
    Present present = node == null ? null : byNode.get(node);
    if (present == null) {
      throw new UnreadableMessage("it answers, and nobody asked it", name);
    }
    present.heard = nanos.getAsLong();
    present.answersPings |= ping;
    if (!present.answers) {
      present.answers = true;
      jdbi.useHandle(handle -> AgentTable.answers(handle, present.link.node()));
    }
  }

  /**
   * An agent answers a request.
   *
   * @param committed done when the job has it
   */
  synchronized void replied(String name, String id, ObjectNode body, Runnable committed) {
    Request request = asking.replied(name, id);
    Present present = byNode.get(request.node());
    if (present == null) {
      Sysinfo nothing = new Sysinfo(name, Json.MAPPER.createObjectNode());
      present = open(jdbi.inTransaction(handle -> nodes.heard(handle, nothing, false)));
    }
    present.heard = nanos.getAsLong();
    owed.heard(present.link, Answer.of(request, body), committed);
  }

  private Present open(UrNodes.Seated seated) {
    String node = seated.known().node();
    List<Request> held = jdbi.withHandle(handle -> RequestTable.ofNode(handle, node));
    Present present = new Present(new UrLink(seated, held, inbox), nanos.getAsLong());
    Present before = byNode.put(node, present);
    nodeByName.values().removeIf(node::equals);
    nodeByName.put(seated.known().name(), node);
    if (before != null) {
      present.described = before.described;
      present.answersPings = before.answersPings;
      owed.closed(before.link);
    } else {
      log.info("node {} is there, by Ur as {}", node, seated.known().name());
    }
    owed.opened(present.link);
    return present;
  }

  /** Something was said to a node. */
  synchronized void hear(UrLink link, Message message) {
    if (message instanceof TaskMessage.FinishedAcknowledged(long task, int attempt)) {
      asking.acknowledged(link, task, attempt);
      return;
    }
    Present present = byNode.get(link.node());
    if (present == null || present.link != link) {
      return; // a session that is over
    }
    switch (message) {
      case TaskMessage.CapabilitiesWanted _ ->
          owed.heard(link, new TaskMessage.Capabilities(List.of(Wanted.RUN)), () -> {});
      case TaskMessage.Offer offer -> owed.heard(link, asking.taken(link, offer), () -> {});
      case TaskMessage.AcceptCommitted(long task, int attempt) ->
          asking.request(link, task, attempt).ifPresent(request -> ask(present, request));
      case TaskMessage.Cancel(long task, int attempt, String reason) ->
          asking.cancel(link, task, attempt, reason);
      default -> log.debug("an agent of Ur has no answer to {}", message);
    }
  }

  /** Ends requests whose time is over. */
  synchronized void overdue() {
    asking.overdue(byNode);
  }

  /** Asks every agent whether it is there, and finds those that are not. */
  synchronized void look(boolean all) {
    Speech now = asking.speech();
    long patience = silence.toNanos();
    if (now == null) {
      if (!byNode.isEmpty() && nanos.getAsLong() - speechlessSince > patience) {
        List.copyOf(byNode.values()).forEach(each -> lose(each, "silent"));
      }
      return;
    }
    for (Present each : List.copyOf(byNode.values())) {
      if (each.answers && nanos.getAsLong() - each.heard > patience) {
        lose(each, "silent");
      }
    }
    List<Speech.Line> lines = new ArrayList<>();
    boolean unsure = all;
    for (Present each : byNode.values()) {
      unsure |= !each.answersPings;
      String ping = "{\"client_id\":\"" + Said.CLIENT + "\",\"id\":\"" + word() + "\"}";
      lines.add(new Speech.Line("ur.ping." + each.link.known().name(), ping));
    }
    if (unsure) {
      asked = TO_ALL + word();
      lines.add(new Speech.Line("ur.broadcast.sysinfo." + asked, "{}"));
    }
    try {
      Set<String> nobody = now.say(lines);
      for (Present each : List.copyOf(byNode.values())) {
        if (each.answersPings && nobody.contains("ur.ping." + each.link.known().name())) {
          lose(each, "gone");
        }
      }
    } catch (Speech.NotConfirmed e) {
      log.warn("agents of Ur are not asked whether they are there: {}", e.getMessage());
      asking.by(null);
      now.end();
    }
  }

  private String word() {
    return "%08x".formatted(random.nextInt());
  }

  private void lose(Present present, String reason) {
    drop(present);
    presence.ended(present.link.session(), reason);
    log.info(
        "node {}, by Ur as {}, is lost: {}",
        present.link.node(),
        present.link.known().name(),
        reason);
  }

  private void drop(Present present) {
    if (byNode.remove(present.link.node(), present)) {
      nodeByName.values().removeIf(present.link.node()::equals);
      owed.closed(present.link);
    }
  }

  /** Writes that they are there. */
  synchronized void seen() {
    presence
        .seen(byNode.values().stream().map(each -> each.link.session()).toList())
        .forEach(this::over);
  }

  /** A session ended elsewhere: an agent of ours came, or an operator did something. */
  synchronized void over(Presence.Over over) {
    Present present = byNode.get(over.session().nodeId());
    if (present == null || present.link.session().epoch() != over.session().epoch()) {
      return;
    }
    drop(present);
    String node = present.link.node();
    if (!jdbi.withHandle(handle -> UrNodes.isOurs(handle, node))) {
      jdbi.useHandle(handle -> AgentTable.forget(handle, node));
      log.info("node {} is no longer Ur's: {}", node, over.reason());
    }
  }

  /** Agents of ours came to machines that were known by Ur: they are one node. */
  synchronized void merge() {
    for (UrNodes.Same same : jdbi.withHandle(UrNodes::appeared)) {
      Present present = byNode.get(same.foreign());
      if (present != null) {
        drop(present);
      }
      if (jdbi.inTransaction(handle -> nodes.merge(handle, features, same))) {
        log.info("node {}, known by Ur, is node {} now", same.foreign(), same.own());
      }
    }
  }
}
