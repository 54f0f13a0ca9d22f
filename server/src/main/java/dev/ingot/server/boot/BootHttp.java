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
import java.util.function.BiFunction;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ContextHandlerCollection;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.resource.Resource;
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

  private final Server server;
  private final ServerConnector connector;

  /**
   * @param addresses our own addresses on the networks that are served
   * @param folders of the boot files, the first wins
   * @param mirrors whose files are given too, or null
   * @param script the script for a MAC that is asked for from an address
   */
  BootHttp(
      List<String> addresses,
      int port,
      List<Path> folders,
      @Nullable Mirrors mirrors,
      BiFunction<MacAddress, Ipv4, String> script,
      BootEvidence evidence) {
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("boot-http");
    threads.setVirtualThreadsExecutor(new VirtualThreadPool());
    server = new Server(threads);
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(8192);
    ServerConnector first = null;
    for (String address : addresses) {
      ServerConnector each = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
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
        served(ResourceFactory.combine(folders.stream().map(resources::newResource).toList()));
    ContextHandlerCollection contexts =
        new ContextHandlerCollection(
            new ContextHandler(new Noted("", files, evidence), "/files"),
            new ContextHandler(new Scripts(script), "/boot"));
    if (mirrors != null) {
      Handler kept = new BootMirrors(mirrors, served(resources.newResource(mirrors.objects())));
      contexts.addHandler(
          new ContextHandler(new Noted("/mirrors", kept, evidence), BootMirrors.CONTEXT));
    }
    server.setHandler(contexts);
    server.setErrorHandler(new PlainErrors());
  }

  private static ResourceHandler served(Resource folder) {
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(folder);
    files.setDirAllowed(false);
    files.setAcceptRanges(true);
    files.setEtags(true);
    return files;
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

  /** {@code /boot/ipxe?mac=…}. */
  private static final class Scripts extends Handler.Abstract {
    private final BiFunction<MacAddress, Ipv4, String> script;

    private Scripts(BiFunction<MacAddress, Ipv4, String> script) {
      this.script = script;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      if (!Request.getPathInContext(request).equals("/ipxe")
          || !(request.getMethod().equals("GET") || request.getMethod().equals("HEAD"))) {
        return false;
      }
      Fields query = Request.extractQueryParameters(request);
      String mac = query.getValue("mac");
      Ipv4 address = address(request);
      if (mac == null || !MacAddress.isValid(mac.replace('-', ':')) || address == null) {
        response.setStatus(400);
        send(
            response,
            callback,
            "#!ipxe\n"
                + "echo Ingot: the request names no MAC address (mac=52:54:00:12:34:56)\n"
                + "sleep 5\n"
                + "exit 1\n");
      } else {
        send(response, callback, script.apply(MacAddress.parse(mac), address));
      }
      return true;
    }

    private static void send(Response response, Callback callback, String text) {
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
      response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      response.getHeaders().put(HttpHeader.CONTENT_LENGTH, bytes.length);
      response.write(true, java.nio.ByteBuffer.wrap(bytes), callback);
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
      return super.handle(request, response, callback);
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
