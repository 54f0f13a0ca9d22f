package dev.ingot.protocol;

import dev.ingot.core.IdentityFacts;
import dev.ingot.core.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One message of each type. */
final class Samples {
  private Samples() {}

  static final IdentityFacts FACTS =
      new IdentityFacts(
          "4C4C4544-0042-3510-8052-B4C04F4B5A31",
          "CZJ01302X1",
          null,
          null,
          null,
          "PVT1234",
          List.of(
              new IdentityFacts.Port("eno1", "0c:c4:7a:00:00:01", "0c:c4:7a:00:00:01", true, true),
              new IdentityFacts.Port("eno2", "02:00:00:00:00:01", "0c:c4:7a:00:00:02", true, true),
              new IdentityFacts.Port("br0", "0c:c4:7a:00:00:03", null, false, false)),
          null);

  static final Message.Hello HELLO =
      new Message.Hello(
          new VersionRange(1, 1),
          Set.of(),
          "0.1.0",
          FACTS,
          "2f9b5a4e-9d2b-4f6a-8b57-0f6c1f0e7a11",
          "b1946ac92492d234",
          3,
          "rack1-u12",
          new Proof("0123456789abcdef".repeat(4), null),
          "5d41402abc4b2a76",
          null,
          List.of());

  static final List<Message> ALL =
      List.of(
          HELLO,
          withVoucher(Proof.Kind.TOKEN),
          withVoucher(Proof.Kind.TICKET),
          new Message.Welcome(1, Set.of("x"), "01" + "ab".repeat(20), true, 10, 25, true),
          new Message.Refusal("busy", "512 agents are at the door", 7),
          new Message.Goodbye("the server restarts", 20),
          new Message.SectionDigests(Map.of("cpu", "0123456789abcdef", "mem", "f".repeat(16))),
          new Message.Wanted(List.of("cpu")),
          new Message.Report(
              7,
              Instant.parse("2010-01-01T00:00:00Z"),
              List.of(
                  new Section(
                      "cpu",
                      Json.read("[{\"model_name\":\"Xeon\",\"frequency\":{\"current\":2100}}]"),
                      null,
                      new FieldClasses(Map.of("frequency.current", FieldClass.READING))),
                  new Section("raid", null, "storcli is not installed", FieldClasses.ALL_CONFIG)),
              Map.of("cpu", "0123456789abcdef", "raid", "fedcba9876543210")),
          new Message.Ack(7),
          new Message.Rejected(7, "cpu", "unstorable", "a NUL character in model_name"),
          new Message.Ask(Lane.INVENTORY, 20_480),
          new Message.Credit(Lane.BULK, 20_480),
          new Message.Inspect(12, List.of("mem", "cpu")),
          new Message.Inspected(12),
          new Message.Logs(
              3,
              12,
              List.of(
                  new LogLine(
                      Instant.parse("2010-01-01T00:00:00Z"),
                      4,
                      "agent",
                      5L,
                      17L,
                      "the disk sda is gone",
                      Map.of("logger", "inspect")),
                  new LogLine(
                      Instant.parse("2026-01-02T03:04:05Z"),
                      6,
                      "agent",
                      null,
                      null,
                      "",
                      Map.of()))),
          new Message.LogsStored(3),
          new PluginMessage.Result(
              new PluginResult(
                  "0a1b2c3d4e5f6071",
                  "b1946ac92492d234",
                  "facter",
                  "yaml",
                  5L,
                  Instant.parse("2010-01-01T00:00:00Z"),
                  812,
                  1,
                  "exit status 1: no such fact",
                  "--- {}\n".getBytes(StandardCharsets.UTF_8),
                  2)),
          new PluginMessage.Result(
              new PluginResult(
                  "1a1b2c3d4e5f6071",
                  "b1946ac92492d234",
                  "ps",
                  "output",
                  null,
                  Instant.parse("2010-01-01T00:00:00Z"),
                  1,
                  null,
                  "ps cannot be run: No such file or directory",
                  new byte[0],
                  0)),
          new PluginMessage.Stored("0a1b2c3d4e5f6071", null),
          new PluginMessage.Stored("1a1b2c3d4e5f6071", "not YAML: line 3"),
          new Message.Unsupported("dance"),
          new Message.Unknown("dance"),
          new TaskMessage.CapabilitiesWanted(),
          new TaskMessage.Capabilities(
              List.of(
                  new CapabilitySignature(
                      "stress",
                      "Loads the machine.",
                      "Runs `stress-ng`.",
                      Json.read(
                          "{\"type\":\"object\",\"properties\":{\"cpus\":{\"type\":\"integer\"}}}"),
                      Json.read("{\"type\":\"object\"}"),
                      "load",
                      600,
                      true,
                      true,
                      true,
                      "stress-ng is not installed"),
                  new CapabilitySignature(
                      "echo",
                      "Says what it was told.",
                      "",
                      Json.read("{}"),
                      null,
                      null,
                      5,
                      false,
                      false,
                      false,
                      null))),
          new TaskMessage.Offer(17, 1, "run", Json.read("{\"argv\":[\"id\"]}"), 60, false),
          new TaskMessage.Offer(17, 2, "run", Json.read("{}"), 60, true),
          new TaskMessage.Accept(17, 1),
          new TaskMessage.Refuse(17, 1, "busy", "256 tasks are held"),
          new TaskMessage.AcceptCommitted(17, 1),
          new TaskMessage.Started(17, 1),
          new TaskMessage.Output(17, 1, chunk(OutputChunk.Stream.STDERR, 1_000_000, 731_072)),
          new TaskMessage.OutputAcknowledged(17, 1, OutputChunk.Stream.STDERR, 1_000_003),
          new TaskMessage.Finished(
              17,
              1,
              TaskMessage.Status.TIMED_OUT,
              137,
              Json.read("{\"a\":1}"),
              "killed after 60 s",
              60_004,
              List.of(chunk(OutputChunk.Stream.STDOUT, 0, 0)),
              false),
          new TaskMessage.Finished(
              17, 1, TaskMessage.Status.SUCCEEDED, null, null, null, 0, List.of(), true),
          new TaskMessage.FinishedAcknowledged(17, 1),
          new TaskMessage.Cancel(17, 1, "cancelled by alice"));

  private static OutputChunk chunk(OutputChunk.Stream stream, long offset, long dropped) {
    return new OutputChunk(stream, offset, new byte[] {'a', (byte) 0xff, 0}, dropped);
  }

  private static Message withVoucher(Proof.Kind kind) {
    return new Message.Hello(
        new VersionRange(1, 2),
        Set.of("files"),
        HELLO.agentVersion(),
        HELLO.facts(),
        HELLO.bootId(),
        HELLO.incarnation(),
        HELLO.session(),
        null,
        new Proof(HELLO.proof().key(), new Proof.Voucher(kind, "an-example-voucher")),
        HELLO.digest(),
        "0cc175b9c0f1b6a8",
        List.of(
            new HeldTask(17, 1, HeldTask.State.RUNNING),
            new HeldTask(18, 2, HeldTask.State.FINISHED)));
  }

  /** Every type of message. */
  static Set<Class<?>> types() {
    return types(Message.class);
  }

  private static Set<Class<?>> types(Class<?> type) {
    Set<Class<?>> types = new HashSet<>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      types.addAll(permitted.isSealed() ? types(permitted) : Set.of(permitted));
    }
    return types;
  }
}
