package dev.ingot.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.protocol.OutputChunk;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskOutputTest {
  private static final int[] SIZES = {1, 10, 1_000, 70_000, 300_000, 800_000, 1_200_000};

  @Test
  void manyStreamsStayWithinTheBudgetAndWhatTheyKeepIsRight() {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      OutputBudget budget = new OutputBudget(random.nextInt(2 << 20));
      List<TaskOutput> outputs = new ArrayList<>();
      List<ByteArrayOutputStream> written = new ArrayList<>();
      for (int stream = 0; stream < 4; stream++) {
        outputs.add(new TaskOutput(OutputChunk.Stream.STDERR, budget));
        written.add(new ByteArrayOutputStream());
      }
      for (int write = 0; write < 20; write++) {
        int stream = random.nextInt(4);
        byte[] bytes = new byte[random.nextInt(SIZES[random.nextInt(SIZES.length)])];
        random.nextBytes(bytes);
        outputs.get(stream).add(bytes);
        written.get(stream).writeBytes(bytes);
      }
      for (int stream = 0; stream < 4; stream++) {
        byte[] all = written.get(stream).toByteArray();
        long at = 0;
        for (OutputChunk chunk : outputs.get(stream).rest()) {
          assertThat(chunk.offset()).isEqualTo(at + chunk.dropped());
          assertThat(chunk.bytes())
              .isEqualTo(Arrays.copyOfRange(all, (int) chunk.offset(), (int) chunk.end()));
          at = chunk.end();
        }
        assertThat(at).as("seed %d", seed).isEqualTo(all.length);
        outputs.get(stream).discard();
      }
      assertThat(budget.used()).isZero();
    }
  }

  @Test
  void theBeginningAndTheEndArriveWholeWhateverIsWrittenLostAndSentAgain() {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      TaskOutput output =
          new TaskOutput(OutputChunk.Stream.STDOUT, new OutputBudget(OutputBudget.MOST));
      ByteArrayOutputStream written = new ByteArrayOutputStream();
      List<OutputChunk> arrived = new ArrayList<>();
      for (int write = random.nextInt(6); write > 0; write--) {
        byte[] bytes = new byte[random.nextInt(SIZES[random.nextInt(SIZES.length)])];
        random.nextBytes(bytes);
        output.add(bytes);
        written.writeBytes(bytes);
        OutputChunk chunk = output.next();
        if (chunk != null) {
          deliver(List.of(chunk), output, arrived, random);
        }
      }
      while (output.left() > 0 || output.outstanding()) {
        output.again();
        long left = output.left();
        List<OutputChunk> rest = output.rest();
        assertThat(rest.stream().mapToLong(chunk -> chunk.bytes().length).sum()).isEqualTo(left);
        deliver(rest, output, arrived, random);
      }
      check(written.toByteArray(), arrived);
    }
  }

  /** Some of what is sent arrives, in order; of that some is acknowledged. */
  private static void deliver(
      List<OutputChunk> sent, TaskOutput output, List<OutputChunk> arrived, Random random) {
    int count = random.nextInt(sent.size() + 1);
    sent.subList(0, count).forEach(arrived::add);
    if (count > 0 && random.nextBoolean()) {
      output.acknowledged(sent.get(random.nextInt(count)).end());
    }
    // What follows something lost is lost with it: only a new connection goes on.
    if (count < sent.size() || random.nextBoolean()) {
      output.again();
    }
  }

  private static void check(byte[] written, List<OutputChunk> arrived) {
    boolean[] there = new boolean[written.length];
    for (OutputChunk chunk : arrived) {
      int from = (int) chunk.offset();
      assertThat(chunk.bytes().length).isLessThanOrEqualTo(OutputChunk.MAX_BYTES);
      assertThat(chunk.bytes()).isEqualTo(Arrays.copyOfRange(written, from, (int) chunk.end()));
      Arrays.fill(there, from, (int) chunk.end(), true);
    }
    int tail = Math.max(OutputChunk.HEAD, written.length - OutputChunk.TAIL);
    for (int i = 0; i < written.length; i += 97) {
      assertThat(there[i])
          .as("byte %d of %d", i, written.length)
          .isEqualTo(i < OutputChunk.HEAD || i >= tail);
    }
    long dropped = arrived.stream().mapToLong(OutputChunk::dropped).max().orElse(0);
    assertThat(dropped)
        .isEqualTo(Math.max(0, written.length - OutputChunk.HEAD - OutputChunk.TAIL));
  }
}
