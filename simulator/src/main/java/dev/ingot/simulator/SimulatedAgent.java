package dev.ingot.simulator;

import dev.ingot.agent.link.LinkAction;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkNews;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One agent's link, driven without a thread of its own: the client's threads and a timer do. */
final class SimulatedAgent {
  private static final int FLAPS_WITHIN = 60_000;
  private static final int REBOOTS_WITHIN = 240_000;
  private static final int OFF_AT_LEAST = 5_000;

  /** When one comes back that somebody has switched off. */
  private static final long NEVER = Long.MAX_VALUE;

  private final Supplier<LinkMachine> boot;
  private final SimulatedTasks tasks;
  private final Behaviour behaviour;
  private final RandomGenerator random;
  private final Dialler dialler;
  private final LongSupplier clock;
  private final FleetProgress progress;
  private final Queue<byte[]> unsent = new ArrayDeque<>();
  private LinkMachine machine;
  private Dialler.@Nullable Line line;
  private long connection;
  private long offUntil = Long.MIN_VALUE;
  private long mishapAt = Long.MAX_VALUE;
  private boolean sending;
  private boolean ended;
  private volatile @Nullable String node;
  private volatile boolean stored;
  private volatile boolean linked;
  private volatile long wakeAt = Long.MIN_VALUE;

  /**
   * @param boot makes the link of a process, anew for each boot of the machine
   */
  SimulatedAgent(
      Supplier<LinkMachine> boot,
      SimulatedTasks tasks,
      Behaviour behaviour,
      RandomGenerator random,
      Dialler dialler,
      LongSupplier clock,
      FleetProgress progress) {
    this.boot = boot;
    this.tasks = tasks;
    this.behaviour = behaviour;
    this.random = random;
    this.machine = boot.get();
    this.dialler = dialler;
    this.clock = clock;
    this.progress = progress;
  }

  /** Whether the server has all its sections. */
  boolean stored() {
    return stored;
  }

  boolean linked() {
    return linked;
  }

  /** Called often; does something when it is time. */
  void tick(long now) {
    if (now >= wakeAt) {
      synchronized (this) {
        if (offUntil != Long.MIN_VALUE) {
          switchOn(now);
        } else if (now >= mishapAt) {
          mishap(now);
        }
        if (now >= offUntil) {
          execute(machine.tasks(link -> tasks.tick(now, link), now));
          execute(machine.tick(now));
        }
      }
    }
  }

  /** What happens to it by itself. */
  private void mishap(long now) {
    mishapAt = now + nextMishap();
    if (behaviour == Behaviour.REBOOTING) {
      switchOff(now);
    } else if (line != null) {
      line.abort();
      line = null;
      execute(machine.closed(connection, "flaps", now));
    }
  }

  private long nextMishap() {
    return switch (behaviour) {
      case FLAPPING -> random.nextInt(FLAPS_WITHIN / 4, FLAPS_WITHIN);
      case REBOOTING -> random.nextInt(REBOOTS_WITHIN / 4, REBOOTS_WITHIN);
      case STEADY, SLOW, FAILING, LYING -> Integer.MAX_VALUE;
    };
  }

  private void switchOff(long now) {
    close();
    linked = false;
    offUntil = now + random.nextInt(OFF_AT_LEAST, OFF_AT_LEAST * 3);
    wakeAt = offUntil;
  }

  private void switchOn(long now) {
    if (now >= offUntil) {
      offUntil = Long.MIN_VALUE;
      machine = boot.get();
    }
  }

  /** The node that the server took it for; null before. */
  @Nullable String node() {
    return node;
  }

  synchronized boolean isOn() {
    return offUntil != NEVER;
  }

  /** Somebody switches it; one that is on stays on, in the boot that it is in. */
  synchronized void power(boolean on) {
    if (!on) {
      close();
      linked = false;
      offUntil = NEVER;
      wakeAt = NEVER;
    } else if (offUntil == NEVER) {
      offUntil = clock.getAsLong();
      wakeAt = offUntil;
    }
  }

  /** Leaves without a word, as a machine that loses power does. */
  synchronized void end() {
    ended = true;
    if (line != null) {
      line.abort();
    }
  }

  private void execute(List<LinkAction> actions) {
    for (LinkAction action : actions) {
      if (offUntil != Long.MIN_VALUE) {
        return;
      }
      long now = clock.getAsLong();
      switch (action) {
        case LinkAction.Dial(long number) -> dial(number);
        case LinkAction.Send(byte[] frame) -> unsent.add(frame);
        case LinkAction.Close(String reason) -> close();
        case LinkAction.Inspect inspect ->
            execute(machine.inspected(inspect.request(), clock.getAsLong()));
        case LinkAction.MakeKey() -> {} // no two of the fleet share a key
        case LinkAction.Offered(var offer) ->
            execute(machine.tasks(link -> tasks.offered(offer, link), now));
        case LinkAction.Begin(long task, int attempt) -> begin(task, attempt, now);
        case LinkAction.CancelTask(long task, int attempt, String reason) ->
            execute(machine.tasks(link -> tasks.cancel(task, attempt, reason, link), now));
        case LinkAction.Tell(LinkNews news) -> {
          if (news instanceof LinkNews.Joined(String id, boolean _)) {
            node = id;
          }
          progress.heard(news);
        }
      }
    }
    send();
    linked = machine.linked();
    stored = machine.upToDate();
    if (mishapAt == Long.MAX_VALUE && linked) {
      mishapAt = clock.getAsLong() + nextMishap();
    }
    wakeAt = Math.min(Math.min(machine.wakeAt(), tasks.wakeAt()), mishapAt);
  }

  private void begin(long task, int attempt, long now) {
    boolean[] restarts = new boolean[1];
    execute(machine.tasks(link -> restarts[0] = tasks.begin(task, attempt, now, link), now));
    if (restarts[0]) {
      mishapAt = Math.max(mishapAt, now + REBOOTS_WITHIN);
      switchOff(now);
    }
  }

  private void dial(long number) {
    LinkMachine caller = machine;
    connection = number;
    unsent.clear();
    sending = false;
    line = null;
    dialler.dial(new Ear(caller, number));
  }

  private void close() {
    if (line != null) {
      line.abort();
      line = null;
    }
    unsent.clear();
    sending = false;
  }

  /** The client takes one frame at a time. */
  private void send() {
    Dialler.Line open = line;
    if (sending || open == null || unsent.isEmpty()) {
      return;
    }
    byte[] frame = unsent.remove();
    sending = true;
    long number = connection;
    LinkMachine sender = machine;
    progress.sent(frame.length);
    open.send(
        frame,
        failure -> {
          synchronized (this) {
            if (sender == machine && number == connection && line != null) {
              sending = false;
              long now = clock.getAsLong();
              execute(
                  failure == null
                      ? machine.sent(number, now)
                      : machine.closed(number, failure, now));
            }
          }
        });
  }

  private final class Ear implements Dialler.Listener {
    private final LinkMachine owner;
    private final long number;

    Ear(LinkMachine owner, long number) {
      this.owner = owner;
      this.number = number;
    }

    @Override
    public void opened(Dialler.Line opened) {
      synchronized (SimulatedAgent.this) {
        if (ended || owner != machine || number != connection || offUntil != Long.MIN_VALUE) {
          opened.abort();
        } else {
          line = opened;
          execute(machine.opened(number, clock.getAsLong()));
        }
      }
    }

    @Override
    public void received(byte[] frame) {
      progress.received(frame.length);
      synchronized (SimulatedAgent.this) {
        if (owner == machine) {
          execute(machine.received(number, frame, clock.getAsLong()));
        }
      }
    }

    @Override
    public void gone(String reason) {
      synchronized (SimulatedAgent.this) {
        if (owner == machine && number == connection && !ended) {
          line = null;
          unsent.clear();
          sending = false;
          execute(machine.closed(number, reason, clock.getAsLong()));
        }
      }
    }
  }
}
