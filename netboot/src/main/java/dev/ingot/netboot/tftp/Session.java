package dev.ingot.netboot.tftp;

import dev.ingot.netboot.PacketException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/**
 * One transfer on a port of its own (RFC 1350 section 4). Only the server's thread touches it once
 * it began.
 */
final class Session {
  private static final int MOST_SILENCES = 5;
  private static final int LONGEST_WAIT = 16_000;

  private final DatagramChannel channel;
  private final InetSocketAddress client;
  private final String name;
  private final TftpFiles.Content content;
  private final TransferOptions options;
  private final Transfer transfer;
  private final TftpCounters counters;
  private final long began;
  private long deadline;
  private TftpFiles.@Nullable Outcome outcome;
  private String reason = "";

  /**
   * @param now a running count of milliseconds
   */
  Session(
      DatagramChannel channel,
      InetSocketAddress client,
      String name,
      TftpFiles.Content content,
      TransferOptions options,
      TftpCounters counters,
      long now) {
    this.channel = channel;
    this.client = client;
    this.name = name;
    this.content = content;
    this.options = options;
    this.transfer = new Transfer(content.size(), options, !options.agreed().isEmpty());
    this.counters = counters;
    this.began = now;
  }

  InetSocketAddress client() {
    return client;
  }

  DatagramChannel channel() {
    return channel;
  }

  /** Whether a request is the one that began this, sent again because no answer came. */
  boolean answers(TftpPacket.ReadRequest request) {
    return name.equals(request.file())
        && transfer.acknowledged() == 0
        && transfer.optionsPending() == !options.agreed().isEmpty();
  }

  boolean over() {
    return outcome != null;
  }

  /** Sends what is due: the option acknowledgement, or the rest of the window. */
  void send(ByteBuffer packet, long now) {
    deadline =
        now + Math.min(LONGEST_WAIT, (long) options.timeoutMilliseconds() << transfer.silences());
    try {
      if (transfer.optionsPending()) {
        channel.write(TftpCodec.encode(new TftpPacket.OptionAcknowledgement(options.agreed())));
        return;
      }
      for (long block = transfer.next(); block != 0; block = transfer.next()) {
        packet.clear().limit(4 + options.blockSize());
        packet.putShort((short) TftpCodec.DATA).putShort((short) block);
        content.read(packet, (block - 1) * options.blockSize());
        channel.write(
            packet.flip()); // a full send buffer drops it; it goes out again when nothing comes
      }
    } catch (PortUnreachableException gone) {
      clientIsGone();
    } catch (IOException unreadable) {
      end(TftpFiles.Outcome.FAILED, String.valueOf(unreadable.getMessage()));
      refuse(new TftpPacket.Failure(TftpPacket.Failure.UNDEFINED, "the file could not be read"));
    }
  }

  /** Reads what came and goes on. */
  void receive(ByteBuffer packet, long now) {
    try {
      while (!over()) {
        packet.clear();
        if (channel.read(packet) <= 0) {
          return;
        }
        if (heed(packet.flip())) { // what else came is read at the next turn: mostly nothing did
          if (!over()) {
            send(packet, now);
          }
          return;
        }
      }
    } catch (PortUnreachableException gone) {
      clientIsGone();
    } catch (IOException broken) {
      end(TftpFiles.Outcome.FAILED, String.valueOf(broken.getMessage()));
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
  void tick(ByteBuffer packet, long now) {
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
    send(packet, now);
  }

  private void clientIsGone() {
    end(
        transfer.acknowledged() == 0 && options.agreed().containsKey("tsize")
            ? TftpFiles.Outcome.ABORTED
            : TftpFiles.Outcome.FAILED,
        "the client closed its port after block " + transfer.acknowledged());
  }

  private void refuse(TftpPacket.Failure failure) {
    try {
      channel.write(TftpCodec.encode(failure));
    } catch (IOException gone) {
      // the client learns it by silence
    }
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
    try {
      channel.close();
    } catch (IOException ignored) {
      // nothing is left to lose
    }
    long sent = Math.min(content.size(), transfer.acknowledged() * options.blockSize());
    return new TftpFiles.Ended(
        name,
        client.getAddress(),
        outcome == null ? TftpFiles.Outcome.FAILED : outcome,
        reason,
        content.size(),
        sent,
        now - began);
  }
}
