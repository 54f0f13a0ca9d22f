package dev.ingot.agent;

import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.link.LinkAction;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inspects the machine again, every so often and when asked, in a thread of its own. */
final class Reinspection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reinspection.class);

  /** Somebody wants to know now; no names: all sections. */
  private record Asked(List<String> sections, Runnable done) {}

  /** How machines are inspected. */
  interface Inspector {
    InspectionReport inspect(Collection<String> sections) throws InterruptedException;
  }

  private final Inspector inspector;
  private final Duration interval;
  private final RandomGenerator random;
  private final BiConsumer<List<Section>, IdentityFacts> found;
  private final LongConsumer answered;
  private final Map<String, Section> sections = new LinkedHashMap<>();
  private final BlockingQueue<Asked> asked = new ArrayBlockingQueue<>(16);
  private final Thread thread;
  private IdentityFacts facts;

  Reinspection(
      Inspector inspector,
      Duration interval,
      RandomGenerator random,
      InspectionReport first,
      BiConsumer<List<Section>, IdentityFacts> found,
      LongConsumer answered) {
    this.inspector = inspector;
    this.interval = interval;
    this.random = random;
    this.found = found;
    this.answered = answered;
    this.facts = first.facts();
    first.sections().forEach(section -> sections.put(section.name(), section));
    this.thread = Thread.ofPlatform().daemon().name("agent-inspection").unstarted(this::work);
  }

  void start() {
    thread.start();
  }

  /** The server wants to know now; a request too many is left out, the answers are the same. */
  void ask(LinkAction.Inspect request) {
    if (!asked.offer(new Asked(request.sections(), () -> answered.accept(request.request())))) {
      log.warn("left out a request to inspect: {} wait already", asked.size());
    }
  }

  /**
   * Inspects now and waits for it.
   *
   * @param names no names: all sections
   * @return of each why it failed or what is missing; empty when it is complete
   */
  Map<String, String> refresh(List<String> names) throws InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    asked.put(new Asked(names, done::countDown));
    done.await();
    Map<String, String> missing = new TreeMap<>();
    synchronized (sections) {
      sections.forEach(
          (name, section) -> {
            if (names.isEmpty() || names.contains(name)) {
              missing.put(name, section.failure() == null ? "" : section.failure());
            }
          });
    }
    return missing;
  }

  private void work() {
    try {
      // The first inspection was of what the kernel knows, and the slow ones follow; or of nothing.
      inspect(sections.isEmpty() ? List.of() : Inspection.SLOW);
      while (true) {
        // Machines that were started together do not inspect together.
        long wait = (long) (interval.toMillis() * random.nextDouble(0.9, 1.1));
        Asked request = asked.poll(wait, TimeUnit.MILLISECONDS);
        inspect(request == null ? List.of() : request.sections());
        if (request != null) {
          request.done().run();
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  /** What the kernel knows at once; each slow section is sent as it ends. */
  private void inspect(List<String> names) throws InterruptedException {
    List<String> quick = new ArrayList<>(Inspection.QUICK);
    List<String> slow = new ArrayList<>(Inspection.SLOW);
    if (!names.isEmpty()) {
      quick.retainAll(names);
      slow.retainAll(names);
    }
    if (!quick.isEmpty()) {
      inspectTogether(quick);
    }
    for (String section : slow) {
      inspectTogether(List.of(section));
    }
  }

  private void inspectTogether(List<String> known) throws InterruptedException {
    try {
      InspectionReport report = inspector.inspect(known);
      synchronized (sections) {
        report.sections().forEach(section -> sections.put(section.name(), section));
      }
      if (report.identity() == null) {
        log.warn("still known by what was seen before: {}", report.identityFailure());
      } else {
        facts = report.facts();
      }
      found.accept(List.copyOf(sections.values()), facts);
    } catch (RuntimeException e) {
      log.error("the inspection failed; the next is made in its turn", e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
