package dev.ingot.agent;

import dev.ingot.agent.inspect.Inspection;
import dev.ingot.agent.inspect.InspectionReport;
import dev.ingot.agent.inspect.SleepingDisks;
import dev.ingot.agent.link.LinkAction;
import dev.ingot.core.IdentityFacts;
import dev.ingot.protocol.Section;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/**
 * Inspects the machine again, every so often and when asked, in a thread of its own. Readings and
 * counters alone are told to who asked, and else seldom: they are others each time.
 */
final class Reinspection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Reinspection.class);

  /** Somebody wants to know now; no names: all sections. */
  private record Asked(List<String> sections, Runnable done) {}

  /** How machines are inspected. */
  interface Inspector {
    InspectionReport inspect(Collection<String> sections) throws InterruptedException;
  }

  /** Hears what was found. */
  interface Listener {
    /**
     * @param fresh names of sections of which only readings or counters differ, that are to be told
     *     all the same
     */
    void found(List<Section> sections, Set<String> fresh, IdentityFacts facts);
  }

  private final Inspector inspector;
  private final Duration interval;
  private final long roundsBetweenReadings;
  private final RandomGenerator random;
  private final Listener listener;
  private final LongConsumer answered;
  private final Map<String, Section> sections = new LinkedHashMap<>();

  /** What each section said last, also if it could not be read since. */
  private final Map<String, JsonNode> said = new HashMap<>();

  /** As they were told last, with their readings. */
  private final Map<String, Section> told = new HashMap<>();

  private final BlockingQueue<Asked> asked = new ArrayBlockingQueue<>(16);
  private final Thread thread;
  private IdentityFacts facts;

  Reinspection(
      Inspector inspector,
      Duration interval,
      Duration readings,
      RandomGenerator random,
      InspectionReport first,
      Listener listener,
      LongConsumer answered) {
    this.inspector = inspector;
    this.interval = interval;
    this.roundsBetweenReadings = Math.max(1, readings.dividedBy(interval));
    this.random = random;
    this.listener = listener;
    this.answered = answered;
    this.facts = first.facts();
    first.sections().forEach(section -> sections.put(section.name(), remembered(section)));
    told.putAll(sections);
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
      inspect(sections.isEmpty() ? List.of() : Inspection.SLOW, false);
      for (long round = 1; ; round++) {
        // Machines that were started together do not inspect together.
        long wait = (long) (interval.toMillis() * random.nextDouble(0.9, 1.1));
        Asked request = asked.poll(wait, TimeUnit.MILLISECONDS);
        if (request == null) {
          inspect(List.of(), round % roundsBetweenReadings == 0);
        } else {
          inspect(request.sections(), true);
          request.done().run();
        }
      }
    } catch (InterruptedException e) {
      log.debug("interrupted: ends", e);
    }
  }

  /** What the kernel knows at once; each slow section is sent as it ends. */
  private void inspect(List<String> names, boolean withReadings) throws InterruptedException {
    List<String> quick = new ArrayList<>(Inspection.QUICK);
    List<String> slow = new ArrayList<>(Inspection.SLOW);
    if (!names.isEmpty()) {
      quick.retainAll(names);
      slow.retainAll(names);
    }
    if (!quick.isEmpty()) {
      inspectTogether(quick, withReadings);
    }
    for (String section : slow) {
      inspectTogether(List.of(section), withReadings);
    }
  }

  private void inspectTogether(List<String> known, boolean withReadings)
      throws InterruptedException {
    try {
      InspectionReport report = inspector.inspect(known);
      List<Section> found = report.sections().stream().map(this::remembered).toList();
      synchronized (sections) {
        found.forEach(section -> sections.put(section.name(), section));
      }
      if (report.identity() == null) {
        log.warn("still known by what was seen before: {}", report.identityFailure());
      } else {
        facts = report.facts();
      }
      Set<String> fresh = fresh(found, withReadings);
      listener.found(List.copyOf(sections.values()), fresh, facts);
    } catch (RuntimeException e) {
      log.error("the inspection failed; the next is made in its turn", e);
    }
  }

  private Section remembered(Section inspected) {
    Section section = SleepingDisks.remembered(inspected, said.get(inspected.name()));
    if (section.content() != null) {
      said.put(section.name(), section.content());
    }
    return section;
  }

  private Set<String> fresh(List<Section> inspected, boolean withReadings) {
    Set<String> fresh = new TreeSet<>();
    for (Section section : inspected) {
      Section before = told.get(section.name());
      if (before == null || !before.digest().equals(section.digest())) {
        told.put(section.name(), section); // it is told anyway
      } else if (withReadings && !before.equals(section)) {
        told.put(section.name(), section);
        fresh.add(section.name());
      }
    }
    return fresh;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
