package dev.ingot.server.webhooks;

import dev.ingot.core.Json;
import dev.ingot.server.events.Event;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Posts events: one signed request, one bounded answer, no redirects, an end in any case. */
final class Sender implements AutoCloseable {
  private final TargetGuard guard;
  private final SSLContext trust;
  private final Duration timeout;
  private final InstantSource clock;
  private final String userAgent;
  private @Nullable HttpClient client;

  Sender(
      TargetGuard guard, SSLContext trust, Duration timeout, InstantSource clock, String version) {
    this.guard = guard;
    this.trust = trust;
    this.timeout = timeout;
    this.clock = clock;
    this.userAgent = "Ingot/" + version;
  }

  /**
   * Posts events and says what came of it.
   *
   * @param attempt which it is, from 1 on
   */
  Outcome send(Webhook hook, SigningSecret secret, List<Event> events, int attempt)
      throws InterruptedException {
    URI url = URI.create(hook.url());
    byte[] body = Json.bytes(hook.batch() == 1 ? events.getFirst() : events);
    String timestamp = Long.toString(clock.instant().getEpochSecond());
    HttpRequest request =
        HttpRequest.newBuilder(url)
            .timeout(timeout)
            .header("Content-Type", "application/json")
            .header("User-Agent", userAgent)
            .header("Ingot-Webhook", hook.name())
            .header(
                "Ingot-Event-Id", events.stream().map(Event::id).collect(Collectors.joining(",")))
            .header("Ingot-Timestamp", timestamp)
            .header("Ingot-Attempt", Integer.toString(attempt))
            .header("Ingot-Signature", "v1=" + secret.sign(timestamp, body))
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    long start = System.nanoTime();
    AtomicReference<HttpResponse.@Nullable ResponseInfo> answered = new AtomicReference<>();
    Answer answer = ask(url, request, answered);
    int millis = (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    HttpResponse.ResponseInfo info = answered.get();
    return info == null
        ? new Outcome(Outcome.Kind.FAILED, null, answer.failure(), null, millis)
        : Verdict.of(info, answer.body(), clock.instant(), millis);
  }

  /** What was read of an answer, or why there is none. */
  private record Answer(byte[] body, String failure) {
    static Answer none(String failure) {
      return new Answer(new byte[0], failure);
    }
  }

  private Answer ask(
      URI url, HttpRequest request, AtomicReference<HttpResponse.@Nullable ResponseInfo> answered)
      throws InterruptedException {
    CompletableFuture<HttpResponse<byte[]>> asked = null;
    try {
      guard.check(url);
      asked =
          client()
              .sendAsync(
                  request,
                  info -> {
                    answered.set(info);
                    return new FirstBytes();
                  });
      return new Answer(asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS).body(), "");
    } catch (TargetGuard.Forbidden e) {
      return Answer.none(String.valueOf(e.getMessage()));
    } catch (UnknownHostException e) {
      return Answer.none("the host " + url.getHost() + " is unknown");
    } catch (TimeoutException e) {
      asked.cancel(true);
      return Answer.none(slow());
    } catch (ExecutionException e) {
      return Answer.none(said(e.getCause() == null ? e : e.getCause()));
    } catch (InterruptedException e) {
      if (asked != null) {
        asked.cancel(true);
      }
      throw e;
    }
  }

  private String slow() {
    return "no answer within " + timeout.toMillis() / 1000.0 + " s";
  }

  private String said(Throwable thrown) {
    return switch (thrown) {
      case HttpTimeoutException _ -> slow();
      case ConnectException _ -> "nobody answers at the address";
      case SSLException e -> "TLS: " + e.getMessage();
      case IOException e -> "the connection broke: " + e.getMessage();
      default -> thrown.toString();
    };
  }

  private synchronized HttpClient client() {
    if (client == null) {
      client =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(timeout)
              .sslContext(trust)
              .executor(Executors.newVirtualThreadPerTaskExecutor())
              .build();
    }
    return client;
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      client.shutdownNow();
    }
  }
}
