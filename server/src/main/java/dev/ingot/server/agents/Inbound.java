package dev.ingot.server.agents;

import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LaneReader;
import dev.ingot.protocol.ProtocolException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a session receives, and its share of the credit: what was granted counts until it is
 * committed, or certain not to come. Not thread-safe.
 */
final class Inbound {
  private static final int MAX_UNCOMMITTED = 16;

  private final LaneReader reader = new LaneReader();
  private final Map<Lane, Account> accounts = new EnumMap<>(Lane.class);
  private int uncommitted;
  private long lastSequence;
  private long progressed;

  /** The bytes of one lane. */
  private static final class Account {
    final CreditDesk desk;
    long held;
    long uncommittedBytes;

    Account(CreditDesk desk) {
      this.desk = desk;
    }
  }

  Inbound(Function<Lane, CreditDesk> desks) {
    for (Lane lane : new Lane[] {Lane.INVENTORY, Lane.BULK}) {
      accounts.put(lane, new Account(desks.apply(lane)));
    }
  }

  byte @Nullable [] accept(Frame.Piece piece, long now) {
    progressed = now;
    return reader.accept(piece);
  }

  /** What may be asked for on a lane. */
  void checkAsk(Lane lane, long bytes) {
    Account account = accounts.get(lane);
    if (account == null) {
      throw new ProtocolException("wrong-lane", "lane " + lane.word() + " needs no credit");
    }
    if (bytes > lane.maxMessage()
        || account.held - account.uncommittedBytes + bytes > lane.maxMessage()) {
      throw new ProtocolException(
          "too-large", "%d bytes asked, %d are carried".formatted(bytes, lane.maxMessage()));
    }
  }

  void granted(Lane lane, long bytes, long now) {
    progressed = now;
    account(lane).held += bytes;
    reader.granted(lane, bytes);
  }

  private Account account(Lane lane) {
    Account account = accounts.get(lane);
    if (account == null) {
      throw new IllegalStateException("lane " + lane.word() + " has no credit");
    }
    return account;
  }

  /** A report of this size goes to be committed. */
  void submitted(long sequence, int size) {
    if (sequence <= lastSequence) {
      throw new ProtocolException(
          "out-of-order", "report %d after %d".formatted(sequence, lastSequence));
    }
    if (uncommitted >= MAX_UNCOMMITTED) {
      throw new ProtocolException(
          "too-many", "more than " + MAX_UNCOMMITTED + " reports without acknowledgement");
    }
    lastSequence = sequence;
    uncommitted++;
    underWay(Lane.INVENTORY, size);
  }

  void committed(int size) {
    uncommitted--;
    done(Lane.INVENTORY, size);
  }

  /** A message of this size goes to be committed. */
  void underWay(Lane lane, int size) {
    if (lane != Lane.CONTROL) {
      account(lane).uncommittedBytes += size;
    }
  }

  /** A message that was under way is committed, or will not be. */
  void done(Lane lane, int size) {
    if (lane != Lane.CONTROL) {
      account(lane).uncommittedBytes -= size;
      passedOver(lane, size);
    }
  }

  /** A message of this size is done with. */
  void passedOver(Lane lane, int size) {
    if (lane != Lane.CONTROL) {
      Account account = account(lane);
      account.held -= size;
      account.desk.release(size);
    }
  }

  /** Nothing more comes; what waits for its commit counts until then. */
  void end() {
    for (Account account : accounts.values()) {
      long rest = account.held - account.uncommittedBytes;
      account.held -= rest;
      account.desk.release(rest);
    }
  }

  /** How long credit has been unused, milliseconds. */
  long unusedFor(long now) {
    boolean open = reader.open(Lane.INVENTORY) > 0 || reader.open(Lane.BULK) > 0;
    return open ? now - progressed : 0;
  }
}
