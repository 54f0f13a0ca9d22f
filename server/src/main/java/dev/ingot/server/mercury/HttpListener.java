package dev.ingot.server.mercury;

import dev.ingot.amqp.Rates;
import dev.ingot.core.Json;
import dev.ingot.server.http.HostGuard;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Where {@link HttpFace} is reached: who may ask, how often, how much at once, and how slowly. */
final class HttpListener implements AutoCloseable {
  /** Answers what is asked. */
  interface Face {
    /**
     * @param body an object; missing where nothing was posted
     * @return the status
     */
    int answer(Request request, JsonNode body, Reply reply);
  }

  private static final int LARGEST_BODY = 1 << 20;
  private static final int SMALL_BODY = 16 << 10;

  /** Bodies that are more than small are read so many at once. */
  private static final int BODIES = 16;

  private static final int MOST_AT_ONCE = 32;
  private static final int MOST_CONNECTIONS = 2_048;
  private static final long IDLE_MILLIS = 60_000;
  private static final long PATIENCE_SECONDS = 30;

  private final Face face;
  private final ReplySpace space;
  private final Predicate<@Nullable String> mayWithToken;
  private final HostGuard hosts;
  private final Rates rates;
  private final HttpPeers peers;
  private final Server server;
  private final ServerConnector connector;
  private final String address;
  private final Semaphore free = new Semaphore(MOST_AT_ONCE, true);
  private final Semaphore bodies = new Semaphore(BODIES, true);

  /**
   * @param host where it listens
   * @param mayWithToken whether a request with this {@code X-Auth-Token}, or none, is answered
   * @param rates how often an address may ask
   * @param nanos a monotonic clock
   */
  HttpListener(
      String host,
      int port,
      Face face,
      ReplySpace space,
      Predicate<@Nullable String> mayWithToken,
      HostGuard hosts,
      Rates rates,
      LongSupplier nanos) {
    this.face = face;
    this.space = space;
    this.hosts = hosts;
    this.rates = rates;
    this.peers = new HttpPeers(nanos);
    this.mayWithToken = mayWithToken;
    this.address = host + ":" + port;
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("mercury-api");
    threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("mercury-"));
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(IDLE_MILLIS);
    connector.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
    connector.addBean(peers);
    server.addConnector(connector);
    server.setHandler(new Answering());
  }

  /**
   * @throws IllegalArgumentException if its port is taken
   */
  void start() {
    try {
      server.start();
    } catch (Exception e) { // as Jetty declares it
      throw new IllegalArgumentException(
          "mercury.api: cannot listen at " + address + ": " + e.getMessage(), e);
    }
  }

  String address() {
    return connector.getHost() + ":" + connector.getLocalPort();
  }

  int connections() {
    return peers.size();
  }

  /** Lets those go that are too slow. */
  void look() {
    peers.look();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) { // as Jetty declares it
      throw new IllegalStateException("Mercury's api cannot stop", e);
    }
  }

  private final class Answering extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      peers.ourTurn(request);
      try (Reply reply = new JsonReply(space)) {
        response.setStatus(checked(request, reply));
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reply.length());
        reply.send(HttpPeers.of(request)::close);
        peers.itsTurn(request);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
          reply.writeTo(out);
        }
        peers.itsTurn(request); // to ask for something else
        callback.succeeded();
      } catch (IOException e) {
        callback.failed(e);
      } catch (RuntimeException e) {
        peers.itsTurn(request); // to read that something is wrong here, which Jetty says
        throw e;
      }
      return true;
    }
  }

  /** Fills the reply; returns its status. */
  private int checked(Request request, Reply reply) throws IOException {
    // No page in somebody's browser: those say where they come from, or ask us by their own name.
    if (request.getHeaders().contains(HttpHeader.ORIGIN)
        || !hosts.answersTo(request.getHeaders().get(HttpHeader.HOST))) {
      return refused(
          reply,
          403,
          "requests of web pages are refused; ask by address, or by a name of http.allowed-hosts");
    }
    if (!rates.take(Request.getRemoteAddr(request))) {
      return refused(reply, 429, Wording.TOO_OFTEN);
    }
    if (!mayWithToken.test(request.getHeaders().get("X-Auth-Token"))) {
      return refused(reply, 401, "X-Auth-Token is no token of this server");
    }
    boolean posts = request.getMethod().equals("POST");
    if (!posts && !request.getMethod().equals("GET")) {
      return refused(reply, 405, "The method is not allowed for the requested URL");
    }
    if (!posts) {
      return inTurn(
          free, reply, () -> face.answer(request, JsonNodeFactory.instance.missingNode(), reply));
    }
    long length = request.getLength();
    return length >= 0 && length <= SMALL_BODY
        ? posted(request, reply)
        : inTurn(bodies, reply, () -> posted(request, reply));
  }

  private int posted(Request request, Reply reply) {
    byte[] octets;
    peers.itsTurn(request);
    try (InputStream in = Content.Source.asInputStream(request)) {
      octets = in.readNBytes(LARGEST_BODY + 1);
    } catch (IOException e) {
      return refused(reply, 400, "the body does not come to its end");
    } finally {
      peers.ourTurn(request);
    }
    if (octets.length > LARGEST_BODY) {
      return refused(reply, 413, "the body is larger than " + LARGEST_BODY + " octets");
    }
    JsonNode body;
    try {
      body = Json.read(octets);
    } catch (JacksonException e) {
      return refused(reply, 400, "the body is not JSON: " + e.getOriginalMessage());
    }
    if (!body.isObject()) {
      return refused(reply, 400, "the body is no JSON object");
    }
    return inTurn(free, reply, () -> face.answer(request, body, reply));
  }

  private static int inTurn(Semaphore turns, Reply reply, IntSupplier work) {
    try {
      if (!turns.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        return refused(reply, 503, "too much is asked at once; ask again later");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return refused(reply, 503, "this server stops; ask again");
    }
    try {
      return work.getAsInt();
    } finally {
      turns.release();
    }
  }

  private static int refused(Reply reply, int status, String message) {
    reply.instead(message);
    return status;
  }
}
