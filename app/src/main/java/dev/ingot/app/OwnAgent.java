package dev.ingot.app;

import dev.ingot.client.ClientException;
import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What {@code up} does for this machine's own agent through the API, as its administrator. */
final class OwnAgent implements AutoCloseable {
  private static final Duration TOKEN_LIFE = Duration.ofMinutes(15);

  private final Path folder;
  private final IngotClient client;

  /**
   * @param data the data folder, with {@code admin.token} in it
   * @param certificates of the server, null without TLS
   */
  OwnAgent(Path data, URI server, @Nullable Path certificates) throws IOException {
    this.folder = data.resolve("agent");
    String token = Files.readString(data.resolve("admin.token")).strip();
    this.client =
        new IngotClient(new ClientSettings(server, token, certificates, Duration.ofSeconds(30)));
  }

  /** Where an agent that has not joined yet finds its enrolment token. */
  Path tokenFile() {
    return folder.resolve("enrolment.token");
  }

  /** Whether the agent has been let in before, with the key that it has. */
  boolean hasJoined() {
    return Files.exists(folder.resolve("joined")) && Files.exists(folder.resolve("key"));
  }

  /** Makes a token for one use and leaves it where only the agent's user can read it. */
  void leaveToken() throws IOException {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("name", "this-machine");
    body.put("expiresInSeconds", TOKEN_LIFE.toSeconds());
    body.put("maxUses", 1);
    write(tokenFile(), client.createEnrolmentToken(body).path("secret").asString(""));
  }

  /** The agent was let in: the token is of no more use. */
  void joined(String nodeId) throws IOException {
    Files.deleteIfExists(tokenFile());
    write(folder.resolve("joined"), nodeId);
  }

  /** This machine's inventory, null while it is not stored. */
  @Nullable JsonNode inventory(String nodeId) {
    try {
      return client.inventory(nodeId);
    } catch (ClientException e) {
      return null;
    }
  }

  private void write(Path file, String text) throws IOException {
    Files.createDirectories(
        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path beside = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(beside);
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      channel.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public void close() {
    client.close();
  }
}
