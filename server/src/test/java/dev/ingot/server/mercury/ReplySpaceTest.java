package dev.ingot.server.mercury;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The room that replies have, and replies in it. */
class ReplySpaceTest {
  private static final int LARGEST = 1 << 20;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final AtomicLong nanos = new AtomicLong(1);
  private final ReplySpace space = space(2L * LARGEST);

  private ReplySpace space(long most) {
    return new ReplySpace(LARGEST, most, Duration.ofSeconds(20), Duration.ofSeconds(5), nanos::get);
  }

  private static byte[] octets(Reply reply) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    reply.writeTo(out);
    assertThat(out.size()).isEqualTo((int) reply.length());
    return out.toByteArray();
  }

  private static JsonNode document(int octets) {
    return NODES.objectNode().put("x", "y".repeat(octets));
  }

  @Test
  void aListIsWrittenBetweenWhatStandsBesideIt() throws IOException {
    JsonNode beside = Json.read("{\"total\": 2}");
    for (JsonNode message : List.of(beside, NODES.objectNode())) {
      try (Reply packed = new PackedReply(space);
          Reply plain = new JsonReply(space)) {
        for (Reply reply : List.of(packed, plain)) {
          reply.list("items");
          reply.add(Json.read("{\"a\": 1}"));
          reply.add(Json.read("[\"b\"]"));
          reply.end(message);
        }
        JsonNode whole =
            ((ObjectNode) message.deepCopy()).set("items", Json.read("[{\"a\": 1}, [\"b\"]]"));
        assertThat(Json.read(octets(plain))).isEqualTo(whole);
        JsonNode read = MessagePackJson.read(octets(packed));
        assertThat(Json.write(read.path("message"))).isEqualTo(Json.write(whole));
        assertThat(read.path("error").booleanValue()).isFalse();
        packed.instead("it did not work");
        assertThat(MessagePackJson.read(octets(packed)))
            .isEqualTo(
                Json.read(
                    "{\"error\": true, \"message\": \"it did not work\", \"traceback\": []}"));
        plain.instead("nor here");
        assertThat(Json.read(octets(plain)))
            .isEqualTo(Json.read("{\"error\": true, \"message\": \"nor here\"}"));
      }
    }
  }

  @Test
  void anAnswerThatBecomesTooLargeIsRefusedByTheNameOfTheBoundAndGivesItsRoomBack() {
    try (Reply reply = new PackedReply(space)) {
      reply.list("items");
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 100; i++) {
                  reply.add(document(20_000));
                }
              })
          .isInstanceOf(Refused.class)
          .hasMessageContaining("mercury.largest-reply")
          .hasMessageContaining("projection");
      assertThat(reply.count()).isEqualTo(LARGEST / 20_000);
      assertThat(space.taken()).isEqualTo(LARGEST);
      reply.instead("too large");
      assertThat(space.taken()).isZero();
    }
  }

  @Test
  void aSmallReplyNeedsNoRoomAndALargeOneKeepsWhatItHasBecome() {
    try (Reply small = new PackedReply(space);
        Reply large = new PackedReply(space)) {
      small.end(document(1_000));
      assertThat(space.taken()).isZero();
      large.end(document(100_000));
      assertThat(space.taken()).isEqualTo(LARGEST);
      large.send(() -> {});
      assertThat(space.taken()).isEqualTo(large.length());
    }
    assertThat(space.taken()).isZero();
  }

  @Test
  void whereThereIsNoRoomRepliesWaitInTheirOrderAndTooManyAreRefused() throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Reply first = new PackedReply(space);
        Reply second = new PackedReply(space)) {
      first.more();
      second.more();
      List<Future<Boolean>> waiting = new ArrayList<>();
      for (int i = 0; i < ReplySpace.MOST_WAITING; i++) {
        waiting.add(
            threads.submit(
                () -> {
                  try (Reply each = new PackedReply(space)) {
                    each.more();
                    each.end(document(100_000));
                    return each.length() > 100_000;
                  }
                }));
      }
      Awaitility.await()
          .until(
              () -> {
                try (Reply more = new PackedReply(space)) {
                  return space.waiting() == ReplySpace.MOST_WAITING && isRefused(more);
                }
              });
      second.instead("it failed");
      for (Future<Boolean> each : waiting) {
        assertThat(each.get(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(space.refused()).isEqualTo(1);
      assertThat(space.taken()).isEqualTo(LARGEST);
    }
  }

  private static boolean isRefused(Reply reply) {
    try {
      reply.more();
      return false;
    } catch (Refused e) {
      assertThat(e.isPassing()).isTrue();
      assertThat(e.words()).contains("mercury.replies", "projection");
      return true;
    }
  }

  @Test
  void whoWaitsIsRefusedInTimeAndWhoReadsSlowlyMakesRoom() throws Exception {
    ReplySpace one = space(LARGEST);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        Reply slow = new PackedReply(one)) {
      slow.end(document(200_000));
      AtomicBoolean dropped = new AtomicBoolean();
      slow.send(
          () -> {
            dropped.set(true);
            slow.instead("it is gone");
          });
      Future<Boolean> waiting =
          threads.submit(
              () -> {
                try (Reply reply = new PackedReply(one)) {
                  reply.more();
                  return dropped.get();
                }
              });
      Awaitility.await().until(() -> one.waiting() == 1);
      assertThat(dropped).isFalse();
      nanos.addAndGet(Duration.ofSeconds(6).toNanos());
      assertThat(waiting.get(20, TimeUnit.SECONDS)).isTrue();

      try (Reply made = new PackedReply(one)) {
        made.more(); // what is being made gives no way
        Future<Boolean> late =
            threads.submit(
                () -> {
                  try (Reply reply = new PackedReply(one)) {
                    return isRefused(reply);
                  }
                });
        Awaitility.await().until(() -> one.waiting() == 1);
        nanos.addAndGet(Duration.ofSeconds(21).toNanos());
        assertThat(late.get(20, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(one.taken()).isZero();
    }
  }
}
