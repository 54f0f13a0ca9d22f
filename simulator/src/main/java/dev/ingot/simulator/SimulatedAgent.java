package dev.ingot.simulator;

import dev.ingot.agent.link.LinkAction;
import dev.ingot.agent.link.LinkMachine;
import dev.ingot.agent.link.LinkNews;
import dev.ingot.agent.link.LinkTasks;
import dev.ingot.protocol.TaskEnd;
import dev.ingot.protocol.TaskMessage;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One agent's link, driven without a thread of its own: the client's threads and a timer do. */
final class SimulatedAgent {
  private final LinkMachine machine;
  private final HttpClient client;
  private final URI server;
  private final LongSupplier clock;
  private final FleetProgress progress;
  private final Queue<byte[]> unsent = new ArrayDeque<>();
  private @Nullable WebSocket socket;
  private long connection;
  private boolean sending;
  private boolean ended;
  private volatile boolean stored;
  private volatile boolean linked;
  private volatile long wakeAt = Long.MIN_VALUE;

  SimulatedAgent(
      LinkMachine machine,
      HttpClient client,
      URI server,
      LongSupplier clock,
      FleetProgress progress) {
    this.machine = machine;
    this.client = client;
    this.server = server;
    this.clock = clock;
    this.progress = progress;
  }

  /** Whether the server has all its sections. */
  boolean stored() {
    return stored;
  }

  boolean linked() {
    return linked;
  }

  /** Called often; does something when it is time. */
  void tick(long now) {
    if (now >= wakeAt) {
      synchronized (this) {
        execute(machine.tick(now));
      }
    }
  }

  /** Leaves without a word, as a machine that loses power does. */
  synchronized void end() {
    ended = true;
    if (socket != null) {
      socket.abort();
    }
  }

  private void execute(List<LinkAction> actions) {
    for (LinkAction action : actions) {
      switch (action) {
        case LinkAction.Dial(long number) -> dial(number);
        case LinkAction.Send(byte[] frame) -> unsent.add(frame);
        case LinkAction.Close(String reason) -> close();
        case LinkAction.Inspect inspect ->
            execute(machine.inspected(inspect.request(), clock.getAsLong()));
        case LinkAction.MakeKey() -> {} // no two of the fleet share a key
        case LinkAction.Offered(var offer) ->
            execute(
                machine.tasks(
                    tasks -> tasks.accept(offer.task(), offer.attempt()), clock.getAsLong()));
        case LinkAction.Begin(long task, int attempt) ->
            execute(machine.tasks(tasks -> done(tasks, task, attempt), clock.getAsLong()));
        case LinkAction.CancelTask cancel -> {} // each task has ended at once
        case LinkAction.Tell(LinkNews news) -> progress.heard(news);
      }
    }
    send();
    linked = machine.linked();
    stored = machine.upToDate();
    wakeAt = machine.wakeAt();
  }

  private static void done(LinkTasks tasks, long task, int attempt) {
    tasks.started(task, attempt);
    tasks.finished(task, attempt, new TaskEnd(TaskMessage.Status.SUCCEEDED, 0, null, null));
  }

  private void dial(long number) {
    connection = number;
    unsent.clear();
    sending = false;
    socket = null;
    var unused =
        client
            .newWebSocketBuilder()
            .buildAsync(server, new Listener(number))
            .whenComplete(
                (opened, failure) -> {
                  synchronized (this) {
                    if (ended) {
                      if (opened != null) {
                        opened.abort();
                      }
                    } else if (failure != null) {
                      execute(machine.closed(number, String.valueOf(failure), clock.getAsLong()));
                    } else if (number == connection) {
                      socket = opened;
                      execute(machine.opened(number, clock.getAsLong()));
                    } else {
                      opened.abort();
                    }
                  }
                });
  }

  private void close() {
    if (socket != null) {
      socket.abort();
      socket = null;
    }
    unsent.clear();
    sending = false;
  }

  /** The client takes one frame at a time. */
  private void send() {
    WebSocket open = socket;
    if (sending || open == null || unsent.isEmpty()) {
      return;
    }
    byte[] frame = unsent.remove();
    sending = true;
    long number = connection;
    progress.sent(frame.length);
    var unused =
        open.sendBinary(ByteBuffer.wrap(frame), true)
            .whenComplete(
                (done, failure) -> {
                  synchronized (this) {
                    if (number == connection && socket != null) {
                      sending = false;
                      long now = clock.getAsLong();
                      execute(
                          failure == null
                              ? machine.sent(number, now)
                              : machine.closed(number, String.valueOf(failure), now));
                    }
                  }
                });
  }

  private final class Listener implements WebSocket.Listener {
    private final long number;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream(0);

    Listener(long number) {
      this.number = number;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
      byte[] bytes = new byte[part.remaining()];
      part.get(bytes);
      partial.writeBytes(bytes);
      if (last) {
        byte[] frame = partial.toByteArray();
        partial.reset();
        progress.received(frame.length);
        synchronized (SimulatedAgent.this) {
          execute(machine.received(number, frame, clock.getAsLong()));
        }
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      gone(reason.isEmpty() ? "closed with status " + status : reason);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      gone(String.valueOf(error));
    }

    private void gone(String reason) {
      synchronized (SimulatedAgent.this) {
        if (number == connection && !ended) {
          socket = null;
          unsent.clear();
          sending = false;
          execute(machine.closed(number, reason, clock.getAsLong()));
        }
      }
    }
  }
}
