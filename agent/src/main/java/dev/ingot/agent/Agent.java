package dev.ingot.agent;

import dev.ingot.agent.capability.Capabilities;
import dev.ingot.agent.capability.Capability;
import dev.ingot.agent.capability.InspectorCapability;
import dev.ingot.agent.face.Face;
import dev.ingot.agent.face.UrSettings;
import dev.ingot.agent.inspect.InspectSettings;
import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.inspect.Machine;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkRunner;
import dev.ingot.agent.link.Myself;
import dev.ingot.agent.link.NodeLog;
import dev.ingot.agent.link.Sections;
import dev.ingot.agent.plugin.Plugins;
import dev.ingot.configuration.Secret;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Proof;
import dev.ingot.protocol.Section;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition: one agent, that is settings, inspection and link. */
public final class Agent implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Agent.class);

  /** The link carries no more, and no more are needed to tell a machine. */
  private static final int MAX_PORTS = 512;

  private final AgentFolder folder;
  private final Reinspection reinspection;
  private final LinkRunner runner;
  private final TaskReports tasks;
  private final Plugins plugins;
  private final Watching watching;
  private final Beginning beginning;
  private final @Nullable AutoCloseable face;
  private final String identity;
  private volatile Face.Seen seen;

  /**
   * Inspects the machine and begins to connect, for ever.
   *
   * @throws AgentStartFailure if it cannot
   */
  public static Agent start(AgentSettings settings) throws InterruptedException {
    return start(settings, new NodeLog());
  }

  /**
   * The same, and what is said to the log goes to the server too.
   *
   * @throws AgentStartFailure if it cannot
   */
  public static Agent start(AgentSettings settings, NodeLog nodeLog) throws InterruptedException {
    return start(settings, nodeLog, Inspection.QUICK);
  }

  /**
   * The same, but it dials as soon as it knows who the machine is, and inspects after that: where
   * nothing is known of this boot yet and every second counts.
   *
   * @throws AgentStartFailure if it cannot
   */
  public static Agent startAndInspectLater(AgentSettings settings, NodeLog nodeLog)
      throws InterruptedException {
    return start(settings, nodeLog, List.of());
  }

  private static Agent start(AgentSettings settings, NodeLog nodeLog, List<String> first)
      throws InterruptedException {
    Carriers carriers = new Carriers(settings.server(), voucher(settings.enrolment()));
    AgentFolder folder = AgentFolder.take(settings.data().dir().resolve("agent"));
    boolean started = false;
    try {
      Agent agent = new Agent(settings, carriers, folder, nodeLog, first, new SecureRandom());
      started = true;
      return agent;
    } finally {
      if (!started) {
        folder.close();
      }
    }
  }

  private Agent(
      AgentSettings settings,
      Carriers carriers,
      AgentFolder folder,
      NodeLog nodeLog,
      List<String> inspectedFirst,
      SecureRandom random)
      throws InterruptedException {
    this.folder = folder;
    String key = folder.key(random);
    InspectSettings inspect =
        new InspectSettings(
            folder.path(),
            settings.inspect().deadline(),
            settings.inspect().slowDeadline(),
            settings.compat().uuidCase());
    watching = new Watching(settings.inspect(), this::look);
    boolean inspectLater = inspectedFirst.isEmpty();
    if (!inspectLater) {
      watching.listen();
    }
    Machine machine = Machine.local(settings.inspect().deadline()).hearing(watching.heard());
    InspectionReport first = Inspection.run(machine, inspect, inspectedFirst);
    if (first.identity() == null) {
      watching.close();
      throw new AgentStartFailure(String.valueOf(first.identityFailure()), null);
    }
    if (first.identityFailure() != null) {
      log.warn("{}", first.identityFailure());
    }
    LinkMachine link =
        new LinkMachine(
            myself(physicalOnly(first.facts()), random),
            key,
            voucher(settings.enrolment()),
            Sections.of(first.sections()),
            Clock.systemUTC(),
            random);
    identity = first.identity().id().value();
    seen = new Face.Seen(first.sections(), first.facts(), identity);
    AgentLog news = new AgentLog();
    beginning = new Beginning(Beginning.SETTLING, this::listenAndBegin);
    plugins = plugins(settings, folder.path(), random);
    List<Capability> capabilities =
        new ArrayList<>(
            Capabilities.all(
                folder.path(),
                new InspectorCapability(Inspection.SECTIONS, names -> refresh(names))));
    capabilities.add(plugins.capability());
    tasks = new TaskReports(capabilities);
    reinspection =
        new Reinspection(
            sections -> Inspection.run(machine, inspect, sections),
            settings.inspect().interval(),
            settings.inspect().readings(),
            random,
            first,
            this::tell,
            request -> inspected(request));
    runner =
        new LinkRunner(
            link,
            carriers.carrier(() -> folder.key(random)),
            told -> {
              news.tell(told);
              beginning.answered();
            },
            reinspection::ask,
            tasks,
            () -> folder.newKey(random),
            () -> System.nanoTime() / 1_000_000);
    face = face(settings.compat().ur(), capabilities);
    runner.forward(nodeLog);
    runner.forward(plugins.results());
    tasks.reportTo(runner);
    runner.start();
    if (inspectLater) {
      beginning.start();
    } else {
      begin();
    }
  }

  private void listenAndBegin() {
    tasks.publish(); // drivers that were loaded meanwhile let it do more
    watching.listen();
    begin();
  }

  private void begin() {
    reinspection.start();
    watching.start();
    plugins.start(tasks::publish);
  }

  /** Ur's protocol, if somebody wants it. */
  private @Nullable AutoCloseable face(UrSettings ur, List<Capability> capabilities) {
    if (!ur.isOn()) {
      return null;
    }
    Face found =
        Face.find()
            .orElseThrow(
                () ->
                    new AgentStartFailure(
                        "compat.ur.url: Ur's protocol needs the module agent-amqp, which this agent"
                            + " was built without",
                        null));
    try {
      return found.speak(
          new Face.Node(
              ur,
              folder.path().resolve("ur"),
              kernelSays("hostname"),
              () -> seen,
              capabilities,
              Clock.systemUTC()));
    } catch (IllegalArgumentException e) {
      throw new AgentStartFailure("compat.ur: " + e.getMessage(), e);
    }
  }

  private static Plugins plugins(AgentSettings settings, Path folder, SecureRandom random) {
    try {
      return new Plugins(
          settings.plugins(),
          folder.resolve("plugins"),
          settings.data().dir().resolve("plugins"),
          Clock.system(ZoneId.systemDefault()),
          () -> System.nanoTime() / 1_000_000,
          random);
    } catch (IOException e) {
      throw new AgentStartFailure("cannot use the folder " + folder.resolve("plugins"), e);
    }
  }

  private void tell(List<Section> sections, Set<String> fresh, IdentityFacts facts) {
    seen = new Face.Seen(sections, facts, identity);
    runner.sectionsAre(Sections.of(sections, fresh), physicalOnly(facts));
    // A tool that was installed since is found by an inspector, and by a capability.
    tasks.publish();
  }

  private Map<String, String> refresh(List<String> names) throws InterruptedException {
    Map<String, String> missing = reinspection.refresh(names);
    CountDownLatch stored = new CountDownLatch(1);
    runner.onceUpToDate(stored::countDown);
    stored.await();
    return missing;
  }

  private void look(List<String> sections) throws InterruptedException {
    reinspection.refresh(sections);
  }

  private void inspected(long request) {
    runner.inspected(request);
  }

  /** Software ports identify nothing, and a container host has hundreds. */
  private static IdentityFacts physicalOnly(IdentityFacts facts) {
    return facts.withPorts(
        facts.ports().stream().filter(IdentityFacts.Port::physical).limit(MAX_PORTS).toList());
  }

  private static Myself myself(IdentityFacts facts, SecureRandom random) {
    byte[] incarnation = new byte[8];
    random.nextBytes(incarnation);
    String hex = HexFormat.of().formatHex(incarnation);
    String version = Agent.class.getPackage().getImplementationVersion();
    String bootId = kernelSays("random/boot_id");
    return new Myself(
        version == null ? "development" : version,
        facts,
        bootId == null ? hex : bootId,
        hex,
        kernelSays("hostname"));
  }

  private static @Nullable String kernelSays(String name) {
    try {
      String text = Files.readString(Path.of("/proc/sys/kernel", name)).strip();
      return text.isEmpty() ? null : text;
    } catch (IOException e) {
      log.debug("read /proc/sys/kernel/{}", name, e);
      return null;
    }
  }

  private static Proof.@Nullable Voucher voucher(AgentSettings.EnrolmentSettings enrolment) {
    Secret token = enrolment.token();
    Secret ticket = enrolment.ticket();
    if (token != null && ticket != null) {
      throw new AgentStartFailure("enrolment.token and enrolment.ticket: only one of them", null);
    }
    if (token != null) {
      return new Proof.Voucher(Proof.Kind.TOKEN, token.reveal());
    }
    return ticket == null ? null : new Proof.Voucher(Proof.Kind.TICKET, ticket.reveal());
  }

  /** Says goodbye to the server; within a second. */
  @Override
  public void close() {
    if (face != null) {
      try {
        face.close();
      } catch (Exception e) { // as AutoCloseable declares it
        log.warn("close", e);
      }
    }
    beginning.close();
    watching.close();
    plugins.close();
    reinspection.close();
    tasks.close();
    runner.close();
    folder.close();
  }
}
