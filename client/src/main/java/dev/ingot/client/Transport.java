package dev.ingot.client;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** One HTTP call: what is asked goes out, an answer or a {@link ClientException} comes back. */
final class Transport implements AutoCloseable {
  static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** The largest answer that is read into memory. */
  private static final int MAX_ANSWER = 64 << 20;

  private static final Duration CONNECT = Duration.ofSeconds(5);

  private final ClientSettings settings;
  private final HttpClient http;

  Transport(ClientSettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    if (settings.certificates() != null) {
      builder.sslContext(Certificates.trusting(settings.certificates()));
    }
    this.http = builder.build();
  }

  /** Asks for JSON; an empty answer is JSON null. */
  JsonNode json(String method, String path, Map<String, String> query, @Nullable JsonNode body) {
    BodyPublisher publisher = BodyPublishers.noBody();
    if (body != null) {
      publisher = BodyPublishers.ofByteArray(MAPPER.writeValueAsBytes(body));
    }
    HttpRequest.Builder request =
        request(path, query).timeout(settings.timeout()).method(method, publisher);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    try (InputStream in = send(request.header("Accept", "application/json").build()).body()) {
      return parse(200, in.readNBytes(MAX_ANSWER));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  /** Asks for a stream of bytes, with no limit in time. */
  HttpResponse<InputStream> stream(
      String method,
      String path,
      Map<String, String> query,
      Map<String, String> headers,
      BodyPublisher body) {
    HttpRequest.Builder request = request(path, query).method(method, body);
    headers.forEach(request::header);
    return send(request.build());
  }

  private HttpRequest.Builder request(String path, Map<String, String> query) {
    StringBuilder address = new StringBuilder(settings.server().toString());
    if (address.charAt(address.length() - 1) == '/') {
      address.setLength(address.length() - 1);
    }
    address.append(path);
    char separator = '?';
    for (Map.Entry<String, String> part : query.entrySet()) {
      address.append(separator).append(encoded(part.getKey())).append('=');
      address.append(encoded(part.getValue()));
      separator = '&';
    }
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(address.toString()));
    String token = settings.token();
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return request;
  }

  /** One segment of a path, or one part of a query. */
  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private HttpResponse<InputStream> send(HttpRequest request) {
    HttpResponse<InputStream> response;
    try {
      response = http.send(request, BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw ClientException.unreachable("interrupted", e);
    } catch (IOException e) {
      throw broken(e);
    }
    if (response.statusCode() / 100 == 2) {
      return response;
    }
    try (InputStream in = response.body()) {
      throw ClientException.answered(
          response.statusCode(), parse(response.statusCode(), in.readNBytes(MAX_ANSWER)));
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private JsonNode parse(int status, byte[] bytes) {
    if (bytes.length == 0) {
      return JsonNodeFactory.instance.nullNode();
    }
    try {
      return MAPPER.readTree(new ByteArrayInputStream(bytes));
    } catch (JacksonException e) {
      throw ClientException.notIngot(
          status, settings.server() + " answered " + status + " and no JSON: no Ingot server", e);
    }
  }

  private ClientException broken(IOException e) {
    String server = String.valueOf(settings.server());
    return switch (e) {
      case HttpConnectTimeoutException slow ->
          ClientException.unreachable(server + " does not answer", slow);
      case HttpTimeoutException slow ->
          ClientException.timedOut(
              server + " took longer than " + settings.timeout().toSeconds() + " s", slow);
      case ConnectException refused ->
          ClientException.unreachable("no server answers at " + server, refused);
      case SSLException tls when isAboutTrust(tls) ->
          ClientException.untrusted(
              "the certificate of " + server + " is signed by nobody trusted here", tls);
      case SSLException tls ->
          ClientException.notIngot(0, server + " speaks no TLS: " + tls.getMessage(), tls);
      default ->
          ClientException.unreachable(
              "the connection to " + server + " broke: " + e.getMessage(), e);
    };
  }

  private static boolean isAboutTrust(SSLException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertPathBuilderException || cause instanceof CertificateException) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
