package dev.ingot.app;

import dev.ingot.broker.EmbeddedBroker;
import dev.ingot.cli.CommandException;
import dev.ingot.cli.ExitCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The broker of {@code up --amqp}, on loopback. Its URL with the password that was made for it is
 * kept in a file that only its user reads, and stays the same from one start to the next.
 */
final class TryoutBroker implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TryoutBroker.class);
  private static final int USUAL_PORT = 5672;
  private static final Pattern URL =
      Pattern.compile("amqp://ingot:([0-9A-Za-z]{1,200})@127\\.0\\.0\\.1:([0-9]{1,5})/");

  private final EmbeddedBroker broker;
  private final Path file;

  private TryoutBroker(EmbeddedBroker broker, Path file) {
    this.broker = broker;
    this.file = file;
  }

  /** Starts it where it was before, else on the usual port, else on one that is free. */
  static TryoutBroker start(Path data) {
    Path file = data.resolve("amqp.url");
    String password = newPassword();
    int port = USUAL_PORT;
    Matcher before = before(file);
    if (before.matches()) {
      password = before.group(1);
      port = Integer.parseInt(before.group(2));
    }
    try {
      return new TryoutBroker(EmbeddedBroker.start(port, password), file);
    } catch (IllegalStateException e) {
      log.info("{}; taking another port", e.getMessage());
      return new TryoutBroker(anywhere(password), file);
    }
  }

  private static EmbeddedBroker anywhere(String password) {
    try {
      return EmbeddedBroker.start(0, password);
    } catch (IllegalStateException e) {
      throw new CommandException(ExitCode.FAILED, String.valueOf(e.getMessage()), e);
    }
  }

  private static Matcher before(Path file) {
    try {
      return URL.matcher(Files.readString(file).strip());
    } catch (NoSuchFileException e) {
      return URL.matcher("");
    } catch (IOException e) {
      throw new CommandException(ExitCode.FAILED, "cannot read " + file + ": " + e, e);
    }
  }

  private static String newPassword() {
    byte[] bytes = new byte[20];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  String url() {
    return broker.url();
  }

  Path file() {
    return file;
  }

  /** Keeps the URL; the data folder is there by now. */
  void keep() throws IOException {
    Path beside = file.resolveSibling("amqp.url.new");
    Files.deleteIfExists(beside);
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer text = ByteBuffer.wrap((url() + "\n").getBytes(StandardCharsets.UTF_8));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    broker.close();
  }
}
