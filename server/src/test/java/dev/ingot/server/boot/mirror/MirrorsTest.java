package dev.ingot.server.boot.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.ingot.server.boot.mirror.Mirrors.Found;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server of files that breaks off, changes its files and goes away. */
class MirrorsTest {
  private static final int SIZE = 300_000;

  @TempDir Path folder;
  private SloppyUpstream upstream;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private final List<Mirrors> opened = new ArrayList<>();

  @BeforeEach
  void begin() throws IOException {
    upstream = new SloppyUpstream();
  }

  @AfterEach
  void end() {
    opened.forEach(Mirrors::close);
    upstream.close();
  }

  private Mirrors mirrors(long most) throws IOException {
    Mirrors mirrors =
        new Mirrors(
            Map.of("up", new MirrorSettings(upstream.url(), null)), folder, most, () -> now);
    opened.add(mirrors);
    return mirrors;
  }

  private static byte[] bytes(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** All of it, as a machine would get it. */
  private static byte[] get(Mirrors mirrors, String path) throws IOException {
    try {
      Found found = mirrors.find("up", path, false);
      if (found instanceof Found.Kept kept) {
        return Files.readAllBytes(mirrors.objects().resolve(kept.name()));
      }
      if (found instanceof Found.Missing missing) { // it broke off before its first byte was read
        throw new IOException(missing.reason());
      }
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (Reading reading = ((Found.Coming) found).reading()) {
        reading.copyTo(out);
      }
      return out.toByteArray();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Found.Missing missing(Mirrors mirrors, String path) throws InterruptedException {
    Found found = mirrors.find("up", path, true);
    assertThat(found).as(found.toString()).isInstanceOf(Found.Missing.class);
    return (Found.Missing) found;
  }

  private static long files(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.count();
    }
  }

  @Test
  void aFileIsFetchedOnceForManyAndKeptOverARestart() throws Exception {
    byte[] whole = bytes(1, SIZE);
    upstream.files.put("/a/vmlinuz", whole);
    upstream.slow = true;
    Mirrors mirrors = mirrors(1 << 20);
    try (ExecutorService machines = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<byte[]>> got = new ArrayList<>();
      for (int machine = 0; machine < 20; machine++) {
        got.add(machines.submit(() -> get(mirrors, "a/vmlinuz")));
      }
      for (Future<byte[]> each : got) {
        assertThat(each.get()).isEqualTo(whole);
      }
    }
    assertThat(upstream.requests).hasValue(1);
    assertThat(mirrors.find("up", "a/vmlinuz", true)).isInstanceOf(Found.Kept.class);
    upstream.close();
    now = now.plusSeconds(7200); // to be asked again, but nobody is there
    assertThat(get(mirrors(1 << 20), "a/vmlinuz")).isEqualTo(whole);
  }

  @Test
  void whatBreaksOffGoesOnWhereItWasOrIsNeverTakenForWhole() throws Exception {
    for (int seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      byte[] whole = bytes(seed, SIZE + random.nextInt(SIZE));
      String path = "f" + seed;
      upstream.files.put("/" + path, whole);
      upstream.breaks.add(100_000 + random.nextInt(SIZE - 100_000)); // bytes, some of which arrive
      boolean changes = random.nextBoolean();
      if (changes) {
        upstream.changed.put("/" + path, bytes(seed + 1000, whole.length));
      }
      Mirrors mirrors = mirrors(10 << 20);
      if (changes) {
        assertThatThrownBy(() -> get(mirrors, path))
            .as("seed %d", seed)
            .isInstanceOf(IOException.class)
            .hasMessageContaining("cannot go on");
        byte[] other = upstream.files.get("/" + path);
        await() // the one that failed is out of the way
            .ignoreExceptions()
            .untilAsserted(() -> assertThat(get(mirrors, path)).isEqualTo(other));
      } else {
        assertThat(get(mirrors, path)).as("seed %d", seed).isEqualTo(whole);
      }
      mirrors.close();
    }
    assertThat(files(folder.resolve("parts"))).isZero();
  }

  @Test
  void aFileIsAskedForAgainInItsTimeAndTheNewOneReplacesIt() throws Exception {
    upstream.files.put("/f", bytes(1, 1000));
    Mirrors mirrors = mirrors(1 << 20);
    get(mirrors, "f");
    await().until(() -> mirrors.find("up", "f", true) instanceof Found.Kept);
    get(mirrors, "f");
    assertThat(upstream.requests).hasValue(1);
    now = now.plusSeconds(3601);
    assertThat(get(mirrors, "f")).isEqualTo(bytes(1, 1000));
    assertThat(upstream.unchanged).hasValue(1);
    now = now.plusSeconds(3601);
    upstream.files.put("/f", bytes(2, 2000));
    assertThat(get(mirrors, "f")).isEqualTo(bytes(2, 2000));
    await().until(() -> files(mirrors.objects()) == 1);
    now = now.plusSeconds(3601);
    upstream.files.remove("/f");
    assertThat(missing(mirrors, "f").status()).isEqualTo(404);
  }

  @Test
  void theDiskHoldsNoMoreThanItMayAndTheOldestGives() throws Exception {
    Mirrors mirrors = mirrors(10_000);
    for (int file = 0; file < 12; file++) {
      upstream.files.put("/f" + file, bytes(file, 2500));
      get(mirrors, "f" + file);
      String name = "f" + file;
      await().until(() -> mirrors.find("up", name, true) instanceof Found.Kept);
      get(mirrors, "f0"); // what is asked for stays
      try (var kept = Files.list(mirrors.objects())) {
        assertThat(kept.mapToLong(each -> each.toFile().length()).sum())
            .isLessThanOrEqualTo(10_000);
      }
    }
    assertThat(upstream.requests).hasValue(12);
    upstream.files.put("/large", bytes(99, 10_001));
    assertThat(missing(mirrors, "large").reason()).contains("netboot.mirror-cache");
    assertThat(missing(mirrors, "large").status()).isEqualTo(502);
  }

  @Test
  void namesThatLeadElsewhereAreNoFiles() throws Exception {
    upstream.files.put("/secret", bytes(1, 10));
    Mirrors mirrors = mirrors(1 << 20);
    for (String path :
        List.of(
            "../secret",
            "a/../../secret",
            "a/%2e%2e/secret",
            "a%2F..%2fsecret",
            "a/",
            "",
            "./secret",
            "a\\b",
            "a?b",
            "é")) {
      assertThat(missing(mirrors, path).status()).as(path).isEqualTo(404);
    }
    assertThat(mirrors.find("nowhere", "f", true)).isInstanceOf(Found.Missing.class);
    assertThat(upstream.requests).hasValue(0);
    assertThatThrownBy(() -> new MirrorSettings("ftp://x/", null))
        .hasMessageContaining("not an http or https URL");
    assertThatThrownBy(() -> new MirrorSettings("http://x/y", null))
        .hasMessageContaining("ends in a slash");
  }

  @Test
  void whatSomebodySpoiledOnTheDiskIsFetchedAnew() throws Exception {
    byte[] whole = bytes(1, 1000);
    upstream.files.put("/f", whole);
    Mirrors mirrors = mirrors(1 << 20);
    get(mirrors, "f");
    await().until(() -> mirrors.find("up", "f", true) instanceof Found.Kept);
    mirrors.close();
    Found.Kept kept = (Found.Kept) mirrors.find("up", "f", true);
    Files.write(mirrors.objects().resolve(kept.name()), Arrays.copyOf(whole, 999));
    Files.write(folder.resolve("parts/left"), whole);
    Files.writeString(folder.resolve("entries/nonsense"), "{");
    assertThat(get(mirrors(1 << 20), "f")).isEqualTo(whole);
    assertThat(upstream.requests).hasValue(2);
    assertThat(folder.resolve("parts/left")).doesNotExist();
  }
}
