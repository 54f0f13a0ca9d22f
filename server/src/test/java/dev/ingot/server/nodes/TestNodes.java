package dev.ingot.server.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.access.Audit;
import dev.ingot.server.access.AuditTable;
import dev.ingot.server.access.Principal;
import dev.ingot.server.access.Role;
import dev.ingot.server.events.NewEvent;
import dev.ingot.server.events.Outbox;
import dev.ingot.server.events.OutboxTable;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Admission.Refused;
import dev.ingot.server.nodes.Presence.Over;
import dev.ingot.server.nodes.presence.PresenceKeeper;
import dev.ingot.server.nodes.presence.PresenceSettings;
import dev.ingot.server.nodes.presence.ServerIdentity;
import dev.ingot.server.store.TestStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The nodes feature over a database of its own. Time passes by moving what is stored back. */
public final class TestNodes implements AutoCloseable {
  public static final Principal OPERATOR = new Principal("alice", Role.OPERATOR);
  public static final String OWN_BOOT = "11111111-2222-3333-4444-555555555555";

  public final List<NewEvent> events = Collections.synchronizedList(new ArrayList<>());
  public final List<String> audited = Collections.synchronizedList(new ArrayList<>());
  public final List<Over> over = Collections.synchronizedList(new ArrayList<>());
  public final ServerIdentity server;
  public final Nodes nodes;
  private final TestStore store;
  private final boolean owner;

  private TestNodes(TestStore store, ServerIdentity server, boolean owner) {
    this.store = store;
    this.server = server;
    this.owner = owner;
    this.nodes =
        new Nodes(
            store.store(),
            outbox(),
            audit(),
            NodesSettings.DEFAULT,
            server,
            new SecureRandom(),
            OWN_BOOT);
    nodes.ports().tell(over::add);
  }

  public static TestNodes open() {
    return new TestNodes(TestStore.open(), new ServerIdentity("main", "first"), true);
  }

  /** Over a store that somebody else closes. */
  public static TestNodes over(TestStore store) {
    return new TestNodes(store, new ServerIdentity("main", "first"), false);
  }

  /** Another server process on the same database. */
  public TestNodes server(String name, String incarnation) {
    return new TestNodes(store, new ServerIdentity(name, incarnation), false);
  }

  public Outbox outbox() {
    OutboxTable table = new OutboxTable(() -> {});
    return new Outbox() {
      @Override
      public void append(Handle handle, NewEvent event) {
        appendAll(handle, List.of(event));
      }

      @Override
      public void appendAll(Handle handle, Collection<NewEvent> all) {
        table.appendAll(handle, all);
        events.addAll(all);
      }
    };
  }

  private Audit audit() {
    AuditTable table = new AuditTable();
    return (handle, who, action, target, before, after) -> {
      table.record(handle, who, action, target, before, after);
      audited.add(who.name() + " " + action + " " + target);
    };
  }

  public Jdbi jdbi() {
    return store.jdbi();
  }

  public PresenceKeeper keeper() {
    return new PresenceKeeper(jdbi(), outbox(), server, PresenceSettings.DEFAULT);
  }

  public Credential.EnrolmentToken token() {
    return jdbi()
        .inTransaction(
            handle ->
                new Credential.EnrolmentToken(
                    nodes
                        .operations()
                        .tokens()
                        .make(handle, OPERATOR, "test", Duration.ofDays(1), null)
                        .secret()));
  }

  public Credential.BootTicket ticket(Machine machine, @Nullable String network) {
    return jdbi()
        .inTransaction(
            handle ->
                new Credential.BootTicket(
                    nodes
                        .operations()
                        .tickets()
                        .make(
                            handle,
                            OPERATOR,
                            machine.macs.getFirst(),
                            machine.address,
                            network,
                            Duration.ofMinutes(5))
                        .secret()));
  }

  public Admission admit(Machine machine) {
    return nodes.door().admit(machine.introduction());
  }

  public Admitted admitted(Machine machine) {
    Admission answer = admit(machine);
    assertThat(answer).isInstanceOf(Admitted.class);
    return (Admitted) answer;
  }

  public Refused refused(Machine machine, String reason) {
    Admission answer = admit(machine);
    assertThat(answer)
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.reason()).isEqualTo(reason));
    return (Refused) answer;
  }

  /** The machine's connection ends. */
  public void lose(Admitted admitted) {
    nodes.presence().ended(new Presence.Session(admitted.nodeId(), admitted.epoch()), "closed");
  }

  /** Everything that was written was written so much earlier. */
  public void pass(Duration time) {
    jdbi()
        .useTransaction(
            handle -> {
              for (String column :
                  List.of(
                      "agent_session.seen",
                      "agent_session.since",
                      "server_lease.seen",
                      "server_lease.started",
                      "node_conflict.first_seen",
                      "node_conflict.last_seen",
                      "boot_ticket.expires",
                      "boot_ticket.created",
                      "enrolment_token.expires",
                      "enrolment_token.created",
                      "retired_key.retired",
                      "node.readmit_until")) {
                String[] parts = column.split("\\.", 2);
                handle.execute(
                    "UPDATE "
                        + parts[0]
                        + " SET "
                        + parts[1]
                        + " = "
                        + parts[1]
                        + " - interval '"
                        + time.toMillis()
                        + " milliseconds'");
              }
            });
  }

  public NodeRecord node(String id) {
    return jdbi().withHandle(handle -> NodeReader.require(handle, id));
  }

  public long count() {
    return jdbi()
        .withHandle(h -> h.createQuery("SELECT count(*) FROM node").mapTo(Long.class).one());
  }

  /** The actions of the events so far, which are forgotten. */
  public List<String> happened() {
    synchronized (events) {
      List<String> actions = events.stream().map(NewEvent::action).toList();
      events.clear();
      return actions;
    }
  }

  @Override
  public void close() {
    if (owner) {
      store.close();
    }
  }
}
