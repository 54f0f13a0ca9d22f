package dev.ingot.server.access;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code admin.token} in the data folder (mode 0600), by which the user that runs the
 * server is its first administrator. Made at start when it is missing or its token no longer lives;
 * a revoked one therefore stays dead until a start.
 */
public final class AdminToken {
  private static final Logger LOG = LoggerFactory.getLogger(AdminToken.class);
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");

  private final Path file;
  private final String name;
  private final Jdbi jdbi;
  private final Tokens tokens;

  /**
   * @param server this server's name: several servers over one database have an administrator's
   *     token each
   */
  public AdminToken(Path dataFolder, String server, Jdbi jdbi, Tokens tokens) {
    this.file = dataFolder.resolve("admin.token");
    this.name = "admin@" + server;
    this.jdbi = jdbi;
    this.tokens = tokens;
  }

  /**
   * Makes the file unless it holds a live token. One at a time: after a restore the request and
   * whoever watches for restores both come, and the second finds what the first made.
   */
  public synchronized void ensure() {
    try {
      Optional<TokenSecret> kept = read();
      if (kept.isPresent() && lives(kept.get())) {
        Files.setPosixFilePermissions(file, OWNER_ONLY);
        return;
      }
      write(remake());
      LOG.info("wrote a new administrator's token to {}", file);
    } catch (IOException e) {
      throw new UncheckedIOException("administrator's token " + file + ": " + e.getMessage(), e);
    }
  }

  private Optional<TokenSecret> read() throws IOException {
    return Files.isRegularFile(file)
        ? Optional.of(new TokenSecret(Files.readString(file, StandardCharsets.UTF_8).strip()))
        : Optional.empty();
  }

  private boolean lives(TokenSecret secret) {
    return jdbi.withHandle(
        handle ->
            handle
                .createQuery(
                    "select exists (select from token where hash = :hash and revoked is null"
                        + " and role = 'admin' and (expires is null or expires > now()))")
                .bind("hash", secret.hash())
                .mapTo(Boolean.class)
                .one());
  }

  private TokenSecret remake() {
    return jdbi.inTransaction(
        handle -> {
          Optional<Long> lost =
              handle
                  .createQuery("select id from token where name = :name and revoked is null")
                  .bind("name", name)
                  .mapTo(Long.class)
                  .findOne();
          lost.ifPresent(id -> tokens.revoke(handle, Principal.SYSTEM, id));
          return tokens.create(handle, Principal.SYSTEM, name, Role.ADMIN, null).secret();
        });
  }

  /** Beside the file and then in its place: whoever reads sees the old one or the new one whole. */
  private void write(TokenSecret secret) throws IOException {
    Path beside = file.resolveSibling("admin.token.new");
    Files.deleteIfExists(beside);
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(OWNER_ONLY))) {
      ByteBuffer line = StandardCharsets.UTF_8.encode(secret.text() + "\n");
      while (line.hasRemaining()) {
        channel.write(line);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
