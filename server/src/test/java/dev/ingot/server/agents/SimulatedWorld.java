package dev.ingot.server.agents;

import dev.ingot.agent.link.LinkAction;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkNews;
import dev.ingot.agent.link.Sections;
import dev.ingot.server.inventory.InventoryWriter;
import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.Presence;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A server, agents and the network between them in one thread and in simulated time: frames take
 * their time but keep their order, connections break, fall silent or are closed, the server dies
 * and comes again with its database.
 */
final class SimulatedWorld {
  final Random random;
  final SmallNodes nodes = new SmallNodes();
  final SmallInventory inventory = new SmallInventory();
  final List<Connection> connections = new ArrayList<>();
  private final PriorityQueue<Due> due =
      new PriorityQueue<>(Comparator.comparingLong(Due::at).thenComparingLong(Due::order));

  /** Room for one large report at a time, so that they wait for each other. */
  static final long CREDIT = 700_000;

  CreditDesk desk = new CreditDesk(CREDIT, Runnable::run);
  private long now = 1_000_000;
  private long order;
  @Nullable AgentSessions server;
  long framesFromAgents;
  long framesFromServer;

  private record Due(long at, long order, Runnable what) {}

  SimulatedWorld(long seed) {
    random = new Random(seed);
    startServer();
    every(1_000, () -> ifServes(AgentSessions::tick));
    every(3_000, () -> ifServes(serving -> nodes.seen(serving.takeHeard()).forEach(serving::over)));
  }

  private void ifServes(Consumer<AgentSessions> what) {
    if (server != null) {
      what.accept(server);
    }
  }

  void after(long millis, Runnable what) {
    due.add(new Due(now + millis, order++, what));
  }

  private void every(long millis, Runnable what) {
    after(
        millis,
        () -> {
          what.run();
          every(millis, what);
        });
  }

  void run(long millis) {
    long until = now + millis;
    while (!due.isEmpty() && due.element().at() <= until) {
      Due next = due.remove();
      now = next.at();
      next.what().run();
    }
    now = until;
  }

  long now() {
    return now;
  }

  void startServer() {
    AgentSessions[] self = new AgentSessions[1];
    desk = new CreditDesk(CREDIT, grant -> after(1, grant));
    self[0] =
        new AgentSessions(
            AgentsSettings.DEFAULT,
            (introduction, answer) ->
                after(random.nextInt(50), () -> ifIs(self[0], () -> admit(introduction, answer))),
            submission -> after(random.nextInt(50), () -> ifIs(self[0], () -> store(submission))),
            lane -> desk,
            OwedWork.NONE,
            new NodeLogs(batch -> after(random.nextInt(50), batch.settled())),
            (session, reason) -> nodes.ended(session, reason),
            this::now);
    server = self[0];
  }

  private void ifIs(AgentSessions which, Runnable what) {
    if (server == which) {
      what.run();
    }
  }

  private void admit(Introduction introduction, Consumer<Admissions.Answer> answer) {
    answer.accept(
        switch (nodes.admit(introduction)) {
          case Admission.Admitted admitted ->
              new Admissions.Answer.Admitted(admitted, inventory.digests(admitted.nodeId()));
          case Admission.Refused(String reason, String detail, int retry) ->
              new Admissions.Answer.Refused(reason, detail, retry);
        });
  }

  private void store(Ingest.Submission submission) {
    Presence.Session node = submission.session();
    inventory.store(
        List.of(
            new InventoryWriter.NodeReports(
                node.nodeId(),
                node.epoch(),
                submission.incarnation(),
                submission.report().sections().stream()
                    .map(
                        section ->
                            new InventoryWriter.Report(
                                section,
                                submission.report().sequence(),
                                submission.report().nodeTime()))
                    .toList())));
    submission.outcome().accept(new Ingest.Outcome(List.of()));
  }

  /** The process is gone at once; agents learn it from their sockets, or not. */
  void killServer(boolean socketsReset) {
    server = null;
    for (Connection connection : List.copyOf(connections)) {
      connection.serverGone = true;
      if (socketsReset) {
        connection.breakOff("connection reset");
      }
    }
  }

  /** One agent and what drives it. */
  final class Agent {
    final int number;
    final LinkMachine machine;
    final List<LinkNews> news = new ArrayList<>();
    @Nullable Connection connection;

    Agent(int number, Sections sections) {
      this.number = number;
      this.machine = Agents.machine(number, sections, random.nextLong());
      wake();
    }

    private void wake() {
      perform(machine.tick(now));
      after(Math.clamp(machine.wakeAt() - now, 1, 1_000), this::wake);
    }

    void perform(List<LinkAction> actions) {
      for (LinkAction action : actions) {
        switch (action) {
          case LinkAction.Dial(long dialled) -> connection = new Connection(this, dialled);
          case LinkAction.Send(byte[] frame) -> {
            if (connection != null) {
              connection.toServer(frame);
            }
          }
          case LinkAction.Close(String reason) -> {
            if (connection != null) {
              connection.agentCloses(reason);
              connection = null;
            }
          }
          case LinkAction.Inspect(long request, List<String> names) ->
              perform(machine.inspected(request, now));
          case LinkAction.MakeKey() -> machine.keyIs(Agents.key(number + 1000));
          case LinkAction.Offered offered -> {}
          case LinkAction.Begin begin -> {}
          case LinkAction.CancelTask cancel -> {}
          case LinkAction.Tell(LinkNews told) -> news.add(told);
        }
      }
    }

    void sectionsAre(Sections sections) {
      perform(machine.sectionsAre(sections, now));
    }
  }

  /** One connection; what is under way in it is lost when it breaks. */
  final class Connection implements Wire {
    private final Agent agent;
    private final long number;
    private @Nullable AgentSession session;
    private @Nullable AgentSessions serving;
    private boolean broken;
    private boolean serverGone;
    boolean silent;
    private long serverHears;
    private long agentHears;

    Connection(Agent agent, long number) {
      this.agent = agent;
      this.number = number;
      connections.add(this);
      after(
          1 + random.nextInt(100),
          () -> {
            if (server == null) {
              breakOff("connection refused");
            } else {
              serving = server;
              session = server.open(this, "192.0.2." + agent.number);
              agent.perform(agent.machine.opened(number, now));
            }
          });
    }

    private void toServer(byte[] frame) {
      framesFromAgents++;
      serverHears = Math.max(serverHears + 1, now + random.nextInt(150));
      after(
          serverHears - now,
          () -> {
            if (!broken && !silent && !serverGone && session != null) {
              session.received(frame);
            }
          });
      after(random.nextInt(20), () -> agent.perform(agent.machine.sent(number, now)));
    }

    @Override
    public void send(byte[] frame) {
      framesFromServer++;
      agentHears = Math.max(agentHears + 1, now + random.nextInt(150));
      after(
          agentHears - now,
          () -> {
            if (!broken && !silent) {
              agent.perform(agent.machine.received(number, frame, now));
            }
          });
      after(
          random.nextInt(20),
          () -> {
            if (!silent && session != null) {
              session.sent();
            }
          });
    }

    @Override
    public void close(String reason) {
      agentHears = Math.max(agentHears + 1, now + random.nextInt(150));
      after(agentHears - now, () -> breakOff("closed: " + reason));
    }

    @Override
    public void drop() {
      after(0, () -> breakOff("dropped"));
    }

    private void agentCloses(String reason) {
      if (silent) {
        broken = true;
      } else {
        serverHears = Math.max(serverHears + 1, now + random.nextInt(150));
        after(serverHears - now, () -> breakOff("closed: " + reason));
      }
    }

    /** Both ends learn that it is over; only the agent's if the server is gone. */
    void breakOff(String reason) {
      if (broken && !silent) {
        return;
      }
      broken = true;
      connections.remove(this);
      if (!silent) {
        agent.perform(agent.machine.closed(number, reason, now));
      }
      if (serving != null && session != null && !serverGone) {
        serving.closed(session, reason);
      }
    }
  }
}
