package dev.ingot.app;

import dev.ingot.protocol.Frame;
import dev.ingot.protocol.Lane;
import dev.ingot.protocol.LaneReader;
import dev.ingot.protocol.LaneWriter;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.VersionRange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.java_websocket.WebSocket;
import org.java_websocket.handshake.ClientHandshake;
import org.java_websocket.server.WebSocketServer;

/**
 * What the list of the microkernel's classes (microkernel/classes) is made of: its agent, from
 * start to the first inventory, beside a server that takes whatever it says. Runs when an image is
 * built, never on a node.
 */
public final class NodeTraining {
  private static final int MOST_SECONDS = 60;

  private NodeTraining() {}

  public static void main(String[] arguments) throws InterruptedException, IOException {
    CountDownLatch listening = new CountDownLatch(1);
    CountDownLatch reported = new CountDownLatch(2);
    Peer peer = new Peer(listening, reported);
    peer.setDaemon(true);
    peer.start();
    if (!listening.await(MOST_SECONDS, TimeUnit.SECONDS)) {
      System.exit(1);
    }
    String url = "http://127.0.0.1:" + peer.getPort();
    Thread.ofPlatform()
        .daemon()
        .name("training-end")
        .start(
            () -> {
              try {
                boolean all = reported.await(MOST_SECONDS, TimeUnit.SECONDS);
                System.exit(all ? 0 : 1); // what was recorded is written at the end of the process
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    NodeMain.run(environment(url, Path.of(arguments[0])));
  }

  /** As microkernel/start has it. */
  private static Map<String, String> environment(String url, Path folder) throws IOException {
    Path ticket = Files.createDirectories(folder).resolve("ticket");
    Files.deleteIfExists(ticket);
    Files.createFile(
        ticket, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(ticket, "of-training");
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("INGOT_"));
    environment.put("INGOT_SERVER_URL", url);
    environment.put("INGOT_SERVER_INSECURE", "true");
    environment.put("INGOT_ENROLMENT_TICKET_FILE", ticket.toString());
    environment.put("INGOT_DATA_DIR", folder.toString());
    return environment;
  }

  /** A server that lets everybody in, wants all, and stores nothing. */
  private static final class Peer extends WebSocketServer {
    private final CountDownLatch listening;
    private final CountDownLatch reported;
    private final LaneReader reader = new LaneReader();
    private final LaneWriter writer = new LaneWriter();

    Peer(CountDownLatch listening, CountDownLatch reported) {
      super(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      this.listening = listening;
      this.reported = reported;
    }

    @Override
    public void onStart() {
      listening.countDown();
    }

    @Override
    public void onMessage(WebSocket agent, ByteBuffer bytes) {
      byte[] frame = new byte[bytes.remaining()];
      bytes.get(frame);
      if (Frame.decode(frame) instanceof Frame.Piece piece) {
        byte[] message = reader.accept(piece);
        if (message != null) {
          answer(MessageCodec.decode(message));
        }
      }
      for (byte[] next = writer.next(); next != null; next = writer.next()) {
        agent.send(next);
      }
    }

    private void answer(Message message) {
      switch (message) {
        case Message.Hello _ ->
            writer.queue(
                new Message.Welcome(
                    VersionRange.SPOKEN.max(),
                    Set.of(Message.Logs.FEATURE),
                    "0".repeat(42),
                    false,
                    10,
                    60,
                    true));
        case Message.SectionDigests(Map<String, String> digests) ->
            writer.queue(new Message.Wanted(List.copyOf(digests.keySet())));
        case Message.Ask(Lane lane, long count) -> {
          reader.granted(lane, count);
          writer.queue(new Message.Credit(lane, count));
        }
        case Message.Report report -> {
          writer.queue(new Message.Ack(report.sequence()));
          reported.countDown();
        }
        case Message.Logs logs -> writer.queue(new Message.LogsStored(logs.sequence()));
        default -> {
          // Tasks, which nobody gives it here.
        }
      }
    }

    @Override
    public void onOpen(WebSocket agent, ClientHandshake handshake) {}

    @Override
    public void onClose(WebSocket agent, int code, String reason, boolean remote) {}

    @Override
    public void onMessage(WebSocket agent, String text) {}

    @Override
    public void onError(WebSocket agent, Exception failed) {
      System.err.println("ingot: " + failed);
    }
  }
}
