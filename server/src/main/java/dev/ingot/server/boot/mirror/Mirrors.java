package dev.ingot.server.boot.mirror;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The mirrors by name: what is kept of them, and what is on its way, each file once. */
public final class Mirrors implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Mirrors.class);
  private static final int MOST_DOWNLOADS = 32;
  private static final int LONGEST_PATH = 1000;
  private static final Pattern PATH = Pattern.compile("[!-~&&[^?#\\\\]]+");
  private static final Pattern UPWARD = Pattern.compile("(?i)(^|/|%2f)(\\.|%2e){1,2}($|/|%2f)");

  private final Map<String, MirrorSettings> mirrors;
  private final MirrorCache cache;
  private final InstantSource clock;
  private final Map<String, Download> downloads = new HashMap<>();
  private final ExecutorService running =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("mirror-", 0).factory());

  /**
   * @param folder where files are kept
   * @param most bytes that are kept
   */
  public Mirrors(Map<String, MirrorSettings> mirrors, Path folder, long most, InstantSource clock)
      throws IOException {
    this.mirrors = Map.copyOf(mirrors);
    this.cache = new MirrorCache(folder, most);
    this.clock = clock;
  }

  /** What is to be answered for a file. */
  public sealed interface Found {
    /** It is kept, under this name in {@link #objects}. */
    record Kept(String name) implements Found {}

    /** It is on its way. */
    record Coming(Reading reading) implements Found {}

    /** There is none, or it cannot be had now. */
    record Missing(int status, String reason) implements Found {}
  }

  /** The folder of the files that are kept, each named by its checksum. */
  public Path objects() {
    return cache.objects();
  }

  /**
   * Finds a file: what is kept, if its mirror was asked not long ago, says so again, or cannot be
   * asked; else what comes.
   *
   * @param path below the mirror's URL, percent-encoded as it was asked for
   * @param whole whether to wait until it is kept, as for a part of it
   */
  public Found find(String mirror, String path, boolean whole) throws InterruptedException {
    MirrorSettings settings = mirrors.get(mirror);
    if (settings == null) {
      return new Found.Missing(404, "there is no mirror '" + mirror + "'");
    }
    if (path.length() > LONGEST_PATH
        || !PATH.matcher(path).matches()
        || UPWARD.matcher(path).find()
        || path.endsWith("/")) {
      return new Found.Missing(404, "'" + mirror + "' has no file of that name");
    }
    String key = mirror + " " + path;
    MirrorFile kept = cache.get(key);
    long now = clock.instant().getEpochSecond();
    if (kept != null && now - kept.checked() < settings.freshSeconds()) {
      return new Found.Kept(kept.checksum());
    }
    Download download = join(key, URI.create(settings.url() + path), kept, now);
    if (download == null) {
      return new Found.Missing(503, "too many files are on their way");
    }
    Download.State state = whole ? download.ended() : download.begun();
    if (state == Download.State.COMING) {
      return new Found.Coming(new Reading(download));
    }
    download.release();
    MirrorFile file = cache.get(key);
    if (file != null && (state != Download.State.FAILED || download.status() != 404)) {
      return new Found.Kept(file.checksum()); // its mirror is away: better this than nothing
    }
    return new Found.Missing(
        state == Download.State.FAILED ? download.status() : 502, download.failure());
  }

  private synchronized @Nullable Download join(
      String key, URI uri, @Nullable MirrorFile kept, long now) {
    Download known = downloads.get(key);
    if (known != null && known.join()) {
      return known;
    }
    if (downloads.size() >= MOST_DOWNLOADS) {
      return null;
    }
    Download download = new Download(uri, cache, kept);
    download.join();
    downloads.put(key, download);
    running.execute(() -> run(key, download, now));
    return download;
  }

  private void run(String key, Download download, long now) {
    try {
      download.run(key, now);
    } finally {
      synchronized (this) {
        downloads.remove(key, download);
      }
    }
    if (download.state() == Download.State.FAILED && download.status() != 404) {
      LOG.warn("{} of a mirror: {}", key.replace(' ', '/'), download.failure());
    }
  }

  @Override
  public void close() {
    running.shutdownNow();
  }
}
