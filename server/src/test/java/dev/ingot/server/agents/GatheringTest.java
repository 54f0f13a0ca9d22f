package dev.ingot.server.agents;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GatheringTest {
  private static final long LONG = Duration.ofSeconds(60).toNanos();

  @Test
  void whoComesAloneGoesAtOnce() throws InterruptedException {
    Gathering<Integer> gathering = new Gathering<>(10, 5, LONG);
    for (int i = 0; i < 3; i++) {
      assertThat(gathering.offer(i)).isTrue();
      assertThat(gathering.take()).containsExactly(i);
    }
  }

  @Test
  void whereSeveralCameMoreAreWaitedForUnlessTheGroupIsFull() throws InterruptedException {
    Gathering<Integer> gathering = new Gathering<>(100, 5, Duration.ofMillis(30).toNanos());
    IntStream.range(0, 7).forEach(gathering::offer);
    assertThat(gathering.take()).containsExactly(0, 1, 2, 3, 4);
    long began = System.nanoTime();
    assertThat(gathering.take()).containsExactly(5, 6);
    assertThat(Duration.ofNanos(System.nanoTime() - began))
        .isGreaterThanOrEqualTo(Duration.ofMillis(30));
    Gathering<Integer> full = new Gathering<>(100, 5, LONG);
    IntStream.range(0, 11).forEach(full::offer);
    assertThat(full.take()).hasSize(5);
    assertThat(full.take()).hasSize(5);
  }

  @Test
  void noneIsLostOrTakenTwiceAndThereIsNoMoreRoomThanSaid() throws Exception {
    Gathering<Integer> gathering = new Gathering<>(50, 8, Duration.ofMillis(1).toNanos());
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<Future<List<Integer>>> takers = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        takers.add(
            threads.submit(
                () -> {
                  List<Integer> all = new ArrayList<>();
                  List<Integer> group;
                  while (!(group = gathering.take()).isEmpty()) {
                    assertThat(group).hasSizeLessThanOrEqualTo(8);
                    all.addAll(group);
                  }
                  return all;
                }));
      }
      List<Integer> offered = new ArrayList<>();
      for (int i = 0; i < 5_000; i++) {
        if (gathering.offer(i)) {
          offered.add(i);
        } else {
          Thread.onSpinWait();
        }
        assertThat(gathering.size()).isLessThanOrEqualTo(50);
      }
      while (gathering.size() > 0) {
        Thread.onSpinWait();
      }
      gathering.close();
      List<Integer> taken = new ArrayList<>();
      for (Future<List<Integer>> taker : takers) {
        taken.addAll(taker.get());
      }
      assertThat(taken).containsExactlyInAnyOrderElementsOf(offered);
      assertThat(gathering.offer(1)).isFalse();
    }
  }
}
