package dev.ingot.server.boot;

import dev.ingot.server.boot.mirror.Mirrors;
import dev.ingot.server.boot.mirror.Mirrors.Found;
import dev.ingot.server.boot.mirror.Reading;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code /files/mirrors/NAME/…}. What is kept is given like any file, with ranges and tags; what is
 * not yet is passed on while it comes, and kept.
 */
final class BootMirrors extends Handler.Wrapper {
  static final String CONTEXT = "/files/mirrors";

  private final Mirrors mirrors;

  /**
   * @param objects gives the files that are kept, by name
   */
  BootMirrors(Mirrors mirrors, Handler objects) {
    super(objects);
    this.mirrors = mirrors;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    boolean head = request.getMethod().equals("HEAD");
    if (!head && !request.getMethod().equals("GET")) {
      return false;
    }
    String path = request.getHttpURI().getPath();
    int slash = path.indexOf('/', CONTEXT.length() + 1);
    if (!path.startsWith(CONTEXT + "/") || slash < 0) {
      return false;
    }
    boolean whole = head || request.getHeaders().contains(HttpHeader.RANGE);
    Found found =
        mirrors.find(path.substring(CONTEXT.length() + 1, slash), path.substring(slash + 1), whole);
    return switch (found) {
      case Found.Kept kept -> {
        HttpURI uri = HttpURI.build(request.getHttpURI()).path(CONTEXT + "/" + kept.name());
        yield super.handle(Request.serveAs(request, uri.asImmutable()), response, callback);
      }
      case Found.Coming coming -> {
        pass(coming.reading(), response, callback);
        yield true;
      }
      case Found.Missing missing -> {
        say(missing, response, callback);
        yield true;
      }
    };
  }

  /** A file that breaks off ends its connection: nobody takes a part for the whole. */
  private static void pass(Reading reading, Response response, Callback callback)
      throws InterruptedException {
    try (reading) {
      if (reading.length() >= 0) {
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, reading.length());
      }
      OutputStream out = Content.Sink.asOutputStream(response);
      reading.copyTo(out);
      out.close();
      callback.succeeded();
    } catch (IOException broken) {
      callback.failed(broken);
    }
  }

  private static void say(Found.Missing missing, Response response, Callback callback) {
    response.setStatus(missing.status());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=utf-8");
    byte[] bytes = ("Ingot: " + missing.reason() + "\n").getBytes(StandardCharsets.UTF_8);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }
}
