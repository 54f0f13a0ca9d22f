package dev.ingot.protocol;

import dev.ingot.core.IdentityFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What agent and server say to each other; docs/link.md shows each as JSON. Within one version of
 * the protocol fields and messages are only added: what is not known is passed over, and a message
 * that is not known is answered with {@link Unsupported}.
 */
public sealed interface Message
    permits Message.Hello,
        Message.Welcome,
        Message.Refusal,
        Message.Goodbye,
        Message.SectionDigests,
        Message.Wanted,
        Message.Report,
        Message.Ack,
        Message.Rejected,
        Message.Ask,
        Message.Credit,
        Message.Inspect,
        Message.Inspected,
        Message.Logs,
        Message.LogsStored,
        Message.Unsupported,
        Message.Unknown,
        PluginMessage,
        TaskMessage {
  /** The lane that the message goes by; on another it is refused. */
  default Lane lane() {
    return switch (this) {
      case Report _ -> Lane.INVENTORY;
      case Logs _ -> Lane.BULK;
      default -> Lane.CONTROL;
    };
  }

  /**
   * An agent's first message. Its shape is the same in every version.
   *
   * @param features named abilities beyond the version's
   * @param bootId the kernel's boot id
   * @param incarnation random, made at the start of the agent's process; sequences belong to it
   * @param session counts the connections that the process made, from 1
   * @param digest {@link Digests#overall} of the agent's sections
   * @param capabilities {@link CapabilitySignature#digest}; null: the agent knows no tasks
   * @param tasks those that this incarnation has accepted and may not yet forget
   */
  record Hello(
      VersionRange versions,
      Set<String> features,
      String agentVersion,
      IdentityFacts facts,
      String bootId,
      String incarnation,
      long session,
      @Nullable String hostname,
      Proof proof,
      String digest,
      @Nullable String capabilities,
      List<HeldTask> tasks)
      implements Message {
    public Hello {
      features = Set.copyOf(features);
      tasks = List.copyOf(tasks);
    }
  }

  /**
   * The server's answer to an agent that it lets in.
   *
   * @param pending the node waits for approval: presence and inspection only
   * @param heartbeatSeconds how long a side may say nothing before the agent sends a ping
   * @param silenceSeconds after so long without a frame either side takes the other for dead
   * @param digestsDiffer the agent is to send {@link SectionDigests}
   */
  record Welcome(
      int version,
      Set<String> features,
      String nodeId,
      boolean pending,
      int heartbeatSeconds,
      int silenceSeconds,
      boolean digestsDiffer)
      implements Message {
    public Welcome {
      features = Set.copyOf(features);
    }
  }

  /**
   * The server's last word to an agent that it does not let in, or no longer.
   *
   * @param reason for programs, one of the words of docs/link.md
   * @param retryAfterSeconds when asking again may help, 0: at the slowest pace
   */
  record Refusal(String reason, String detail, int retryAfterSeconds) implements Message {}

  /**
   * The server ends the session for a reason that is not the agent's.
   *
   * @param withinSeconds the agent is to come back within this time, at a moment of its own choice
   */
  record Goodbye(String reason, int withinSeconds) implements Message {}

  /** The agent's sections by name, each with its shortened digest. */
  record SectionDigests(Map<String, String> digests) implements Message {
    public SectionDigests {
      digests = Map.copyOf(digests);
    }
  }

  /** The sections that the server has not, or not so. */
  record Wanted(List<String> sections) implements Message {
    public Wanted {
      sections = List.copyOf(sections);
    }
  }

  /**
   * Sections that changed, stored together.
   *
   * @param sequence grows with each report of one incarnation
   * @param nodeTime the node's clock: shown, never decided by
   * @param digests of the sections, by name, each of {@link Digests#LENGTH} digits: what the sender
   *     will compare with at the next hello. Where one is missing the receiver computes it.
   */
  record Report(
      long sequence, Instant nodeTime, List<Section> sections, Map<String, String> digests)
      implements Message {
    public Report {
      sections = List.copyOf(sections);
      digests = Map.copyOf(digests);
    }

    public Report(long sequence, Instant nodeTime, List<Section> sections) {
      this(sequence, nodeTime, sections, Map.of());
    }
  }

  /** Every report up to this sequence is committed, or was named in a {@link Rejected}. */
  record Ack(long sequence) implements Message {}

  /** One section of a report cannot be stored; the others are. */
  record Rejected(long sequence, String section, String reason, String detail) implements Message {}

  /** The sender has so many bytes to send on the lane and no credit left. */
  record Ask(Lane wanted, long bytes) implements Message {}

  /** The receiver takes so many bytes more on the lane. */
  record Credit(Lane granted, long bytes) implements Message {}

  /** The server wants to know now; no names: all sections. */
  record Inspect(long request, List<String> sections) implements Message {
    public Inspect {
      sections = List.copyOf(sections);
    }
  }

  /** The inspection was made; what changed has been or is being reported. */
  record Inspected(long request) implements Message {}

  /**
   * What was said on the node. One batch is under way at a time; one that was under way when the
   * connection broke is said again, alike.
   *
   * @param sequence grows with each batch of one incarnation
   * @param dropped how many lines there was no room for, since the batch before
   */
  record Logs(long sequence, long dropped, List<LogLine> lines) implements Message {
    /** The feature of a server that takes them. */
    public static final String FEATURE = "logs";

    public Logs {
      lines = List.copyOf(lines);
    }
  }

  /** Every batch of log lines up to this sequence is stored. */
  record LogsStored(long sequence) implements Message {}

  /** The peer does not know messages of this type. */
  record Unsupported(String type) implements Message {}

  /** A message of a type that this build does not know. Only ever received. */
  record Unknown(String type) implements Message {}
}
