package dev.ingot.app;

import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import dev.ingot.testkit.FreePort;
import dev.ingot.testkit.TestDatabase;
import dev.ingot.testkit.TestFolders;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * Server processes over one database, by their numbers from 0, each with a folder and a port. Where
 * Debian's libfaketime is installed the second one's clock is three hours ahead.
 */
final class SeveralServers implements RandomKills.Servers, AutoCloseable {
  private static final Duration MOST = Duration.ofSeconds(120);
  private static final Path FAKE_TIME =
      Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1");

  private final TestDatabase database;
  private final Path folder;
  private final List<Integer> ports = new ArrayList<>();
  private final List<IngotProcess> processes = new CopyOnWriteArrayList<>();

  SeveralServers(TestDatabase database, String name) throws IOException {
    this.database = database;
    folder = TestFolders.fresh(name);
    Files.setPosixFilePermissions(
        Files.writeString(folder.resolve("password"), database.password()),
        PosixFilePermissions.fromString("rw-------"));
  }

  /** Starts so many, all at once. */
  List<IngotProcess> startAll(int many) throws Exception {
    for (int i = 0; i < many; i++) {
      ports.add(FreePort.next());
    }
    List<IngotProcess> first = new ArrayList<>();
    try (ExecutorService starting = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<IngotProcess>> each = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        int number = i;
        each.add(starting.submit(() -> start(number)));
      }
      for (Future<IngotProcess> one : each) {
        first.add(one.get());
      }
    }
    return first;
  }

  @Override
  public IngotProcess start(int number) throws Exception {
    Map<String, String> environment =
        new TreeMap<>(
            Map.of(
                "INGOT_DATA_DIR", data(number).toString(),
                "INGOT_HTTP_PORT", String.valueOf(ports.get(number)),
                "INGOT_DATABASE_URL", database.url(),
                "INGOT_DATABASE_USER", database.user(),
                "INGOT_DATABASE_PASSWORD_FILE", folder.resolve("password").toString()));
    if (number == 1 && !Files.exists(FAKE_TIME)) {
      System.out.println("libfaketime is not installed: the servers' clocks are alike");
    } else if (number == 1) {
      environment.put("LD_PRELOAD", FAKE_TIME.toString());
      environment.put("FAKETIME", "+3h");
    }
    IngotProcess server = new IngotProcess(environment, "server", "--log", "text");
    processes.add(server);
    server.await("ready at", MOST);
    return server;
  }

  @Override
  public String name(int number) throws IOException {
    return Files.readString(data(number).resolve("server.id")).strip();
  }

  private Path data(int number) {
    return folder.resolve("server-" + number);
  }

  /** As its own administrator. */
  IngotClient client(int number) {
    try {
      String token = Files.readString(data(number).resolve("admin.token")).strip();
      URI address = URI.create("http://127.0.0.1:" + ports.get(number) + "/");
      return new IngotClient(new ClientSettings(address, token, null, Duration.ofSeconds(10)));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a server is asked for. */
  interface Asking {
    JsonNode of(IngotClient client);
  }

  /** Asks a server until it answers. */
  JsonNode again(int number, Asking asking) throws InterruptedException {
    long end = System.nanoTime() + MOST.toNanos();
    while (true) {
      try (IngotClient client = client(number)) {
        return asking.of(client);
      } catch (ClientException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  @Override
  public void close() throws IOException {
    processes.forEach(IngotProcess::close);
    TestFolders.discard(folder);
  }
}
