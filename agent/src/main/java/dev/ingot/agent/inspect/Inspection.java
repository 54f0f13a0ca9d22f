package dev.ingot.agent.inspect;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.MercuryId;
import dev.ingot.protocol.Section;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the inspectors, all at the same time, each in a thread of its own that ends at its deadline
 * or is left behind (it is a daemon) if the kernel does not let go of it.
 */
public final class Inspection {
  private static final Logger log = LoggerFactory.getLogger(Inspection.class);

  static final List<Inspector> INSPECTORS =
      List.of(
          new CpuInspector(),
          new MemInspector(),
          new DmiInspector(),
          new InterfacesInspector(),
          new OsStorageInspector(),
          new PciInspector(),
          new UsbInspector(),
          new RoutesInspector(),
          new VolumesInspector(),
          new ZfsInspector(),
          new GpuInspector(),
          new TpmInspector(),
          new BootInspector(),
          new FirmwareInspector(),
          new RaidInspector(),
          new BmcInspector(),
          new SmartInspector(),
          new LldpInspector());

  /** The names of all sections, in the order of a report. */
  public static final List<String> SECTIONS = INSPECTORS.stream().map(Inspector::name).toList();

  /** Sections that ask slow devices (controllers, BMCs, disks); each is sent as it ends. */
  public static final List<String> SLOW =
      INSPECTORS.stream().filter(Inspector::isSlow).map(Inspector::name).toList();

  /** All others: what the kernel knows. */
  public static final List<String> QUICK =
      INSPECTORS.stream().filter(inspector -> !inspector.isSlow()).map(Inspector::name).toList();

  private final Machine machine;
  private final InspectSettings settings;
  private final RandomGenerator random;
  private final Map<String, Duration> durations = new LinkedHashMap<>();

  Inspection(Machine machine, InspectSettings settings, RandomGenerator random) {
    this.machine = machine;
    this.settings = settings;
    this.random = random;
  }

  /** Inspects everything. */
  public static InspectionReport run(Machine machine, InspectSettings settings)
      throws InterruptedException {
    return run(machine, settings, SECTIONS);
  }

  /**
   * Inspects some sections and the identity.
   *
   * @throws IllegalArgumentException if there is no such section
   */
  public static InspectionReport run(
      Machine machine, InspectSettings settings, Collection<String> sections)
      throws InterruptedException {
    for (String section : sections) {
      if (!SECTIONS.contains(section)) {
        throw new IllegalArgumentException(
            "no section '" + section + "'; there are " + String.join(", ", SECTIONS));
      }
    }
    List<Inspector> inspectors =
        INSPECTORS.stream().filter(inspector -> sections.contains(inspector.name())).toList();
    return new Inspection(machine, settings, new SecureRandom()).run(inspectors);
  }

  InspectionReport run(List<Inspector> inspectors) throws InterruptedException {
    long started = System.nanoTime();
    Map<Inspector, Running<Section>> running = new LinkedHashMap<>();
    for (Inspector inspector : inspectors) {
      running.put(inspector, Running.start(inspector.name(), () -> section(inspector)));
    }
    Running<InspectionReport> identity = Running.start("identity", this::identity);
    try {
      List<Section> sections = new ArrayList<>();
      for (Map.Entry<Inspector, Running<Section>> entry : running.entrySet()) {
        sections.add(await(entry.getKey(), entry.getValue(), started));
      }
      InspectionReport who = await(identity, started);
      return new InspectionReport(
          sections, who.facts(), who.identity(), who.identityFailure(), durations);
    } finally {
      running.values().forEach(one -> one.cancel());
      identity.cancel();
    }
  }

  private Section await(Inspector inspector, Running<Section> running, long started)
      throws InterruptedException {
    String failure;
    try {
      Section section = running.await(remaining(started, settings.deadline(inspector)));
      durations.put(inspector.name(), running.took());
      return section;
    } catch (TimeoutException e) {
      failure = "no answer within " + settings.deadline(inspector).toMillis() + " ms";
    } catch (ExecutionException e) {
      log.error("inspector {} broke", inspector.name(), e.getCause());
      failure = "the inspector broke: " + e.getCause();
    }
    durations.put(inspector.name(), Duration.ofNanos(System.nanoTime() - started));
    return new Section(inspector.name(), null, failure, Field.classes(inspector.fields()));
  }

  private InspectionReport await(Running<InspectionReport> identity, long started)
      throws InterruptedException {
    try {
      return identity.await(remaining(started, settings.deadline()));
    } catch (TimeoutException e) {
      return unknown(
          "what identifies it could not be read within " + settings.deadline().toMillis() + " ms");
    } catch (ExecutionException e) {
      log.error("reading the identity broke", e.getCause());
      return unknown("reading what identifies it broke: " + e.getCause());
    }
  }

  private static Duration remaining(long started, Duration deadline) {
    return deadline.minusNanos(System.nanoTime() - started);
  }

  private Section section(Inspector inspector) {
    LastAnswers.Asking tools = machine.asking(inspector.name());
    try {
      Inspector.Findings findings = inspector.inspect(machine.with(tools));
      List<String> missing = new ArrayList<>(tools.end());
      if (findings.missing() != null) {
        missing.add(findings.missing());
      }
      return new Section(
          inspector.name(),
          findings.content(),
          missing.isEmpty() ? null : String.join("; ", missing),
          Field.classes(inspector.fields()));
    } catch (InspectionFailed e) {
      return new Section(inspector.name(), null, e.getMessage(), Field.classes(inspector.fields()));
    }
  }

  private InspectionReport identity() {
    IdentityFacts facts = new IdentityReader(machine, settings.uuidCase()).read();
    String failure = null;
    try {
      String installId =
          settings.keepInstallId() || !isKnown(facts)
              ? InstallId.keep(settings.folder(), random)
              : InstallId.find(settings.folder()).orElse(null);
      facts = facts.withInstallId(installId);
    } catch (IOException e) {
      failure = "no install id can be kept: " + reason(e);
    }
    try {
      return who(facts, MercuryId.derive(facts), failure);
    } catch (IllegalArgumentException e) {
      return who(
          facts, null, failure == null ? e.getMessage() : e.getMessage() + " (" + failure + ")");
    }
  }

  /** Whether something better than an install id identifies the machine. */
  private static boolean isKnown(IdentityFacts facts) {
    try {
      return MercuryId.derive(facts).rule() != MercuryId.Rule.INSTALL;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException
        ? "permission denied: " + e.getMessage()
        : String.valueOf(e.getMessage());
  }

  private static InspectionReport unknown(String failure) {
    return who(
        new IdentityFacts(null, null, null, null, null, null, List.of(), null), null, failure);
  }

  private static InspectionReport who(
      IdentityFacts facts, MercuryId.@Nullable Derivation identity, @Nullable String failure) {
    return new InspectionReport(List.of(), facts, identity, failure, Map.of());
  }
}
