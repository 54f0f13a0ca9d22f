package dev.ingot.postgres;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * As whom PostgreSQL runs: it refuses root, so root hands it to the system user {@code ingot};
 * anyone else runs it as themselves.
 */
final class Account {
  private static final Logger log = LoggerFactory.getLogger(Account.class);
  private static final String SYSTEM_USER = "ingot";
  private static final Duration SHORT = Duration.ofSeconds(10);

  private final String name;
  private final boolean other;
  private final List<String> become;

  private Account(String name, boolean other, List<String> become) {
    this.name = name;
    this.other = other;
    this.become = become;
  }

  /** The account for this process's own user; as root the system user is made when missing. */
  static Account choose() {
    if (!isRoot()) {
      return new Account(System.getProperty("user.name"), false, List.of());
    }
    makeSystemUser();
    return new Account(SYSTEM_USER, true, findWayToBecome());
  }

  String name() {
    return name;
  }

  /** Whether it is not the user of this process. */
  boolean isOther() {
    return other;
  }

  /** The command, run as this account. */
  List<String> command(List<String> arguments) {
    List<String> command = new ArrayList<>(become);
    command.addAll(arguments);
    return command;
  }

  /** Gives a file or folder that this process made to the account. */
  void own(Path path) throws IOException {
    if (other) {
      UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
      PosixFileAttributeView view =
          Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
      view.setOwner(users.lookupPrincipalByName(name));
      view.setGroup(users.lookupPrincipalByGroupName(name));
    }
  }

  /**
   * Checks that the account can walk down to the folder.
   *
   * @throws PostgresException naming the first folder that it cannot pass
   */
  void mustReach(Path folder) {
    if (canPass(folder)) {
      return;
    }
    for (int depth = 1; depth <= folder.getNameCount(); depth++) {
      Path part = folder.getRoot().resolve(folder.subpath(0, depth));
      if (!canPass(part)) {
        throw new PostgresException(
            "the folder %s cannot be entered by the user %s, as whom PostgreSQL runs: chmod a+x %s, or choose another data folder"
                .formatted(part, name, part));
      }
    }
  }

  private boolean canPass(Path folder) {
    return Command.run(
            SHORT, command(List.of("/bin/sh", "-c", "test -x \"$1\"", "sh", folder.toString())))
        .ok();
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      throw new PostgresException("read the user of /proc/self: " + Reason.of(e), e);
    }
  }

  private static void makeSystemUser() {
    if (exists()) {
      return;
    }
    Command.Result made =
        Command.run(
            Duration.ofMinutes(1),
            List.of(
                "useradd",
                "--system",
                "--user-group",
                "--no-create-home",
                "--home-dir",
                "/nonexistent",
                "--shell",
                "/usr/sbin/nologin",
                "--comment",
                "Ingot database",
                SYSTEM_USER));
    if (!made.ok() && !exists()) { // another process may have made it at the same moment
      throw new PostgresException(
          "make the system user ingot, as whom PostgreSQL runs (it refuses root): "
              + made.complaint());
    }
    log.info("made the system user {}: PostgreSQL refuses to run as root", SYSTEM_USER);
  }

  private static boolean exists() {
    try {
      UserPrincipalLookupService users = FileSystems.getDefault().getUserPrincipalLookupService();
      users.lookupPrincipalByName(SYSTEM_USER);
      users.lookupPrincipalByGroupName(SYSTEM_USER);
      return true;
    } catch (IOException e) {
      return false; // UserPrincipalNotFoundException
    }
  }

  /** All three are in util-linux, which Debian never goes without. */
  private static List<String> findWayToBecome() {
    List<List<String>> ways =
        List.of(
            List.of(
                "setpriv",
                "--reuid",
                SYSTEM_USER,
                "--regid",
                SYSTEM_USER,
                "--clear-groups",
                "--inh-caps=-all",
                "--no-new-privs",
                "--"),
            List.of(
                "setpriv", "--reuid", SYSTEM_USER, "--regid", SYSTEM_USER, "--clear-groups", "--"),
            List.of("runuser", "-u", SYSTEM_USER, "--"));
    String complaint = "";
    for (List<String> way : ways) {
      List<String> probe = new ArrayList<>(way);
      probe.addAll(List.of("/bin/sh", "-c", ":"));
      Command.Result result = Command.run(SHORT, probe);
      if (result.ok()) {
        return way;
      }
      complaint = result.complaint();
    }
    throw new PostgresException(
        "run a program as the user ingot (tried setpriv and runuser): " + complaint);
  }
}
