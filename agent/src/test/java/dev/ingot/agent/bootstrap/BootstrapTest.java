package dev.ingot.agent.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bundles that are fetched over HTTP from a server that may cut, and started as processes. */
class BootstrapTest {
  private static final Duration SOON = Duration.ofSeconds(40);

  @TempDir private Path folder;
  private Path served;
  private Path log;
  private Path keyFile;
  private String key;
  private HttpServer server;
  private volatile int cutAfter = Integer.MAX_VALUE;
  private volatile boolean hold;
  private final CountDownLatch held = new CountDownLatch(1);

  /** How a bootstrap of a test is made, but for how it waits. */
  interface Made {
    Bootstrap of(Bootstrap.Pause pause) throws IOException;
  }

  static Made bootstrap(Path store, String url, String key, Path log) {
    return pause ->
        new Bootstrap(
            store,
            new BootstrapSettings(
                List.of(key), null, null, Duration.ofSeconds(1), Duration.ofSeconds(30)),
            () -> Optional.of(new BundleServer(URI.create(url), null, false)),
            FakeAgent.environment(log),
            pause,
            System::nanoTime);
  }

  @BeforeEach
  void start() throws Exception {
    served = folder.resolve("served");
    log = folder.resolve("log");
    List<String> made = BundleMaker.newKey();
    key = made.getFirst();
    keyFile = Files.write(folder.resolve("key"), made);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/api/v1/agent-bundle", this::answer);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    held.countDown();
    server.stop(0);
  }

  private String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring("/api/v1/agent-bundle".length());
    byte[] bytes =
        Files.readAllBytes(served.resolve(path.isEmpty() ? "bundle" : path.substring(1)));
    exchange.sendResponseHeaders(200, bytes.length);
    int length = path.isEmpty() ? bytes.length : Math.min(cutAfter, bytes.length);
    exchange.getResponseBody().write(bytes, 0, length);
    exchange.getResponseBody().flush();
    if (hold && !path.isEmpty()) {
      try {
        held.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    exchange.close();
  }

  private void publish(String version, long number, Map<PublicKey, PrivateKey> keys)
      throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JarOutputStream jar = new JarOutputStream(bytes);
        InputStream code = FakeAgent.class.getResourceAsStream("FakeAgent.class")) {
      jar.putNextEntry(new JarEntry("dev/ingot/agent/bootstrap/FakeAgent.class"));
      jar.write(code.readAllBytes());
      jar.putNextEntry(new JarEntry("version.txt"));
      jar.write(version.getBytes(StandardCharsets.UTF_8));
    }
    Path jar = Files.write(folder.resolve("agent.jar"), bytes.toByteArray());
    byte[] padding = new byte[300_000];
    new Random(number).nextBytes(padding);
    Path large = Files.write(folder.resolve("large.bin"), padding);
    BundleMaker.make(served, List.of(jar, large), number, version, FakeAgent.class.getName(), keys);
  }

  private void publish(String version, long number) throws Exception {
    publish(version, number, BundleMaker.keys(List.of(keyFile)));
  }

  private List<String> started() throws IOException {
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  /** A bootstrap that runs until it is closed. */
  private final class Running implements AutoCloseable {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final Thread thread;

    Running() throws IOException {
      Bootstrap bootstrap =
          bootstrap(folder.resolve("store"), url(), key, log)
              .of(most -> asked.await(most.toMillis(), TimeUnit.MILLISECONDS));
      thread =
          Thread.ofPlatform()
              .start(
                  () -> {
                    try {
                      bootstrap.run();
                    } catch (IOException | InterruptedException e) {
                      throw new IllegalStateException(e);
                    }
                  });
    }

    @Override
    public void close() {
      asked.countDown();
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Test
  void theNewestBundleRunsABadOneIsGivenUpAndAnOlderOneIsNeverTaken() throws Exception {
    publish("one", 1);
    try (Running running = new Running()) {
      await().atMost(SOON).until(() -> started().equals(List.of("one")));
      publish("two", 2);
      await().atMost(SOON).until(() -> started().equals(List.of("one", "two")));
      publish("bad", 3);
      await().atMost(SOON).until(() -> started().equals(List.of("one", "two", "bad", "two")));
      publish("older", 1);
      publish("older", 2);
      await()
          .during(Duration.ofMillis(2_500))
          .atMost(SOON)
          .until(() -> !started().contains("older"));
      assertThat(running.thread.isAlive()).isTrue();
    }
    // Without a server it starts what it has; the bad one is remembered.
    server.stop(0);
    try (Running running = new Running()) {
      await()
          .atMost(SOON)
          .until(() -> started().equals(List.of("one", "two", "bad", "two", "two")));
      assertThat(running.thread.isAlive()).isTrue();
    }
  }

  @Test
  void whateverIsServedOrDamagedTheOldOneStaysRunnable() throws Exception {
    publish("one", 1);
    BundleStore store = new BundleStore(folder.resolve("store"));
    List<PublicKey> trusted = List.of(SignedManifest.key(key));
    BundleServer source = new BundleServer(URI.create(url()), null, false);
    store.add(source.present(trusted), source::fetch);

    publish("cut", 2);
    cutAfter = 1_000;
    SignedManifest cut = source.present(trusted);
    assertThatThrownBy(() -> store.add(cut, source::fetch)).isInstanceOf(Exception.class);
    assertThat(version(store, trusted)).isEqualTo("one");
    cutAfter = Integer.MAX_VALUE;

    Path file = served.resolve("files").resolve(cut.manifest().files().get(1).sha256());
    byte[] right = Files.readAllBytes(file);
    byte[] wrong = right.clone();
    wrong[7]++;
    Files.write(file, wrong);
    assertThatThrownBy(() -> store.add(cut, source::fetch))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("digest");
    assertThat(version(store, trusted)).isEqualTo("one");

    // Signed by a stranger, by nobody, changed after it was signed.
    Path stranger = Files.write(folder.resolve("stranger"), BundleMaker.newKey());
    publish("forged", 9, BundleMaker.keys(List.of(stranger)));
    assertThatThrownBy(() -> source.present(trusted)).hasMessageContaining("bootstrap.keys");
    publish("signed by both", 3, BundleMaker.keys(List.of(stranger, keyFile)));
    assertThat(source.present(trusted).manifest().version()).isEqualTo("signed by both");
    byte[] document = Files.readAllBytes(served.resolve("bundle"));
    String text = new String(document, StandardCharsets.UTF_8);
    for (String other :
        List.of(
            text.replace("number 3", "number 4"),
            text.replaceAll("(?m)^signature.*$", ""),
            text.replace("lib/agent.jar", "../agent.jar"),
            "",
            "x".repeat(2 << 20))) {
      Files.writeString(served.resolve("bundle"), other);
      assertThatThrownBy(() -> source.present(trusted)).isInstanceOf(BundleException.class);
    }
    Files.write(served.resolve("bundle"), document);
    store.add(source.present(trusted), source::fetch);
    assertThat(version(store, trusted)).isEqualTo("signed by both");

    // Damaged where it lies: the one before is the one.
    try (Stream<Path> files = Files.walk(folder.resolve("store/bundles"))) {
      for (Path jar : files.filter(path -> path.endsWith("large.bin")).toList()) {
        if (Files.mismatch(jar, folder.resolve("large.bin")) < 0) {
          Files.write(jar, new byte[5]);
        }
      }
    }
    assertThat(version(store, trusted)).isEqualTo("one");
  }

  private static String version(BundleStore store, List<PublicKey> trusted) throws IOException {
    return store.usable(trusted).map(bundle -> bundle.signed().manifest().version()).orElse("none");
  }

  @Test
  void killedInTheMiddleOfFetchingItStartsTheOldOneAndFetchesTheRestLater() throws Exception {
    publish("one", 1);
    Process loader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                FakeAgent.Loader.class.getName(),
                folder.resolve("store").toString(),
                url(),
                key,
                log.toString())
            .inheritIO()
            .start();
    try {
      await().atMost(SOON).until(() -> started().equals(List.of("one")));
      hold = true;
      cutAfter = 100_000;
      publish("two", 2);
      await()
          .atMost(SOON)
          .until(
              () -> {
                try (Stream<Path> files = Files.walk(folder.resolve("store/bundles"))) {
                  return files.anyMatch(path -> path.toString().contains(".new/files"));
                }
              });
    } finally {
      loader.destroyForcibly().waitFor();
    }
    try (Running running = new Running()) {
      // The server still holds: what is here runs once the fetch is given up.
      held.countDown();
      await().atMost(SOON).until(() -> started().equals(List.of("one", "one")));
      hold = false;
      cutAfter = Integer.MAX_VALUE;
      await().atMost(SOON).until(() -> started().equals(List.of("one", "one", "two")));
      assertThat(running.thread.isAlive()).isTrue();
    }
  }
}
