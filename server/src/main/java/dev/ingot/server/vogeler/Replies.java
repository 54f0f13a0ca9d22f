package dev.ingot.server.vogeler;

import com.rabbitmq.client.Channel;
import dev.ingot.server.plugins.ArrivedResult;
import dev.ingot.server.store.DatabaseClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Answers to runners: written with what they answer, published and confirmed in their order, and
 * only then forgotten.
 */
final class Replies {
  private static final int AT_ONCE = 100;
  private static final long CONFIRM_MILLIS = 10_000;

  private final Jdbi jdbi;
  private final LongAdder published = new LongAdder();

  Replies(Jdbi jdbi) {
    this.jdbi = jdbi;
  }

  long published() {
    return published.sum();
  }

  /** The results of a job are a runner's. */
  void expect(Handle handle, long job, String peer) {
    handle
        .createUpdate("INSERT INTO vogeler_request (job, peer) VALUES (:job, :peer)")
        .bind("job", job)
        .bind("peer", peer)
        .execute();
  }

  void notAuthorized(Handle handle, String node, String word) {
    error(handle, node, "Plugin " + word + " is not authorized for this host. Ignoring");
  }

  private static void error(Handle handle, String node, String message) {
    write(handle, Wire.error(host(handle, node), message, DatabaseClock.now(handle)));
  }

  /** A result was stored: it is answered if a runner asked for it. */
  void stored(Handle handle, ArrivedResult result, byte[] output) {
    Long job = result.job();
    if (job == null
        || handle
            .createQuery("SELECT job FROM vogeler_request WHERE job = :job")
            .bind("job", job)
            .mapTo(Long.class)
            .findOne()
            .isEmpty()) {
      return;
    }
    if (result.exit() == null && output.length == 0) {
      error(handle, result.node(), "Error in plugin '" + result.name() + "': " + result.error());
      return;
    }
    String text = new String(output, StandardCharsets.UTF_8);
    write(handle, Wire.answer(host(handle, result.node()), result.name(), result.format(), text));
  }

  private static String host(Handle handle, String node) {
    return handle
        .createQuery("SELECT coalesce(hostname, id) FROM node WHERE id = :node")
        .bind("node", node)
        .mapTo(String.class)
        .one();
  }

  private static void write(Handle handle, byte[] body) {
    handle
        .createUpdate("INSERT INTO vogeler_reply (body) VALUES (:body)")
        .bind("body", body)
        .execute();
  }

  @SuppressWarnings("ArrayRecordComponent")
  private record Reply(long id, byte[] body) {}

  /** Publishes what waits; returns whether more does. */
  boolean publish(Channel channel) throws IOException, InterruptedException, TimeoutException {
    List<Reply> waiting =
        jdbi.withHandle(
            handle ->
                handle
                    .createQuery("SELECT id, body FROM vogeler_reply ORDER BY id LIMIT :most")
                    .bind("most", AT_ONCE)
                    .map((row, _) -> new Reply(row.getLong("id"), row.getBytes("body")))
                    .list());
    if (waiting.isEmpty()) {
      return false;
    }
    for (Reply reply : waiting) {
      channel.basicPublish(Wire.MASTER, "", Wire.properties(), reply.body());
    }
    channel.waitForConfirmsOrDie(CONFIRM_MILLIS);
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate("DELETE FROM vogeler_reply WHERE id <= :last")
                .bind("last", waiting.getLast().id())
                .execute());
    published.add(waiting.size());
    return waiting.size() == AT_ONCE;
  }

  /** What nobody could take for days is forgotten, and what was asked long ago. */
  static void tidy(Handle handle) {
    handle.execute("DELETE FROM vogeler_reply WHERE created < now() - interval '7 days'");
    handle.execute("DELETE FROM vogeler_request WHERE created < now() - interval '120 days'");
  }
}
