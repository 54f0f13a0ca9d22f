package dev.ingot.server.boot.mirror;

import dev.ingot.core.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What is kept on the disk: whole files under the checksum of what is in them, and which file of
 * which mirror that is. Files come in under another name and are renamed when they are whole, so a
 * part never counts. Those that were asked for longest ago give way.
 */
final class MirrorCache {
  private static final Logger LOG = LoggerFactory.getLogger(MirrorCache.class);
  private static final int MOST_FILES = 100_000;

  private final Path objects;
  private final Path entries;
  private final Path parts;
  private final long most;
  private final Map<String, MirrorFile> files = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, Integer> users = new LinkedHashMap<>();
  private long used;
  private long reserved;

  /**
   * Reads what is kept; what is not whole is removed.
   *
   * @param most how many bytes, with those that are on their way
   */
  MirrorCache(Path folder, long most) throws IOException {
    this.objects = Files.createDirectories(folder.resolve("objects"));
    this.entries = Files.createDirectories(folder.resolve("entries"));
    this.parts = Files.createDirectories(folder.resolve("parts"));
    this.most = most;
    for (Path part : list(parts)) {
      Files.delete(part);
    }
    for (Path entry : list(entries)) {
      MirrorFile file = read(entry);
      if (file == null || !whole(file) || files.size() >= MOST_FILES) {
        Files.delete(entry);
      } else {
        add(file);
      }
    }
    Set<String> known = new HashSet<>(users.keySet());
    for (Path object : list(objects)) {
      if (!known.contains(String.valueOf(object.getFileName()))) {
        Files.delete(object);
      }
    }
    makeRoom(0);
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> paths = Files.list(folder)) {
      return paths.toList();
    }
  }

  private static @Nullable MirrorFile read(Path entry) {
    try {
      JsonNode json = Json.read(Files.readString(entry));
      String checksum = json.path("checksum").asString("");
      return checksum.matches("[0-9a-f]{64}")
          ? new MirrorFile(
              json.path("key").asString(""),
              checksum,
              json.path("size").asLong(-1),
              json.path("tag").stringValue(null),
              json.path("modified").stringValue(null),
              json.path("checked").asLong(0))
          : null;
    } catch (IOException | JacksonException unreadable) {
      return null;
    }
  }

  private boolean whole(MirrorFile file) throws IOException {
    Path object = objects.resolve(file.checksum());
    return Files.isRegularFile(object) && Files.size(object) == file.size();
  }

  Path objects() {
    return objects;
  }

  /** A name under which a file may come in. */
  Path part() throws IOException {
    return Files.createTempFile(parts, "part-", "");
  }

  /** The file of that key, or null when it is not kept. Counts as asked for. */
  synchronized @Nullable MirrorFile get(String key) {
    MirrorFile file = files.get(key);
    if (file != null && !Files.isRegularFile(objects.resolve(file.checksum()))) {
      remove(key); // somebody tidied up
      return null;
    }
    return file;
  }

  /**
   * Keeps room for a file that comes; others give way.
   *
   * @return whether there is that much room
   */
  synchronized boolean reserve(long bytes) {
    if (!makeRoom(bytes)) {
      return false;
    }
    reserved += bytes;
    return true;
  }

  synchronized void unreserve(long bytes) {
    reserved -= bytes;
  }

  private boolean makeRoom(long bytes) {
    if (bytes > most - reserved) {
      return false;
    }
    Iterator<MirrorFile> oldest = List.copyOf(files.values()).iterator();
    while ((used + reserved + bytes > most || files.size() >= MOST_FILES) && oldest.hasNext()) {
      remove(oldest.next().key());
    }
    return used + reserved + bytes <= most;
  }

  /** A file that is whole now, and for which room is reserved. */
  synchronized void put(MirrorFile file, Path part) throws IOException {
    Files.move(part, objects.resolve(file.checksum()), StandardCopyOption.ATOMIC_MOVE);
    MirrorFile before = files.get(file.key());
    if (before != null && !before.checksum().equals(file.checksum())) {
      remove(file.key());
    }
    write(file);
    add(file);
  }

  /** Its mirror says that it is still that file. */
  synchronized void update(MirrorFile file) throws IOException {
    if (files.containsKey(file.key())) {
      write(file);
      files.put(file.key(), file);
    }
  }

  private void write(MirrorFile file) throws IOException {
    Path part = part();
    Files.writeString(
        part,
        Json.write(
            Json.MAPPER
                .createObjectNode()
                .put("key", file.key())
                .put("checksum", file.checksum())
                .put("size", file.size())
                .put("tag", file.tag())
                .put("modified", file.modified())
                .put("checked", file.checked())));
    Files.move(part, entry(file.key()), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path entry(String key) {
    byte[] digest = sha256().digest(key.getBytes(StandardCharsets.UTF_8));
    return entries.resolve(HexFormat.of().formatHex(digest));
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }

  private void add(MirrorFile file) {
    if (files.put(file.key(), file) == null && users.merge(file.checksum(), 1, Integer::sum) == 1) {
      used += file.size();
    }
  }

  private void remove(String key) {
    MirrorFile file = files.remove(key);
    if (file == null) {
      return;
    }
    try {
      Files.deleteIfExists(entry(key));
      if (users.merge(file.checksum(), -1, (count, one) -> count + one == 0 ? null : count + one)
          == null) {
        used -= file.size();
        Files.deleteIfExists(objects.resolve(file.checksum())); // whoever reads it reads on
      }
    } catch (IOException stays) {
      LOG.warn("cannot remove {} from the mirrors' files: {}", key, stays.getMessage());
    }
  }

  synchronized long used() {
    return used;
  }
}
