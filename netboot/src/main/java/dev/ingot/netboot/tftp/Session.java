package dev.ingot.netboot.tftp;

import dev.ingot.netboot.PacketException;
import dev.ingot.netboot.socket.OutgoingPackets;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** One transfer. Only the thread of its {@link TransferLoop} touches it once it began. */
final class Session {
  private static final int MOST_SILENCES = 5;
  private static final int LONGEST_WAIT = 16_000;

  private final TftpClient client;
  private final TftpPacket.ReadRequest request;
  private final TftpFiles.Content content;
  private final TransferOptions options;
  private final Transfer transfer;
  private final TftpCounters counters;
  private final long began;
  private final Runnable alone = () -> together = 1;

  /** Blocks that are sent as one packet, until the kernel refuses that. */
  private int together;

  private long deadline;
  private TftpFiles.@Nullable Outcome outcome;
  private String reason = "";

  /**
   * @param now a running count of milliseconds
   */
  Session(
      TftpClient client,
      TftpPacket.ReadRequest request,
      TftpFiles.Content content,
      TransferOptions options,
      TftpCounters counters,
      long now) {
    this.client = client;
    this.request = request;
    this.content = content;
    this.options = options;
    this.transfer = new Transfer(content.size(), options, !options.agreed().isEmpty());
    this.counters = counters;
    this.began = now;
    this.together = Math.clamp(OutgoingPackets.LARGEST / blockLength(), 1, options.windowSize());
  }

  TftpClient client() {
    return client;
  }

  private int blockLength() {
    return 4 + options.blockSize();
  }

  /**
   * Takes a request of this client: the one that began this, sent again because no answer came, is
   * answered at once. It may as well be another's who was given the port of one that vanished.
   *
   * @return false if it asks for another transfer
   */
  boolean answers(TftpPacket.ReadRequest asked, OutgoingPackets out, long now) {
    boolean same =
        request.equals(asked)
            && transfer.acknowledged() == 0
            && transfer.optionsPending() == !options.agreed().isEmpty();
    if (same) {
      transfer.again();
      send(out, now);
    }
    return same;
  }

  boolean over() {
    return outcome != null;
  }

  /** Sends what is due: the option acknowledgement, or the rest of the window. */
  void send(OutgoingPackets out, long now) {
    deadline =
        now + Math.min(LONGEST_WAIT, (long) options.timeoutMilliseconds() << transfer.silences());
    if (transfer.optionsPending()) {
      client.send(out, new TftpPacket.OptionAcknowledgement(options.agreed()));
      return;
    }
    try {
      for (long block = transfer.next(); block != 0; block = transfer.next()) {
        blocks(out, block);
      }
    } catch (IOException unreadable) {
      end(TftpFiles.Outcome.FAILED, String.valueOf(unreadable.getMessage()));
      client.send(
          out, new TftpPacket.Failure(TftpPacket.Failure.UNDEFINED, "the file could not be read"));
    }
  }

  /** Sends that block and those behind it, as many as are sent as one. */
  private void blocks(OutgoingPackets out, long first) throws IOException {
    int length = blockLength();
    ByteBuffer packets = out.room(together * length);
    int end = packets.position();
    long block = first;
    for (int left = together; block != 0; block = --left == 0 ? 0 : transfer.next()) {
      end += length;
      packets.limit(end).putShort((short) TftpCodec.DATA).putShort((short) block);
      content.read(packets, (block - 1) * options.blockSize());
      if (packets.hasRemaining()) {
        break; // the last; or the file became shorter, and it is the last of those sent as one
      }
    }
    out.add(client.address(), client.port(), length, alone);
  }

  /** Takes what the client sent, and goes on. */
  void receive(ByteBuffer packet, OutgoingPackets out, long now) {
    if (heed(packet) && !over()) {
      send(out, now);
    }
  }

  private boolean heed(ByteBuffer packet) {
    try {
      switch (TftpCodec.decode(packet)) {
        case TftpPacket.Acknowledgement acknowledgement -> {
          boolean moved = transfer.acknowledge(acknowledgement.block());
          if (transfer.done()) {
            end(TftpFiles.Outcome.SENT, "");
          }
          return moved;
        }
        case TftpPacket.Failure failure -> {
          boolean early =
              failure.code() == TftpPacket.Failure.OPTION_NEGOTIATION
                  || transfer.acknowledged() == 0;
          end(
              early ? TftpFiles.Outcome.ABORTED : TftpFiles.Outcome.FAILED,
              "the client ended it with error "
                  + failure.code()
                  + (failure.message().isEmpty() ? "" : ": " + failure.message()));
        }
        case TftpPacket.ReadRequest ignored -> counters.malformed.increment();
        case TftpPacket.WriteRequest ignored -> counters.malformed.increment();
        case TftpPacket.Block ignored -> counters.malformed.increment();
        case TftpPacket.OptionAcknowledgement ignored -> counters.malformed.increment();
      }
    } catch (PacketException malformed) {
      counters.malformed.increment();
    }
    return false;
  }

  /** Sends again what got no answer in time, or gives up. */
  void tick(OutgoingPackets out, long now) {
    if (over() || now < deadline) {
      return;
    }
    if (transfer.silences() == MOST_SILENCES) {
      end(
          TftpFiles.Outcome.FAILED,
          "the client fell silent after block " + transfer.acknowledged());
      return;
    }
    transfer.silence();
    counters.blocksRepeated.increment();
    send(out, now);
  }

  /** Nobody has the client's port any more. */
  void clientIsGone() {
    end(
        transfer.acknowledged() == 0 && options.agreed().containsKey("tsize")
            ? TftpFiles.Outcome.ABORTED
            : TftpFiles.Outcome.FAILED,
        "the client closed its port after block " + transfer.acknowledged());
  }

  void end(TftpFiles.Outcome how, String why) {
    if (outcome == null) {
      outcome = how;
      reason = why;
    }
  }

  /** Closes what it holds and says how it went. */
  TftpFiles.Ended close(long now) {
    content.close();
    long sent = Math.min(content.size(), transfer.acknowledged() * options.blockSize());
    return new TftpFiles.Ended(
        request.file(),
        client.inetAddress(),
        outcome == null ? TftpFiles.Outcome.FAILED : outcome,
        reason,
        content.size(),
        sent,
        now - began);
  }
}
