package dev.ingot.server.nodes.joining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.nodes.Admission;
import dev.ingot.server.nodes.Admission.Admitted;
import dev.ingot.server.nodes.Credential;
import dev.ingot.server.nodes.Introduction;
import dev.ingot.server.nodes.Machine;
import dev.ingot.server.nodes.TestNodes;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NewcomersIT {
  private static final int GROUP = 12;

  private final RandomGenerator random = new Random(7);

  /** Two databases, in one of which all come alone: what is stored and told is the same. */
  @Test
  void whoComesWithOthersIsAnsweredAndStoredAsIfAlone() {
    try (TestNodes together = TestNodes.open();
        TestNodes alone = TestNodes.open()) {
      Credential.EnrolmentToken one = together.token();
      Credential.EnrolmentToken other = alone.token();
      List<Machine> known = new ArrayList<>();
      int taken = 0;
      int left = 0;
      for (int round = 0; round < 40; round++) {
        List<Machine> group = group(known);
        List<Introduction> said = group.stream().map(Machine::introduction).toList();
        List<@Nullable Admission> answers =
            together.nodes.door().admitTogether(said.stream().map(i -> with(i, one)).toList());
        assertThat(answers).hasSize(said.size());
        for (int pass = 0; pass < 2; pass++) {
          for (int place = 0; place < said.size(); place++) {
            Admission answer = answers.get(place);
            if ((answer != null) == (pass == 0)) {
              taken += 1 - pass;
              left += pass;
              Admission expected = alone.nodes.door().admit(with(said.get(place), other));
              assertThat(
                      shown(
                          answer == null
                              ? together.nodes.door().admit(with(said.get(place), one))
                              : answer))
                  .isEqualTo(shown(expected));
            }
          }
        }
        known.addAll(group);
        assertThat(stored(together)).isEqualTo(stored(alone));
        assertThat(told(together)).isEqualTo(told(alone));
      }
      assertThat(taken).isGreaterThan(150);
      assertThat(left).isGreaterThan(100);
    }
  }

  @Test
  void groupsThatShowTheSameMachinesAtTheSameTimeMakeEachOnce() throws Exception {
    try (TestNodes test = TestNodes.open();
        ExecutorService doors = Executors.newFixedThreadPool(4)) {
      Credential.EnrolmentToken token = test.token();
      List<Machine> machines = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        machines.add(new Machine(random).with(token));
      }
      for (int round = 0; round < 5; round++) {
        List<Future<List<@Nullable Admission>>> groups = new ArrayList<>();
        for (int door = 0; door < 4; door++) {
          // The same machines in other orders, each from a disk of its own.
          List<Introduction> said = new ArrayList<>();
          for (int place = 0; place < GROUP; place++) {
            Machine machine = machines.get(round * GROUP + (place * (2 * door + 1) + door) % GROUP);
            said.add(machine.newDisk().introduction());
          }
          groups.add(doors.submit(() -> test.nodes.door().admitTogether(said)));
        }
        Set<String> ids = new HashSet<>();
        for (Future<List<@Nullable Admission>> group : groups) {
          for (Admission each : group.get()) {
            if (each instanceof Admitted admitted) {
              assertThat(ids.add(admitted.nodeId())).as("made once").isTrue();
            }
          }
        }
        assertThat(ids).hasSizeLessThanOrEqualTo(GROUP);
        assertThat(test.count()).isLessThanOrEqualTo((round + 1L) * GROUP);
      }
      assertThat(test.happened()).hasSize((int) test.count() * 2);
    }
  }

  private List<Machine> group(List<Machine> known) {
    List<Machine> group = new ArrayList<>();
    for (int i = 0; i < GROUP; i++) {
      Machine machine = new Machine(random);
      Machine before = known.isEmpty() ? machine : known.get(random.nextInt(known.size()));
      Machine beside = group.isEmpty() ? machine : group.get(random.nextInt(group.size()));
      switch (random.nextInt(16)) {
        case 0 -> machine = before.boot();
        case 1 -> machine.diskOf(before);
        case 2 -> machine.macs.set(0, before.macs.getFirst());
        case 3 -> machine.uuid = before.uuid;
        case 4 -> machine.systemSerial = beside.systemSerial;
        case 5 -> machine.diskOf(beside);
        case 6 -> machine.uuid = beside.uuid;
        case 7 -> machine.root = false;
        case 8 -> machine.key = "no key";
        case 9 -> machine.with(new Credential.EnrolmentToken("guess"));
        case 10 -> machine.with(new Credential.BootTicket("guess"));
        default -> {}
      }
      group.add(machine);
    }
    return group;
  }

  /** A machine without a voucher of its own shows the database's token. */
  private static Introduction with(Introduction said, Credential.EnrolmentToken token) {
    Credential.Voucher voucher = said.credential().voucher();
    return new Introduction(
        said.facts(),
        said.bootId(),
        said.agentIncarnation(),
        said.sessionNumber(),
        said.hostname(),
        said.agentVersion(),
        said.remoteAddress(),
        new Credential(said.credential().key(), voucher == null ? token : voucher));
  }

  private static String shown(Admission admission) {
    return admission instanceof Admitted(String node, Admission.Standing standing, long _)
        ? node + " " + standing
        : admission.toString();
  }

  private static List<String> stored(TestNodes test) {
    List<String> rows = new ArrayList<>();
    for (String query :
        List.of(
            "SELECT n.n - 'first_seen' FROM (SELECT to_jsonb(t) FROM node t ORDER BY id) AS n (n)",
            "SELECT s.s - 'since' - 'seen' - 'epoch'"
                + " FROM (SELECT to_jsonb(t) FROM agent_session t ORDER BY node) AS s (s)",
            "SELECT i.i - 'first_seen' FROM (SELECT to_jsonb(t) FROM node_identifier t"
                + " ORDER BY value, kind, node) AS i (i)",
            "SELECT k.k - 'created' FROM (SELECT to_jsonb(t) FROM node_key t ORDER BY hash)"
                + " AS k (k)")) {
      rows.addAll(test.jdbi().withHandle(h -> h.createQuery(query).mapTo(String.class).list()));
    }
    rows.replaceAll(NewcomersIT::withoutDatabase);
    return rows;
  }

  private static List<String> told(TestNodes test) {
    List<String> rows =
        new ArrayList<>(
            test.jdbi()
                .withHandle(
                    h ->
                        h.createQuery(
                                """
                                SELECT concat_ws(' ', type, action, severity, type_id, node_id,
                                                 node_sequence, data) FROM event_outbox
                                UNION ALL
                                SELECT concat_ws(' ', principal, role, action, target, before,
                                                 after) FROM audit
                                """)
                            .mapTo(String.class)
                            .list()));
    rows.replaceAll(NewcomersIT::withoutDatabase);
    rows.sort(null);
    return rows;
  }

  /** What differs from database to database: the token's name, times, and epochs. */
  private static String withoutDatabase(String row) {
    return row.replaceAll("enrolment-token:[0-9a-f]+", "enrolment-token")
        .replaceAll("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+(Z|\\+00:00)", "time")
        .replaceAll("\"epoch\": \\d+", "epoch");
  }
}
