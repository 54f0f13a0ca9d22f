package dev.ingot.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

class MessageCodecTest {
  @Test
  void everyTypeOfMessageHasASample() {
    Set<Class<?>> sampled = new HashSet<>();
    Samples.ALL.forEach(message -> sampled.add(message.getClass()));
    assertThat(sampled).isEqualTo(Samples.types());
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    for (Message message : Samples.ALL) {
      assertThat(MessageCodec.decode(MessageCodec.encode(message))).isEqualTo(message);
    }
  }

  @Test
  void aHelloOfAMachineWithFourPortsFitsWellIntoATenThousandthOfTwentyMegabytes() {
    assertThat(MessageCodec.encode(Samples.HELLO)).hasSizeLessThan(700);
  }

  @Test
  void fieldsOfANewerMinorVersionArePassedOver() {
    for (Message message : Samples.ALL) {
      ObjectNode json = (ObjectNode) Json.read(MessageCodec.encode(message));
      json.putObject("addedLater").put("deep", 1);
      assertThat(MessageCodec.decode(Json.bytes(json))).isEqualTo(message);
    }
  }

  @Test
  void anUnknownMessageIsReadAsUnknown() {
    assertThat(MessageCodec.decode(bytes("{\"type\":\"warp\",\"factor\":9}")))
        .isEqualTo(new Message.Unknown("warp"));
  }

  @Test
  void secretsDoNotPrint() {
    for (Message message : Samples.ALL) {
      assertThat(message.toString())
          .doesNotContain("an-example-voucher", "0123456789abcdef".repeat(4));
    }
  }

  @Test
  void whatIsWrongIsNamed() {
    for (List<String> row :
        List.of(
            List.of("{", "not JSON"),
            List.of("[]", "message: an object"),
            List.of("{}", "message.type: is missing"),
            List.of("{\"type\":7}", "message.type: a string"),
            List.of("{\"type\":\"ack\"}", "ack.sequence: is missing"),
            List.of("{\"type\":\"ack\",\"sequence\":1.5}", "ack.sequence: a whole number"),
            List.of("{\"type\":\"ack\",\"sequence\":-1}", "ack.sequence: between"),
            List.of("{\"type\":\"ack\",\"sequence\":1,\"sequence\":2}", "Duplicate"),
            List.of("{\"type\":\"ask\",\"lane\":\"fast\",\"bytes\":1}", "ask.lane: one of bulk,"),
            List.of("{\"type\":\"wanted\",\"sections\":[1]}", "wanted.sections[0]: a string"),
            List.of(
                "{\"type\":\"report\",\"sequence\":1,\"time\":\"noon\",\"sections\":[]}",
                "report.time"),
            List.of(
                "{\"type\":\"report\",\"sequence\":1,\"time\":\"2010-01-01T00:00:00Z\","
                    + "\"sections\":[{\"name\":\"cpu\"}]}",
                "report.sections[0]: neither content"),
            List.of(
                "{\"type\":\"report\",\"sequence\":1,\"time\":\"2010-01-01T00:00:00Z\","
                    + "\"sections\":[{\"name\":\"$where\",\"content\":{}}]}",
                "report.sections[0].name"),
            List.of("{\"type\":\"accept\",\"task\":0,\"attempt\":1}", "accept.task: between"),
            List.of(
                "{\"type\":\"offer\",\"task\":1,\"attempt\":1,\"capability\":\"Run!\",\"arguments\":{}}",
                "offer.capability: lower-case"),
            List.of(
                "{\"type\":\"offer\",\"task\":1,\"attempt\":1,\"arguments\":[]}",
                "offer.arguments: an object"),
            List.of(
                "{\"type\":\"output\",\"task\":1,\"attempt\":1,\"stream\":\"stdout\","
                    + "\"offset\":0,\"bytes\":\"~\"}",
                "output.bytes: base64"),
            List.of(
                "{\"type\":\"capabilities\",\"list\":[{\"name\":\"run\"}]}",
                "capabilities.list[0].description: is missing"))) {
      assertThatThrownBy(() -> MessageCodec.decode(bytes(row.get(0))))
          .isInstanceOf(ProtocolException.class)
          .hasMessageContaining(row.get(1));
    }
  }

  @Test
  void tenThousandLevelsAreRefused() {
    String deep = "{\"type\":\"ack\",\"x\":" + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    assertThatThrownBy(() -> MessageCodec.decode(bytes(deep)))
        .isInstanceOf(ProtocolException.class);
  }

  @Test
  void randomBytesThrowNothingButTheCodecsOwnError() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] noise = new byte[random.nextInt(64)];
      random.nextBytes(noise);
      tryToRead(noise);
    }
  }

  @Test
  void damagedMessagesThrowNothingButTheCodecsOwnError() {
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = MessageCodec.encode(Samples.ALL.get(random.nextInt(Samples.ALL.size())));
      for (int damage = random.nextInt(4); damage >= 0; damage--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      tryToRead(random.nextBoolean() ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length)));
    }
  }

  @Test
  void messagesWithFieldsOfTheWrongKindThrowNothingButTheCodecsOwnError() {
    SplittableRandom random = new SplittableRandom(13);
    List<String> others =
        List.of("null", "true", "-1", "1e400", "\"\"", "\"\\u0000\"", "[]", "[null]", "{}");
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      JsonNode json =
          Json.read(MessageCodec.encode(Samples.ALL.get(random.nextInt(Samples.ALL.size()))));
      swap(json, Json.read(others.get(random.nextInt(others.size()))), random);
      refused += tryToRead(Json.bytes(json)) ? 0 : 1;
    }
    assertThat(refused).isGreaterThan(5_000);
  }

  private static void swap(JsonNode node, JsonNode other, SplittableRandom random) {
    JsonNode inner = node;
    if (node instanceof ObjectNode object) {
      String name = List.copyOf(object.propertyNames()).get(random.nextInt(object.size()));
      inner = object.get(name);
      if (inner.isEmpty() || random.nextInt(3) == 0) {
        object.set(name, other);
        return;
      }
    } else if (node instanceof ArrayNode array) {
      int index = random.nextInt(array.size());
      inner = array.get(index);
      if (inner.isEmpty() || random.nextInt(3) == 0) {
        array.set(index, other);
        return;
      }
    }
    swap(inner, other, random);
  }

  private static boolean tryToRead(byte[] bytes) {
    try {
      MessageCodec.decode(bytes);
      return true;
    } catch (ProtocolException expected) {
      assertThat(expected.detail()).isNotBlank();
      return false;
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
