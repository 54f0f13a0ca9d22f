package dev.ingot.agent.bootstrap;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bundles on this machine: a folder each, by the digest of its document, which appears whole or not
 * at all. {@code order} names those that may be started, the newest first; {@code bad} those that
 * were and failed.
 */
final class BundleStore {
  private static final Logger log = LoggerFactory.getLogger(BundleStore.class);
  private static final String DOCUMENT = "bundle";
  private static final int KEPT = 2;
  private static final int MOST_BAD = 100;

  private final Path folder;
  private final Path bundles;

  BundleStore(Path folder) throws IOException {
    this.folder = folder;
    this.bundles = folder.resolve("bundles");
    Files.createDirectories(
        bundles,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  /** Where files come from. */
  interface Source {
    void fetch(Manifest.Entry file, Path into) throws IOException, BundleException;
  }

  /** A bundle that is here, whole. */
  record Bundle(SignedManifest signed, Path folder) {
    List<Path> classPath() {
      return signed.manifest().files().stream()
          .map(file -> folder.resolve("files").resolve(file.path()))
          .filter(path -> path.toString().endsWith(".jar"))
          .toList();
    }
  }

  /** The newest one that is whole, signed by somebody trusted, and did not fail. */
  Optional<Bundle> usable(List<PublicKey> trusted) throws IOException {
    List<String> bad = lines("bad");
    for (String digest : lines("order")) {
      if (!bad.contains(digest)) {
        Path place = bundles.resolve(digest);
        try {
          SignedManifest signed =
              SignedManifest.verified(Files.readAllBytes(place.resolve(DOCUMENT)), trusted);
          for (Manifest.Entry file : signed.manifest().files()) {
            check(place.resolve("files").resolve(file.path()), file);
          }
          return Optional.of(new Bundle(signed, place));
        } catch (BundleException | NoSuchFileException e) {
          log.warn("the bundle {} here cannot be used: {}", digest, e.getMessage());
        }
      }
    }
    return Optional.empty();
  }

  boolean isBad(String digest) throws IOException {
    return lines("bad").contains(digest);
  }

  /** Puts a bundle beside those that are here; from now on it is the first that is started. */
  Bundle add(SignedManifest signed, Source source) throws IOException, BundleException {
    Path place = bundles.resolve(signed.digest());
    Path draft = bundles.resolve("." + signed.digest() + ".new");
    if (!Files.isDirectory(place)) {
      for (Manifest.Entry file : signed.manifest().files()) {
        Path at = draft.resolve("files").resolve(file.path());
        Files.createDirectories(at.getParent());
        if (!isWhole(at, file)) {
          Files.deleteIfExists(at);
          source.fetch(file, at);
          check(at, file);
          sync(at);
        }
      }
      write(draft.resolve(DOCUMENT), signed.document());
      Files.move(draft, place, StandardCopyOption.ATOMIC_MOVE);
      sync(bundles);
    }
    List<String> order = new ArrayList<>(lines("order"));
    order.remove(signed.digest());
    order.addFirst(signed.digest());
    replace("order", order.subList(0, Math.min(order.size(), KEPT + 1)));
    tidy();
    return new Bundle(signed, place);
  }

  /** It was started and failed: the next one is taken, now and after every restart. */
  void failed(Bundle bundle) throws IOException {
    List<String> bad = new ArrayList<>(lines("bad"));
    bad.remove(bundle.signed().digest());
    bad.addFirst(bundle.signed().digest());
    replace("bad", bad.subList(0, Math.min(bad.size(), MOST_BAD)));
  }

  /** It may be started again. */
  void forgive(Bundle bundle) throws IOException {
    List<String> bad = new ArrayList<>(lines("bad"));
    bad.remove(bundle.signed().digest());
    replace("bad", bad);
  }

  private static boolean isWhole(Path at, Manifest.Entry file) throws IOException {
    try {
      check(at, file);
      return true;
    } catch (BundleException e) {
      return false; // it was not fetched, or not to its end
    }
  }

  private static void check(Path at, Manifest.Entry file) throws IOException, BundleException {
    if (!Files.isRegularFile(at) || Files.size(at) != file.size()) {
      throw new BundleException(file.path() + " is not there, or not whole");
    }
    MessageDigest digest = SignedManifest.sha256();
    try (InputStream in = Files.newInputStream(at)) {
      byte[] buffer = new byte[64 << 10];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        digest.update(buffer, 0, count);
      }
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(file.sha256())) {
      throw new BundleException(file.path() + " is not what its digest says");
    }
  }

  private List<String> lines(String name) throws IOException {
    try {
      return Files.readAllLines(folder.resolve(name), StandardCharsets.US_ASCII).stream()
          .filter(line -> line.matches("[0-9a-f]{64}"))
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private void replace(String name, List<String> lines) throws IOException {
    Path draft = folder.resolve(name + ".new");
    write(draft, (String.join("\n", lines) + "\n").getBytes(StandardCharsets.US_ASCII));
    Files.move(
        draft,
        folder.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    sync(folder);
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE))) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Leaves only what may still be started. */
  private void tidy() throws IOException {
    List<String> kept = lines("order");
    List<Path> gone;
    try (Stream<Path> all = Files.list(bundles)) {
      gone = all.filter(path -> !kept.contains(path.getFileName().toString())).toList();
    }
    for (Path each : gone) {
      try (Stream<Path> all = Files.walk(each)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
