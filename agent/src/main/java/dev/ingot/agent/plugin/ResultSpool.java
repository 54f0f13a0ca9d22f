package dev.ingot.agent.plugin;

import dev.ingot.agent.link.NodeResults;
import dev.ingot.protocol.Message;
import dev.ingot.protocol.MessageCodec;
import dev.ingot.protocol.PluginMessage;
import dev.ingot.protocol.PluginResult;
import dev.ingot.protocol.ProtocolException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Results on the node's disk, a file each, from the end of a run until the server has stored it: a
 * kill of the agent loses none. When there is no more room the oldest goes, which is counted and
 * told. Safe for many threads.
 */
final class ResultSpool implements NodeResults {
  private static final Logger log = LoggerFactory.getLogger(ResultSpool.class);
  private static final String ORIGIN = "origin";
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FOLDER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path folder;
  private final long mostBytes;
  private final int mostFiles;
  private final String origin;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Map<String, CompletableFuture<String>> awaited = new HashMap<>();
  private long bytes;
  private long number;
  private long lost;
  private @Nullable PluginResult underWay;
  private @Nullable Entry underWayEntry;
  private Runnable news = () -> {};

  private record Entry(Path file, long size) {}

  private ResultSpool(Path folder, long mostBytes, int mostFiles, String origin) {
    this.folder = folder;
    this.mostBytes = mostBytes;
    this.mostFiles = mostFiles;
    this.origin = origin;
  }

  /** Takes a folder, and what waits in it. */
  static ResultSpool open(Path folder, long mostBytes, int mostFiles, RandomGenerator random)
      throws IOException {
    Files.createDirectories(folder, PRIVATE_FOLDER);
    ResultSpool spool =
        new ResultSpool(folder, mostBytes, mostFiles, originOf(folder.resolve(ORIGIN), random));
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder)) {
      for (Path file : found) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(".new")) {
          Files.delete(file);
        } else if (name.matches("[0-9]{19}\\.json")) {
          files.add(file);
        }
      }
    }
    files.sort(null);
    for (Path file : files) {
      spool.entries.add(new Entry(file, Files.size(file)));
      spool.bytes += Files.size(file);
      spool.number = Long.parseLong(String.valueOf(file.getFileName()).substring(0, 19));
    }
    return spool;
  }

  private static String originOf(Path file, RandomGenerator random) throws IOException {
    if (Files.exists(file)) {
      String origin = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (origin.matches("[0-9a-f]{16}")) {
        return origin;
      }
    }
    byte[] made = new byte[8];
    random.nextBytes(made);
    String origin = HexFormat.of().formatHex(made);
    write(file, (origin + "\n").getBytes(StandardCharsets.US_ASCII));
    return origin;
  }

  /** What tells this store from those of other systems on the same machine. */
  String origin() {
    return origin;
  }

  /**
   * Keeps a result until it is stored.
   *
   * @return done when it is, with why its output is no value, empty when it is one
   * @throws IOException when the disk does not take it
   */
  CompletableFuture<String> add(PluginResult result) throws IOException {
    CompletableFuture<String> stored = new CompletableFuture<>();
    synchronized (this) {
      awaited.put(result.id(), stored);
    }
    keep(result);
    return stored;
  }

  /**
   * Keeps a result that nobody waits for.
   *
   * @throws IOException when the disk does not take it
   */
  void keep(PluginResult result) throws IOException {
    Runnable tell;
    synchronized (this) {
      byte[] encoded = MessageCodec.encode(new PluginMessage.Result(result));
      while (!entries.isEmpty()
          && (entries.size() >= mostFiles || bytes + encoded.length > mostBytes)) {
        drop(entries.remove());
      }
      Path file = folder.resolve("%019d.json".formatted(++number));
      write(file, encoded);
      entries.add(new Entry(file, encoded.length));
      bytes += encoded.length;
      tell = news;
    }
    tell.run();
  }

  /** Nobody waits any more. */
  synchronized void forget(String id) {
    awaited.remove(id);
  }

  private void drop(Entry oldest) {
    bytes -= oldest.size();
    lost++;
    log.warn("no room for more results of plugins: the oldest, {}, is dropped", oldest.file());
    delete(oldest.file());
  }

  private static void write(Path file, byte[] content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE),
            PRIVATE_FILE)) {
      ByteBuffer buffer = ByteBuffer.wrap(content);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    Path folder = file.getParent();
    if (folder != null) {
      try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
        directory.force(true);
      }
    }
  }

  @Override
  public synchronized @Nullable PluginResult next() {
    while (underWay == null && !entries.isEmpty()) {
      Entry entry = entries.remove();
      PluginResult read = read(entry.file());
      if (read == null) {
        bytes -= entry.size();
        lost++;
        delete(entry.file());
      } else {
        underWayEntry = entry;
        underWay = read;
        return underWay;
      }
    }
    return null;
  }

  private @Nullable PluginResult read(Path file) {
    try {
      Message message = MessageCodec.decode(Files.readAllBytes(file));
      if (message instanceof PluginMessage.Result(PluginResult result)) {
        return lost == 0 ? result : withLost(result);
      }
      log.warn("{} is no result of a plugin and is dropped", file);
    } catch (IOException | ProtocolException e) {
      log.warn("the result {} cannot be read and is dropped: {}", file, e.toString());
    }
    return null;
  }

  private PluginResult withLost(PluginResult result) {
    long told = lost;
    lost = 0;
    return new PluginResult(
        result.id(),
        result.origin(),
        result.plugin(),
        result.format(),
        result.task(),
        result.time(),
        result.milliseconds(),
        result.exit(),
        result.error(),
        result.output(),
        told);
  }

  @Override
  public synchronized @Nullable PluginResult again() {
    return underWay;
  }

  @Override
  public void stored(String id, @Nullable String error) {
    CompletableFuture<String> waiting;
    synchronized (this) {
      if (underWay == null || underWayEntry == null || !underWay.id().equals(id)) {
        return;
      }
      bytes -= underWayEntry.size();
      delete(underWayEntry.file());
      underWay = null;
      underWayEntry = null;
      waiting = awaited.remove(id);
    }
    if (waiting != null) {
      waiting.complete(error == null ? "" : error);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("the result {} cannot be removed: {}", file, e.toString());
    }
  }

  @Override
  public synchronized void tell(Runnable whenAdded) {
    news = whenAdded;
  }
}
