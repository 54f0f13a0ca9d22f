package dev.ingot.netboot.tftp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransferTest {
  /**
   * Seeded: any size, window and loss in both directions; the receiver gets every block once and in
   * order, and the transfer ends.
   */
  @Test
  void whateverIsLostTheWholeFileArrives() {
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      long size = random.nextInt(40_000);
      TransferOptions options =
          TransferOptions.choose(
              Map.of(
                  "blksize",
                  Integer.toString(random.nextInt(8, 600)),
                  "windowsize",
                  Integer.toString(random.nextInt(1, 20))),
              size);
      Transfer transfer = new Transfer(size, options, random.nextBoolean());
      long received = 0;
      long blocks = size / options.blockSize() + 1;
      Queue<Integer> acknowledgements = new ArrayDeque<>();
      for (int step = 0; !transfer.done(); step++) {
        assertThat(step).as("steps of seed %s", seed).isLessThan(100_000);
        if (transfer.optionsPending()) {
          acknowledgements.add(0);
        }
        for (long block = transfer.next(); block != 0; block = transfer.next()) {
          assertThat(block).isLessThanOrEqualTo(blocks);
          if (random.nextInt(10) == 0) {
            continue; // lost
          }
          if (block == received + 1) {
            received = block;
          }
          if (random.nextInt(10) != 0) {
            acknowledgements.add((int) (received & 0xffff));
          }
        }
        if (acknowledgements.isEmpty()) {
          transfer.silence();
        }
        while (!acknowledgements.isEmpty()) {
          transfer.acknowledge(acknowledgements.remove());
        }
      }
      assertThat(received).as("blocks of seed %s", seed).isEqualTo(blocks);
    }
  }

  @Test
  void anAcknowledgementTwiceDoesNotDoubleTheTraffic() {
    Transfer transfer = new Transfer(2000, TransferOptions.choose(Map.of(), 2000), false);
    assertThat(transfer.next()).isEqualTo(1);
    assertThat(transfer.acknowledge(1)).isTrue();
    assertThat(transfer.next()).isEqualTo(2);
    assertThat(transfer.acknowledge(1)).isFalse();
    assertThat(transfer.next()).isZero();
    assertThat(transfer.acknowledge(9)).as("a block that was never sent").isFalse();
  }

  @Test
  void optionsThatAreUnknownOrNoNumbersAreLeftOut() {
    TransferOptions options =
        TransferOptions.choose(
            Map.of(
                "blksize",
                "x",
                "windowsize",
                "0",
                "timeout",
                "999",
                "tsize",
                "99999999999999999999",
                "multicast",
                ""),
            5);
    assertThat(options).isEqualTo(new TransferOptions(512, 1, 1000, Map.of()));
    TransferOptions large =
        TransferOptions.choose(Map.of("blksize", "65464", "windowsize", "65535"), 5);
    assertThat((long) large.blockSize() * large.windowSize()).isLessThanOrEqualTo(1 << 18);
    assertThat(large.agreed()).containsEntry("windowsize", Integer.toString(large.windowSize()));
  }
}
