package dev.ingot.simulator;

import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.Sections;
import dev.ingot.protocol.Proof;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Simulated agents in one process, over the real link. Agents are made first, so that what their
 * documents cost to make is not measured; {@link #go} lets them connect.
 */
public final class Fleet implements AutoCloseable {
  private static final int TICK_MILLIS = 100;

  /** What the clock of one that lies is behind. */
  private static final Duration LONG_AGO = Duration.ofDays(-365 * 16);

  private final FleetSettings settings;
  private final InstantSource time;
  private final FleetProgress progress = new FleetProgress();
  private final Beginnings beginnings;
  private final ExecutorService threads =
      Executors.newFixedThreadPool(4, Thread.ofPlatform().daemon().name("fleet-", 0).factory());
  private final ScheduledExecutorService ticker =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("fleet-ticker").factory());
  private final HttpClient client;
  private final List<SimulatedAgent> agents = new ArrayList<>();
  private int started;

  /**
   * @param voucher the enrolment token's secret
   */
  public Fleet(FleetSettings settings, String voucher, InstantSource time) {
    this.settings = settings;
    this.time = time;
    this.beginnings = new Beginnings(settings.begun(), progress);
    this.client =
        HttpClient.newBuilder().executor(threads).connectTimeout(Duration.ofSeconds(30)).build();
    Dialler webSocket = new WebSocketDialler(client, settings.server());
    SplittableRandom processes = new SplittableRandom(time.instant().toEpochMilli());
    for (int number = 0; number < settings.nodes(); number++) {
      agents.add(
          agent(new SimulatedMachine(settings.seed(), number), webSocket, voucher, processes));
    }
  }

  private SimulatedAgent agent(
      SimulatedMachine machine, Dialler webSocket, String voucher, SplittableRandom processes) {
    SplittableRandom random = processes.split();
    Behaviour behaviour = settings.behaviours().of(machine.number());
    SimulatedTasks tasks =
        new SimulatedTasks(machine.hostname(), behaviour, random, progress, beginnings);
    Sections sections = machine.sections(behaviour);
    InstantSource clock =
        behaviour == Behaviour.LYING ? InstantSource.offset(time, LONG_AGO) : time;
    return new SimulatedAgent(
        () -> boot(machine, sections, clock, voucher, random),
        tasks,
        behaviour,
        random,
        settings.byBroker() ? broker(machine, voucher) : webSocket,
        Fleet::millis,
        progress);
  }

  private Dialler broker(SimulatedMachine machine, String voucher) {
    Proof.Voucher token = new Proof.Voucher(Proof.Kind.TOKEN, voucher);
    return new BrokerDialler(settings.server().toString(), machine.key(), token);
  }

  /** What a process of its agent begins with. */
  static LinkMachine boot(
      SimulatedMachine machine,
      Sections sections,
      InstantSource clock,
      String voucher,
      SplittableRandom random) {
    byte[] incarnation = new byte[8];
    random.nextBytes(incarnation);
    LinkMachine link =
        new LinkMachine(
            machine.myself(
                "simulated",
                new UUID(random.nextLong(), random.nextLong()).toString(),
                HexFormat.of().formatHex(incarnation)),
            machine.key(),
            new Proof.Voucher(Proof.Kind.TOKEN, voucher),
            sections,
            clock,
            random.split());
    var unused = link.tasks(tasks -> tasks.capabilitiesAre(SimulatedTasks.CAPABILITIES), millis());
    return link;
  }

  private static long millis() {
    return System.nanoTime() / 1_000_000;
  }

  /** Lets the agents connect, as many at a time as the settings say. */
  public void go() {
    var unused =
        ticker.scheduleWithFixedDelay(this::tick, 0, TICK_MILLIS / 4, TimeUnit.MILLISECONDS);
  }

  private synchronized void tick() {
    long now = millis();
    int underWay = 0;
    for (int i = 0; i < started; i++) {
      SimulatedAgent agent = agents.get(i);
      agent.tick(now);
      underWay += agent.stored() ? 0 : 1;
    }
    while (started < agents.size() && underWay < settings.atOnce()) {
      agents.get(started++).tick(now);
      underWay++;
    }
  }

  /** How many agents the server has let in, and holds. */
  public int linked() {
    return (int) agents.stream().filter(SimulatedAgent::linked).count();
  }

  /** How many agents have everything stored: every section acknowledged after its commit. */
  public int stored() {
    return (int) agents.stream().filter(SimulatedAgent::stored).count();
  }

  /** The machine that the server took for this node. */
  Optional<SimulatedAgent> machine(String node) {
    return agents.stream().filter(agent -> node.equals(agent.node())).findFirst();
  }

  public FleetProgress progress() {
    return progress;
  }

  /** All agents leave without a word. */
  @Override
  public void close() {
    ticker.shutdownNow();
    agents.forEach(SimulatedAgent::end);
    client.shutdownNow();
    threads.shutdownNow();
    beginnings.close();
  }
}
