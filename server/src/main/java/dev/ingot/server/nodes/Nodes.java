package dev.ingot.server.nodes;

import dev.ingot.server.access.Audit;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.http.Routes;
import dev.ingot.server.nodes.attributes.Attributes;
import dev.ingot.server.nodes.identity.MergeAndSplit;
import dev.ingot.server.nodes.joining.BootTickets;
import dev.ingot.server.nodes.joining.EnrolmentTokens;
import dev.ingot.server.nodes.joining.Joining;
import dev.ingot.server.nodes.joining.JoiningRoutes;
import dev.ingot.server.nodes.joining.KnownMachines;
import dev.ingot.server.nodes.joining.Standings;
import dev.ingot.server.nodes.presence.DatabasePresence;
import dev.ingot.server.nodes.presence.PresenceKeeper;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.nodes.target.TargetResolver;
import dev.ingot.server.store.Store;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** The feature: its doors, made once. */
public final class Nodes implements AutoCloseable {
  private final UpwardPorts ports = new UpwardPorts();
  private final VisibleNodes visible = new VisibleNodes(ports);
  private final Door door;
  private final DatabasePresence presence;
  private final PresenceKeeper keeper;
  private final TargetResolver targets;
  private final NodeOperations operations;
  private final List<Routes> routes;

  /**
   * @param random of cryptographic strength
   * @param ownBootId boot id of this machine's kernel, null if it cannot be read: its node is
   *     protected
   */
  public Nodes(
      Store store,
      Outbox outbox,
      Audit audit,
      NodesSettings settings,
      ServerIdentity server,
      RandomGenerator random,
      @Nullable String ownBootId) {
    NodeJournal journal = new NodeJournal(outbox, audit);
    this.door = Joining.door(store.ingest(), journal, settings.joining(), server, ownBootId, ports);
    this.presence = new DatabasePresence(store.engine(), outbox);
    this.keeper = new PresenceKeeper(store.engine(), outbox, server, settings.presence());
    this.targets = new TargetResolver(ports, ports, visible);
    this.operations =
        new NodeOperations(
            new Attributes(journal),
            new Standings(journal, ports, settings.joining().readmitWindow()),
            new MergeAndSplit(journal, ports),
            new EnrolmentTokens(audit, random),
            new BootTickets(audit, random),
            new KnownMachines(journal, settings.joining().policy()));
    this.routes =
        List.of(
            new NodeRoutes(store.api(), operations, visible, ports),
            new JoiningRoutes(
                store.api(),
                operations.tokens(),
                operations.tickets(),
                operations.known(),
                settings.joining(),
                ports));
  }

  /** Begins to write this server's lease and to look for lost nodes. */
  public void start() {
    keeper.start();
  }

  @Override
  public void close() {
    keeper.close();
  }

  /** To be filled by the composition before the start. */
  public UpwardPorts ports() {
    return ports;
  }

  public Door door() {
    return door;
  }

  public Presence presence() {
    return presence;
  }

  /** Nodes as a principal sees them. */
  public VisibleNodes visible() {
    return visible;
  }

  public TargetResolver targets() {
    return targets;
  }

  /** Also for the server itself: its own agent joins with a token that nobody sees. */
  public NodeOperations operations() {
    return operations;
  }

  /** What makes tickets for machines that boot. */
  public BootTickets tickets() {
    return operations.tickets();
  }

  public List<Routes> routes() {
    return routes;
  }
}
