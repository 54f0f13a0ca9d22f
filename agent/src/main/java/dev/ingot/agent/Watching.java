package dev.ingot.agent;

import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.LldpSource;
import dev.ingot.agent.inspect.PortFirmware;
import dev.ingot.agent.inspect.ToolUnavailable;
import dev.ingot.agent.watch.KernelEvents;
import dev.ingot.agent.watch.LldpNeighbours;
import dev.ingot.agent.watch.LldpWatch;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What an agent hears between its inspections: neighbours, and changes of the machine. */
final class Watching implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watching.class);

  /** Neighbours speak every 30 s unless they are told otherwise (IEEE 802.1AB section 9.2.5.6). */
  private static final long HEARD_ALL_MILLIS = 35_000;

  private final LldpNeighbours neighbours = new LldpNeighbours();
  private volatile long started = nowMillis();

  /** Why nobody is heard; null while we listen. */
  private volatile @Nullable String deaf;

  private final AgentSettings.InspectionSettings settings;
  private final SlowScan scan;
  private volatile @Nullable LldpWatch lldp;
  private volatile @Nullable KernelEvents events;

  Watching(AgentSettings.InspectionSettings settings, SlowScan.Looking looking) {
    this.settings = settings;
    this.scan = new SlowScan(looking, SlowScan.Patience.USUAL);
  }

  /** Begins to listen for neighbours: before the first inspection, which asks for them. */
  void listen() {
    started = nowMillis();
    if (settings.lldp()) {
      lldp = lldp();
    } else {
      deaf = "this agent does not listen for LLDP frames (inspect.lldp is false)";
    }
  }

  /** Begins to have looked at what changed. */
  void start() {
    events = settings.events() ? events() : null;
    if (settings.portsGiveUpLldp()) {
      Thread.ofPlatform()
          .daemon()
          .name("agent-port-firmware")
          .start(() -> PortFirmware.giveUpLldp(settings.deadline()));
    }
    scan.start();
  }

  private @Nullable LldpWatch lldp() {
    try {
      return LldpWatch.start(
          neighbours, HEARD_ALL_MILLIS, Watching::nowMillis, () -> scan.changed(Set.of("lldp")));
    } catch (IOException e) {
      deaf = "this agent cannot hear LLDP frames itself: " + e.getMessage();
      log.info("{}", deaf);
      return null;
    }
  }

  private @Nullable KernelEvents events() {
    try {
      return KernelEvents.start(
          sections -> {
            Set<String> known = new java.util.TreeSet<>(sections);
            known.retainAll(Set.copyOf(Inspection.SECTIONS));
            scan.changed(known);
          });
    } catch (IOException e) {
      log.info("changes are found at the next inspection only: {}", e.getMessage());
      return null;
    }
  }

  /** The neighbours; none before each had the time to speak. */
  LldpSource heard() {
    return () -> {
      String reason = deaf;
      if (reason != null) {
        throw new ToolUnavailable(reason);
      }
      if (nowMillis() - started < HEARD_ALL_MILLIS && !neighbours.areHeardAtAllPortsWithLink()) {
        throw new ToolUnavailable(
            "this agent listens since less than "
                + HEARD_ALL_MILLIS / 1000
                + " s, and not every neighbour has spoken");
      }
      return neighbours.frames();
    };
  }

  private static long nowMillis() {
    return System.nanoTime() / 1_000_000;
  }

  @Override
  public void close() {
    scan.close();
    LldpWatch neighbour = lldp;
    if (neighbour != null) {
      neighbour.close();
    }
    KernelEvents kernel = events;
    if (kernel != null) {
      kernel.close();
    }
  }
}
