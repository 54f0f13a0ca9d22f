package dev.ingot.server.broker;

import dev.ingot.amqp.BrokerSession;
import dev.ingot.amqp.Declarations;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * What all parts of the server need at the broker. Each adds its own before the start, and has it
 * met when it connects; {@code ingot setup broker} goes through all of it.
 */
public final class BrokerNeeds {
  private final List<Need> all = new CopyOnWriteArrayList<>();
  private final boolean durable;
  private final boolean declare;

  BrokerNeeds(AmqpSettings settings) {
    this(settings.durable(), settings.declare());
  }

  private BrokerNeeds(boolean durable, boolean declare) {
    this.durable = durable;
    this.declare = declare;
  }

  /** What an old system's protocol says is there: durable, and declared by whoever speaks it. */
  public static BrokerNeeds ofProtocol(Need... needs) {
    BrokerNeeds all = new BrokerNeeds(true, true);
    for (Need need : needs) {
      all.add(need);
    }
    return all;
  }

  public void add(Need need) {
    all.add(need);
  }

  List<Need> all() {
    return List.copyOf(all);
  }

  /** Whether what is declared outlives a restart of the broker. */
  public boolean durable() {
    return durable;
  }

  /**
   * Makes sure that what one part needs is there: declared, where the settings let us.
   *
   * @throws IOException that names what is missing
   */
  public void meet(BrokerSession session, String owner) throws IOException {
    Declarations declarations = session.declarations();
    for (Need need : all) {
      if (!need.owner().equals(owner)) {
        continue;
      }
      Declarations.Found found = meet(declarations, need, !declare);
      if (found == Declarations.Found.MISSING) {
        throw new IOException(
            "the broker has no " + need.kind() + " " + need.name() + ": run ingot setup broker");
      }
    }
  }

  Declarations.Found meet(Declarations declarations, Need need, boolean only) throws IOException {
    return switch (need) {
      case Need.Exchange(_, String name, String type) ->
          declarations.exchange(name, type, durable, only);
      case Need.Queue(_, String name) -> declarations.queue(name, durable, only);
      case Need.Binding(_, String queue, String exchange, String key) -> {
        if (!only) {
          declarations.bind(queue, exchange, key);
        }
        yield Declarations.Found.THERE;
      }
    };
  }
}
