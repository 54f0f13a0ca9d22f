package dev.ingot.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import dev.ingot.protocol.Digests;
import dev.ingot.protocol.FieldClasses;
import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.Section;
import dev.ingot.protocol.VersionRange;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LinkMachineTest {
  private static final Section CPU =
      new Section(
          "cpu", Json.MAPPER.createObjectNode().put("cores", 4), null, FieldClasses.ALL_CONFIG);

  private final LinkMachine machine =
      new LinkMachine(
          new Myself(
              "1",
              new IdentityFacts(null, "SN-1", null, null, null, null, List.of(), null),
              "boot",
              "incarnation",
              null),
          "0".repeat(64),
          null,
          Sections.NONE,
          InstantSource.system(),
          new Random(1));

  @Test
  void anAgentThatHasNotInspectedSaysWhatItHasOnlyWhenItHas() {
    Message.Hello hello = (Message.Hello) said(greeted()).getFirst();
    assertThat(hello.digest()).isEqualTo(Digests.overall(Map.of()));

    assertThat(said(machine.received(1, welcome(true), 2))).isEmpty();
    List<Message> told = said(machine.sectionsAre(Sections.of(List.of(CPU)), 3));
    assertThat(told).hasSize(1);
    assertThat(((Message.SectionDigests) told.getFirst()).digests()).containsOnlyKeys("cpu");
    assertThat(said(machine.sectionsAre(Sections.of(List.of(CPU)), 4))).as("once").isEmpty();

    byte[] none = piece(new Message.Wanted(List.of()));
    assertThat(said(machine.received(1, none, 5))).as("the server has it").isEmpty();
    assertThat(machine.upToDate()).isTrue();
  }

  @Test
  void aServerThatHasNothingOfItIsToldAllThatIsFound() {
    greeted();
    assertThat(said(machine.received(1, welcome(false), 2))).isEmpty();
    List<Message> told = said(machine.sectionsAre(Sections.of(List.of(CPU)), 3));
    assertThat(told).as("a report is under way").hasSize(1).first().isInstanceOf(Message.Ask.class);
  }

  private List<LinkAction> greeted() {
    assertThat(machine.tick(0)).contains(new LinkAction.Dial(1));
    List<LinkAction> actions = machine.opened(1, 1);
    machine.sent(1, 1);
    return actions;
  }

  private static byte[] welcome(boolean digestsDiffer) {
    return piece(
        new Message.Welcome(
            VersionRange.SPOKEN.max(), Set.of(), "0".repeat(42), false, 10, 60, digestsDiffer));
  }

  private static byte[] piece(Message message) {
    return new Frame.Piece(Lane.CONTROL, false, MessageCodec.encode(message)).encode();
  }

  /** What goes out, once the carrier has taken it. */
  private List<Message> said(List<LinkAction> actions) {
    List<Message> messages =
        actions.stream()
            .filter(LinkAction.Send.class::isInstance)
            .map(action -> Frame.decode(((LinkAction.Send) action).frame()))
            .map(frame -> MessageCodec.decode(((Frame.Piece) frame).payload()))
            .toList();
    messages.forEach(_ -> machine.sent(1, 1));
    return messages;
  }
}
