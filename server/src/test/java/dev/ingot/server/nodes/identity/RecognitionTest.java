package dev.ingot.server.nodes.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.server.nodes.identity.Identifier.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecognitionTest {
  private static final KnownNode A =
      node("A", "uuid=UA", "system-serial=SA", "mac=A1", "mac=A2", "install=IA");
  private static final KnownNode B =
      node("B", "uuid=UB", "system-serial=SB", "mac=B1", "mac=B2", "install=IB");

  @Test
  void theSameMachineIsRecognised() {
    same("A", null, "uuid=UA", "system-serial=SA", "mac=A1", "mac=A2", "install=IA");
  }

  @Test
  void anUnknownMachineIsUnknown() {
    unknown(null, "uuid=UC", "system-serial=SC", "mac=C1", "install=IC");
  }

  @Test
  void theUuidAloneIsEnoughWhereNothingContradicts() {
    same("A", null, "uuid=UA");
    same("A", null, "uuid=UA", "mac=C1");
  }

  @Test
  void aUuidWithAnotherSerialAndOtherPortsIsAVendorsDuplicate() {
    disputed(Set.of("A"), null, "uuid=UA", "system-serial=SC", "mac=C1");
  }

  @Test
  void aNicThatMovedDoesNotMoveTheMachine() {
    same("A", null, "uuid=UA", "system-serial=SA", "mac=A1", "mac=B2");
    unknown(null, "uuid=UC", "system-serial=SC", "mac=C1", "mac=A1");
  }

  @Test
  void allNicsOfBInAStillMakeA() {
    same("A", null, "uuid=UA", "system-serial=SA", "mac=B1", "mac=B2");
    same("A", null, "uuid=UA", "mac=B1", "mac=B2");
  }

  @Test
  void aSwappedBoardIsRecognisedByLabelAndPortOrDisk() {
    same("A", null, "uuid=UC", "system-serial=SA", "mac=A2", "mac=C1");
    same("A", null, "uuid=UC", "system-serial=SA", "mac=C1", "install=IA");
    same("A", "A", "uuid=UC", "system-serial=SA", "mac=C1");
    same("A", "A", "uuid=UC", "mac=A1");
    unknown(null, "uuid=UC", "system-serial=SA", "mac=C1");
    unknown("A", "uuid=UC", "mac=C1");
  }

  @Test
  void aDiskThatMovedDoesNotMakeTheOtherMachine() {
    unknown("A", "uuid=UC", "system-serial=SC", "mac=C1", "install=IA");
    same("B", "A", "uuid=UB", "system-serial=SB", "mac=B1", "install=IA");
  }

  @Test
  void diskAndNicInAnotherLabelledMachineAreNotTheMachine() {
    unknown("A", "uuid=UC", "system-serial=SC", "mac=A1", "install=IA");
  }

  @Test
  void withoutDmiPortsAreEnough() {
    same("A", null, "mac=A1", "mac=C1");
    unknown(null, "mac=C1", "install=IA");
    same("A", "A", "install=IA");
    same("A", null, "install=IA");
  }

  @Test
  void theBoardOfAInTheCaseOfBIsDisputedUntilTheKeyDecides() {
    String[] facts = {"uuid=UA", "system-serial=SB", "mac=B1", "mac=B2"};
    disputed(Set.of("A", "B"), null, facts);
    same("B", "B", facts);
  }

  @Test
  void factsOfTwoNodesAreDisputed() {
    KnownNode c = node("C", "system-serial=SC");
    KnownNode d = node("D", "mac=D1");
    assertThat(
            Recognition.recognise(
                claim("uuid=UX", "system-serial=SC", "mac=D1"), null, List.of(c, d)))
        .isInstanceOfSatisfying(
            Verdict.Disputed.class,
            v -> assertThat(v.nodeIds()).containsExactlyInAnyOrder("C", "D"));
  }

  @Test
  void aSerialThatTwoNodesHaveTellsNobodyApart() {
    KnownNode c = node("C", "system-serial=SAME", "mac=C1");
    KnownNode d = node("D", "system-serial=SAME", "mac=D1");
    assertThat(Recognition.recognise(claim("system-serial=SAME", "mac=D1"), null, List.of(c, d)))
        .isEqualTo(new Verdict.Same("D"));
    assertThat(Recognition.recognise(claim("system-serial=SAME", "mac=X1"), null, List.of(c, d)))
        .isEqualTo(new Verdict.Unknown());
  }

  @Test
  void theSharedSerialOfAChassisIsNoEvidence() {
    KnownNode blade = node("C", "chassis-serial=CH", "mac=C1");
    assertThat(Recognition.recognise(claim("chassis-serial=CH", "mac=X1"), null, List.of(blade)))
        .isEqualTo(new Verdict.Unknown());
  }

  /** Whatever is shown, the order of candidates and values decides nothing. */
  @Test
  void theVerdictDoesNotDependOnOrder() {
    Random random = new Random(7);
    for (int round = 0; round < 5_000; round++) {
      List<KnownNode> nodes = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        nodes.add(new KnownNode("N" + i, Set.copyOf(some(random))));
      }
      List<Identifier> claim = new ArrayList<>(some(random));
      String key = random.nextBoolean() ? null : "N" + random.nextInt(3);
      Verdict first = Recognition.recognise(claim, key, nodes);
      Collections.shuffle(nodes, random);
      Collections.shuffle(claim, random);
      Verdict second = Recognition.recognise(claim, key, nodes);
      assertThat(normal(second)).as("round %d", round).isEqualTo(normal(first));
    }
  }

  private static Object normal(Verdict verdict) {
    return verdict instanceof Verdict.Disputed disputed
        ? new HashSet<>(disputed.nodeIds())
        : verdict;
  }

  private static Set<Identifier> some(Random random) {
    Set<Identifier> some = new HashSet<>();
    for (Kind kind : Kind.values()) {
      int count = kind == Kind.MAC ? random.nextInt(3) : random.nextInt(2);
      for (int i = 0; i < count; i++) {
        some.add(new Identifier(kind, "V" + random.nextInt(3)));
      }
    }
    return some;
  }

  private static void same(String node, String key, String... claim) {
    assertThat(Recognition.recognise(claim(claim), key, List.of(A, B)))
        .isEqualTo(new Verdict.Same(node));
  }

  private static void unknown(String key, String... claim) {
    assertThat(Recognition.recognise(claim(claim), key, List.of(A, B)))
        .isEqualTo(new Verdict.Unknown());
  }

  private static void disputed(Set<String> nodes, String key, String... claim) {
    assertThat(Recognition.recognise(claim(claim), key, List.of(A, B)))
        .isInstanceOfSatisfying(
            Verdict.Disputed.class,
            verdict -> assertThat(Set.copyOf(verdict.nodeIds())).isEqualTo(nodes));
  }

  private static KnownNode node(String id, String... identifiers) {
    return new KnownNode(id, Set.copyOf(claim(identifiers)));
  }

  private static List<Identifier> claim(String... identifiers) {
    List<Identifier> all = new ArrayList<>();
    for (String identifier : identifiers) {
      String[] parts = identifier.split("=", 2);
      all.add(new Identifier(Kind.of(parts[0]), parts[1]));
    }
    return all;
  }
}
