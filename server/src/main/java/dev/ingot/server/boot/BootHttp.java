package dev.ingot.server.boot;

import dev.ingot.core.Json;
import dev.ingot.core.MacAddress;
import dev.ingot.netboot.Ipv4;
import dev.ingot.server.boot.mirror.Mirrors;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * HTTP for firmware, on a port of its own: {@code /boot/ipxe?mac=…} and {@code /files/…}.
 * Read-only, without accounts; nothing that is given here is secret but a boot ticket, and that
 * goes to its machine's address only.
 */
final class BootHttp implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(60);

  /** Threads of each address that read requests and answer scripts: a rack that asks at once. */
  private static final int READERS = Math.min(4, Runtime.getRuntime().availableProcessors());

  /** Beside an address's readers and the thread that accepts its connections. */
  private static final int SPARE_THREADS = 8;

  private static final Pattern UUID_FORM =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");
  private static final String NOBODY =
      "#!ipxe\n"
          + "echo Ingot: the request names no MAC address (mac=52:54:00:12:34:56) and no UUID\n"
          + "sleep 5\n"
          + "exit 1\n";

  private final Server server;
  private final ServerConnector connector;

  /**
   * @param addresses our own addresses on the networks that are served
   * @param folders of the boot files, the first wins
   * @param mirrors whose files are given too, or null
   * @param scripts what machines ask for by their MAC
   */
  BootHttp(
      List<String> addresses,
      int port,
      List<Path> folders,
      @Nullable Mirrors mirrors,
      Scripts scripts,
      BootEvidence evidence) {
    QueuedThreadPool threads =
        new QueuedThreadPool(addresses.size() * (READERS + 1) + SPARE_THREADS, 4);
    threads.setName("boot-http");
    VirtualThreadPool workers = new VirtualThreadPool();
    threads.setVirtualThreadsExecutor(workers);
    server = new Server(threads);
    server.setDynamic(false);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(8192);
    ServerConnector first = null;
    for (String address : addresses) {
      HttpConnectionFactory common = new HttpConnectionFactory(http);
      ConnectionFactory[] known = {new ScriptConnections(common, scripts, workers), common};
      ServerConnector each =
          NetworkCard.under(address)
              ? new SendingConnector(server, READERS, known)
              : new ServerConnector(server, 1, READERS, known);
      each.setHost(address);
      each.setPort(port);
      each.setAcceptQueueSize(4096);
      each.setIdleTimeout(IDLE.toMillis());
      server.addConnector(each);
      first = first == null ? each : first;
    }
    connector = java.util.Objects.requireNonNull(first, "no network");
    ResourceFactory resources = ResourceFactory.of(server);
    Handler files =
        new SentFiles(
            ResourceFactory.combine(folders.stream().map(resources::newResource).toList()));
    ContextHandlerCollection contexts =
        new ContextHandlerCollection(
            false,
            new ContextHandler(new Aside(new Noted("", files, evidence), workers), "/files"),
            new ContextHandler(new ScriptDoor(scripts, workers), "/boot"));
    if (mirrors != null) {
      Handler kept =
          new BootMirrors(mirrors, new SentFiles(resources.newResource(mirrors.objects())));
      contexts.addHandler(
          new ContextHandler(
              new Aside(new Noted("/mirrors", kept, evidence), workers), BootMirrors.CONTEXT));
    }
    server.setHandler(contexts);
    server.setErrorHandler(new PlainErrors());
  }

  /**
   * @throws IOException when a port is taken, which the message names
   */
  void start() throws IOException {
    try {
      server.start();
    } catch (IOException taken) {
      throw taken;
    } catch (Exception failed) {
      throw new IOException(
          "the HTTP server for booting cannot start: " + failed.getMessage(), failed);
    }
  }

  int port() {
    return connector.getLocalPort();
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception failed) {
      throw new IllegalStateException("the HTTP server for booting cannot stop", failed);
    }
  }

  private static @Nullable Ipv4 address(Request request) {
    return request.getConnectionMetaData().getRemoteSocketAddress()
                instanceof InetSocketAddress remote
            && remote.getAddress() instanceof Inet4Address inet4
        ? Ipv4.of(inet4)
        : null;
  }

  /** The scripts of machines; a MAC is a claim, and the address is where the request came from. */
  interface Scripts {
    /** The script if it is at hand, else null; never waits. */
    byte @Nullable [] kept(MacAddress mac, Ipv4 address);

    /** The script; waits for the database. */
    String script(MacAddress mac, Ipv4 address);

    /** The script of the machine that has the address, if it also has that UUID. */
    String script(UUID uuid, Ipv4 address);
  }

  /** What may wait, on a virtual thread: connections are read by a thread that never does. */
  private static final class Aside extends Handler.Wrapper {
    private final Executor workers;

    private Aside(Handler handler, Executor workers) {
      super(handler);
      this.workers = workers;
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      aside(workers, request, response, callback, () -> super.handle(request, response, callback));
      return true;
    }
  }

  private interface Handling {
    boolean run() throws Exception;
  }

  private static void aside(
      Executor workers, Request request, Response response, Callback callback, Handling handling) {
    workers.execute(
        () -> {
          try {
            if (!handling.run()) {
              Response.writeError(request, response, callback, 404);
            }
          } catch (Exception failed) {
            Response.writeError(request, response, callback, failed);
          }
        });
  }

  /** {@code /boot/ipxe?mac=…} or {@code uuid=…}. */
  private static final class ScriptDoor extends Handler.Abstract {
    private final Scripts scripts;
    private final Executor workers;

    private ScriptDoor(Scripts scripts, Executor workers) {
      super(InvocationType.NON_BLOCKING);
      this.scripts = scripts;
      this.workers = workers;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!Request.getPathInContext(request).equals("/ipxe")
          || !(request.getMethod().equals("GET") || request.getMethod().equals("HEAD"))) {
        return false;
      }
      Fields query = Request.extractQueryParameters(request);
      String mac = query.getValue("mac");
      UUID uuid = uuid(query.getValue("uuid"));
      Ipv4 address = address(request);
      if (mac != null && MacAddress.isValid(mac.replace('-', ':')) && address != null) {
        script(request, response, callback, MacAddress.parse(mac), address);
      } else if (uuid != null && mac == null && address != null) {
        made(request, response, callback, () -> scripts.script(uuid, address));
      } else {
        response.setStatus(400);
        send(response, callback, bytes(NOBODY));
      }
      return true;
    }

    private static @Nullable UUID uuid(@Nullable String text) {
      return text != null && UUID_FORM.matcher(text).matches() ? UUID.fromString(text) : null;
    }

    private void script(
        Request request, Response response, Callback callback, MacAddress mac, Ipv4 address) {
      byte[] kept = scripts.kept(mac, address);
      if (kept != null) {
        send(response, callback, kept);
        return;
      }
      made(request, response, callback, () -> scripts.script(mac, address));
    }

    private void made(
        Request request, Response response, Callback callback, Supplier<String> script) {
      aside(
          workers,
          request,
          response,
          callback,
          () -> {
            send(response, callback, bytes(script.get()));
            return true;
          });
    }

    private static byte[] bytes(String text) {
      return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void send(Response response, Callback callback, byte[] bytes) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
      response.write(true, java.nio.ByteBuffer.wrap(bytes), callback);
    }
  }

  /**
   * A request for all of a file: a part is wanted only if the file is the one that a tag names, and
   * ours are weak, so that none is ever sure to be (RFC 9110 section 13.1.5).
   */
  private static final class Whole extends Request.Wrapper {
    private final HttpFields headers;

    private Whole(Request request) {
      super(request);
      headers = HttpFields.build(request.getHeaders()).remove(HttpHeader.RANGE).asImmutable();
    }

    @Override
    public HttpFields getHeaders() {
      return headers;
    }
  }

  /** Writes what was sent into the boot's evidence. */
  private static final class Noted extends Handler.Wrapper {
    private final String prefix;
    private final BootEvidence evidence;

    private Noted(String prefix, Handler handler, BootEvidence evidence) {
      super(handler);
      this.prefix = prefix;
      this.evidence = evidence;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      Ipv4 address = address(request);
      String path = prefix + Request.getPathInContext(request);
      if (address != null && request.getMethod().equals("GET")) {
        long began = request.getHeadersNanoTime();
        Request.addCompletionListener(
            request,
            failure ->
                note(path, address, response.getStatus(), failure, System.nanoTime() - began));
      }
      boolean part = !request.getHeaders().contains(HttpHeader.IF_RANGE);
      return super.handle(part ? request : new Whole(request), response, callback);
    }

    private void note(
        String path, Ipv4 address, int status, @Nullable Throwable failure, long nanos) {
      boolean sent = failure == null && status < 400;
      long milliseconds = nanos / 1_000_000;
      ObjectNode data = Json.MAPPER.createObjectNode();
      data.put("protocol", "http").put("file", path).put("address", address.toString());
      data.put("status", status).put("milliseconds", milliseconds);
      String end =
          sent
              ? "sent in " + milliseconds + " ms"
              : failure == null ? "answered " + status : "broke off: " + failure.getMessage();
      String text = "HTTP " + path + " " + end;
      evidence.note(
          new BootEvidence.Sent(
              address.toString(), sent ? "file-sent" : "file-failed", text, data, false));
    }
  }

  /** Errors as one line of text: firmware shows it to whoever stands before the machine. */
  private static final class PlainErrors implements Request.Handler {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
      byte[] bytes = ("Ingot: " + response.getStatus() + "\n").getBytes(StandardCharsets.US_ASCII);
      response.write(true, java.nio.ByteBuffer.wrap(bytes), callback);
      return true;
    }
  }
}
