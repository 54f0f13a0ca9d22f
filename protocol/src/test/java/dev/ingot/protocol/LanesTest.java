package dev.ingot.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LanesTest {
  @Test
  void framesAreReadAsTheyWereWritten() {
    Random random = new Random(3);
    for (int i = 0; i < 2_000; i++) {
      byte[] payload = new byte[random.nextInt(100)];
      random.nextBytes(payload);
      Frame frame = new Frame.Piece(Lane.values()[i % 3], random.nextBoolean(), payload);
      assertThat(Frame.decode(frame.encode())).isEqualTo(frame);
    }
    assertThat(Frame.decode(Frame.PING.encode())).isEqualTo(Frame.PING);
    assertThat(Frame.decode(Frame.PONG.encode())).isEqualTo(Frame.PONG);
  }

  @Test
  void randomBytesAreAFrameOrTheCodecsOwnError() {
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(5)];
      random.nextBytes(noise);
      try {
        assertThat(Frame.decode(noise).encode()).isEqualTo(noise);
      } catch (ProtocolException expected) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(10_000);
    assertThatThrownBy(() -> Frame.decode(new byte[Frame.MAX_FRAME + 1]))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void messagesOfEverySizeArriveWholeAndInOrderWithinTheCreditThatTheyAskFor() {
    Random random = new Random(17);
    for (int round = 0; round < 200; round++) {
      LaneWriter writer = new LaneWriter();
      LaneReader reader = new LaneReader();
      List<byte[]> sent = new ArrayList<>();
      List<byte[]> received = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        byte[] message = new byte[random.nextInt(200_000)];
        random.nextBytes(message);
        sent.add(message);
        writer.queue(Lane.INVENTORY, message);
      }
      byte[] bytes;
      while ((bytes = writer.next()) != null) {
        assertThat(bytes).hasSizeLessThanOrEqualTo(Frame.MAX_FRAME);
        Frame.Piece piece = (Frame.Piece) Frame.decode(bytes);
        byte[] message = reader.accept(piece);
        if (piece.lane() == Lane.CONTROL) {
          Message.Ask ask = (Message.Ask) MessageCodec.decode(piece.payload());
          assertThat(ask.bytes()).isPositive();
          long granted = random.nextBoolean() ? ask.bytes() : 1 + random.nextInt(300_000);
          reader.granted(ask.wanted(), granted);
          writer.credit(ask.wanted(), granted);
        } else if (message != null) {
          received.add(message);
        }
      }
      assertThat(received).containsExactlyElementsOf(sent);
      assertThat(writer.waiting(Lane.INVENTORY)).isFalse();
    }
  }

  @Test
  void controlNeverWaitsBehindBulkOrInventory() {
    LaneWriter writer = new LaneWriter();
    writer.credit(Lane.BULK, 1 << 20);
    writer.credit(Lane.INVENTORY, 1 << 20);
    writer.queue(Lane.BULK, new byte[500_000]);
    writer.queue(Lane.INVENTORY, new byte[500_000]);
    assertThat(lane(writer)).isEqualTo(Lane.INVENTORY);
    writer.queue(new Message.Ack(1));
    assertThat(lane(writer)).isEqualTo(Lane.CONTROL);
    while (writer.waiting(Lane.INVENTORY)) {
      assertThat(lane(writer)).isEqualTo(Lane.INVENTORY);
    }
    assertThat(lane(writer)).isEqualTo(Lane.BULK);
    writer.queue(Frame.PING);
    assertThat(Frame.decode(writer.next())).isEqualTo(Frame.PING);
  }

  private static Lane lane(LaneWriter writer) {
    return ((Frame.Piece) Frame.decode(writer.next())).lane();
  }

  @Test
  void withoutCreditASideAsksOnceAndSendsNothing() {
    LaneWriter writer = new LaneWriter();
    writer.queue(Lane.INVENTORY, new byte[1000]);
    Frame.Piece piece = (Frame.Piece) Frame.decode(writer.next());
    assertThat(MessageCodec.decode(piece.payload()))
        .isEqualTo(new Message.Ask(Lane.INVENTORY, 1000));
    assertThat(writer.next()).isNull();
  }

  @Test
  void whoSendsBeyondItsCreditIsRefused() {
    LaneReader reader = new LaneReader();
    reader.granted(Lane.INVENTORY, 10);
    assertThat(reader.accept(new Frame.Piece(Lane.INVENTORY, true, new byte[6]))).isNull();
    assertThatThrownBy(() -> reader.accept(new Frame.Piece(Lane.INVENTORY, false, new byte[5])))
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.reason()).isEqualTo("credit"));
    assertThatThrownBy(() -> reader.accept(new Frame.Piece(Lane.BULK, false, new byte[1])))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void aMessageLargerThanItsLaneCarriesIsRefusedAtBothEnds() {
    byte[] tooLarge = new byte[Lane.BULK.maxMessage() + 1];
    assertThatThrownBy(() -> new LaneWriter().queue(Lane.BULK, tooLarge))
        .isInstanceOf(ProtocolException.class);
    LaneReader reader = new LaneReader();
    reader.granted(Lane.BULK, 2 * tooLarge.length);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 20; i++) {
                reader.accept(new Frame.Piece(Lane.BULK, true, new byte[Frame.MAX_PAYLOAD]));
              }
            })
        .isInstanceOfSatisfying(
            ProtocolException.class, e -> assertThat(e.reason()).isEqualTo("too-large"));
  }

  @Test
  void theHighestCommonVersionIsSpoken() {
    assertThat(new VersionRange(1, 3).common(new VersionRange(2, 5))).hasValue(3);
    assertThat(new VersionRange(1, 1).common(new VersionRange(1, 9))).hasValue(1);
    assertThat(new VersionRange(1, 2).common(new VersionRange(3, 4))).isEmpty();
    assertThatThrownBy(() -> new VersionRange(2, 1)).isInstanceOf(ProtocolException.class);
  }
}
