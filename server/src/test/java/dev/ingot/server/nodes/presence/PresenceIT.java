package dev.ingot.server.nodes.presence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.events.NewEvent;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Machine;
import dev.ingot.server.nodes.Presence;
import dev.ingot.server.nodes.Presence.Session;
import dev.ingot.server.nodes.TestNodes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PresenceIT {
  private TestNodes test;
  private Presence presence;
  private PresenceKeeper keeper;
  private Machine machine;
  private Admitted admitted;

  @BeforeEach
  void oneNodeIsOnline() {
    test = TestNodes.open();
    presence = test.nodes.presence();
    keeper = test.keeper();
    keeper.tick();
    machine = new Machine(new Random(3)).with(test.token());
    admitted = test.admitted(machine);
    test.happened();
  }

  @AfterEach
  void close() {
    test.close();
  }

  @Test
  void anEndedSessionIsLostAtOnceWithReasonAndLastSeen() {
    presence.ended(session(), "closed");
    presence.ended(session(), "closed");
    assertThat(test.events).hasSize(1);
    NewEvent lost = test.events.getFirst();
    assertThat(lost.action()).isEqualTo("lost");
    assertThat(lost.data().get("reason").stringValue()).isEqualTo("closed");
    assertThat(lost.data().get("lastSeen").stringValue()).endsWith("Z");
    assertThat(test.node(admitted.nodeId()).online()).isFalse();
    assertThat(test.node(admitted.nodeId()).presence().reason()).isEqualTo("closed");
    assertThat(presence.seen(List.of(session()))).hasSize(1);
  }

  @Test
  void theEndOfAnOldSessionDoesNotEndTheNewOne() {
    test.admitted(machine.boot());
    test.happened();
    presence.ended(session(), "closed");
    assertThat(test.happened()).isEmpty();
    assertThat(test.node(admitted.nodeId()).online()).isTrue();
  }

  @Test
  void aSilentSessionIsLostWithinThirtySeconds() {
    living(Duration.ofSeconds(40));
    passing(Duration.ofSeconds(20));
    assertThat(keeper.tick()).isZero();
    passing(Duration.ofSeconds(6));
    assertThat(keeper.tick()).isOne();
    assertThat(test.node(admitted.nodeId()).presence().reason()).isEqualTo("silent");
    assertThat(test.happened()).containsExactly("lost");
  }

  @Test
  void aSessionThatIsHeardFromStays() {
    living(Duration.ofSeconds(40));
    for (int i = 0; i < 4; i++) {
      passing(Duration.ofSeconds(10));
      assertThat(presence.seen(List.of(session()))).isEmpty();
      assertThat(keeper.tick()).isZero();
    }
  }

  @Test
  void aRestartedServerGivesItsNodesAMinute() {
    living(Duration.ofMinutes(5));
    PresenceKeeper restarted = test.server("main", "second").keeper();
    assertThat(restarted.tick()).isZero();
    test.pass(Duration.ofSeconds(50));
    beat("main");
    assertThat(restarted.tick()).isZero();
    assertThat(test.node(admitted.nodeId()).online()).isTrue();
    test.pass(Duration.ofSeconds(12));
    beat("main");
    assertThat(restarted.tick()).isOne();
    assertThat(test.node(admitted.nodeId()).presence().reason()).isEqualTo("server-lost");
  }

  @Test
  void theNodesOfADeadServerGoByItsLease() {
    TestNodes other = test.server("other", "first");
    PresenceKeeper survivor = other.keeper();
    survivor.tick();
    test.pass(Duration.ofSeconds(70));
    beat("other");
    assertThat(survivor.tick()).as("its lease and a minute").isZero();
    test.pass(Duration.ofSeconds(10));
    beat("other");
    assertThat(survivor.tick()).isOne();
    assertThat(other.events).extracting(NewEvent::action).containsExactly("lost");
  }

  @Test
  void aServerThatPausedDoesNotDeclareItsNodesLostWhenItComesBack() {
    living(Duration.ofMinutes(5));
    test.pass(Duration.ofMinutes(2));
    assertThat(keeper.tick()).isZero();
    assertThat(presence.seen(List.of(session()))).isEmpty();
    passing(Duration.ofSeconds(20));
    assertThat(keeper.tick()).isZero();
  }

  @Test
  void manySessionsAreOneBatch() {
    List<Session> sessions = new ArrayList<>();
    test.jdbi()
        .useTransaction(
            handle -> {
              handle.execute(
                  """
                  INSERT INTO node (id, standing, id_reason, facts_digest)
                  SELECT '0f' || lpad(i::text, 40, '0'), 'admitted', 'test', ''
                  FROM generate_series(1, 5000) AS i
                  """);
              handle.execute(
                  """
                  INSERT INTO agent_session (node, epoch, online, seen, server, server_incarnation)
                  SELECT id, nextval('agent_epoch'), true, now(), 'main', 'first' FROM node
                  WHERE id_reason = 'test'
                  """);
              handle
                  .createQuery("SELECT node, epoch FROM agent_session")
                  .map((row, context) -> new Session(row.getString(1), row.getLong(2)))
                  .forEach(sessions::add);
            });
    assertThat(sessions).hasSize(5001);
    assertThat(presence.seen(sessions)).isEmpty();
    living(Duration.ofMinutes(5));
    passing(Duration.ofSeconds(30));
    assertThat(keeper.tick()).isEqualTo(5001);
    assertThat(test.happened()).hasSize(5001);
    assertThat(presence.seen(sessions)).hasSize(5001);
  }

  private Session session() {
    return new Session(admitted.nodeId(), admitted.epoch());
  }

  /** This server has been up for so long. */
  private void living(Duration time) {
    test.jdbi()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE server_lease SET started = now() - interval '"
                        + time.toSeconds()
                        + " seconds'"));
  }

  /** Time passes, and this server writes its lease all the while. */
  private void passing(Duration time) {
    test.pass(time);
    beat("main");
  }

  private void beat(String server) {
    test.jdbi()
        .useHandle(h -> h.execute("UPDATE server_lease SET seen = now() WHERE server = ?", server));
  }
}
