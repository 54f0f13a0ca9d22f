package dev.ingot.cli;

import dev.ingot.client.ClientSettings;
import dev.ingot.client.IngotClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the server is and with which token: flags, then environment, then this machine's own. */
final class Session {
  static final String WHERE_TOKENS_COME_FROM =
      "a token comes from INGOT_TOKEN, --token-file, or admin.token in the data folder";

  private static final String STANDARD = "http://127.0.0.1:8080";

  private Session() {}

  /** Where the server is. */
  static URI server(Terminal terminal, Call call) {
    String server =
        first(call.option("--server"), terminal.environment().get("INGOT_SERVER"), STANDARD);
    try {
      return URI.create(server);
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, "--server: " + e.getMessage(), e);
    }
  }

  static IngotClient open(Terminal terminal, Call call) {
    Map<String, String> environment = terminal.environment();
    URI address = server(terminal, call);
    String certificates = call.option("--certificates");
    String seconds = first(call.option("--timeout"), null, "30");
    if (!seconds.matches("[1-9]\\d{0,5}")) {
      throw CommandException.usage("--timeout is a number of seconds, not " + seconds);
    }
    try {
      return new IngotClient(
          new ClientSettings(
              address,
              token(call.option("--token-file"), environment, address),
              certificates == null ? null : Path.of(certificates),
              Duration.ofSeconds(Long.parseLong(seconds))));
    } catch (IllegalArgumentException e) {
      throw new CommandException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  static @Nullable String token(
      @Nullable String file, Map<String, String> environment, URI server) {
    String named = first(file, null, environment.getOrDefault("INGOT_TOKEN_FILE", ""));
    if (file == null && !environment.getOrDefault("INGOT_TOKEN", "").isEmpty()) {
      return environment.get("INGOT_TOKEN");
    }
    if (!named.isEmpty()) {
      return read(Path.of(named));
    }
    // The administrator's token of this machine goes to this machine only.
    boolean here = String.valueOf(server.getHost()).matches("localhost|127(\\.\\d+){3}|\\[::1]");
    Path own = dataFolder(environment).resolve("admin.token");
    return here && Files.isReadable(own) ? read(own) : null;
  }

  /** As the server finds it. */
  static Path dataFolder(Map<String, String> environment) {
    String named = environment.getOrDefault("INGOT_DATA_DIR", "");
    if (!named.isEmpty()) {
      return Path.of(named);
    }
    return System.getProperty("user.name", "").equals("root")
        ? Path.of("/var/lib/ingot")
        : Path.of(System.getProperty("user.home", "."), ".local/share/ingot");
  }

  private static String read(Path file) {
    try {
      Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
      if (permissions.contains(PosixFilePermission.OTHERS_READ)) {
        throw new CommandException(
            ExitCode.REFUSED, "others may read the token in " + file + ": chmod 600 " + file);
      }
      String token = Files.readString(file).strip();
      if (!token.matches("[!-~]{1,4096}")) {
        throw new CommandException(ExitCode.FAILED, file + " holds no token");
      }
      return token;
    } catch (IOException e) {
      throw new CommandException(
          ExitCode.FAILED, "cannot read the token from " + file + ": " + e.getMessage(), e);
    }
  }

  private static String first(@Nullable String left, @Nullable String right, String last) {
    if (left != null && !left.isEmpty()) {
      return left;
    }
    return right != null && !right.isEmpty() ? right : last;
  }
}
