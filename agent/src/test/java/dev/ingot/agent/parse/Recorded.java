package dev.ingot.agent.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Recorded outputs of real machines by the parser that reads them. They are no part of this
 * project; tests that need them are skipped where the folder is absent (system property {@code
 * ingot.fixtures} or {@code INGOT_FIXTURES}, else {@code shared/fixtures} beside the repository).
 */
record Recorded(String tool, String file, String text) {
  /** Folders by tool; of a folder with several tools, a part of the names of files. */
  private static final Map<String, String> FOLDERS = new LinkedHashMap<>();

  static {
    for (String tool :
        List.of(
            "dmidecode",
            "lspci",
            "lsblk",
            "lscpu",
            "lshw",
            "ethtool",
            "smartctl",
            "nvme",
            "hdparm",
            "storcli",
            "megacli",
            "ssacli",
            "arcconf",
            "efibootmgr",
            "lvm")) {
      FOLDERS.put(tool, tool + "/");
    }
    FOLDERS.put("mdstat", "mdraid/.*mdstat.*");
    FOLDERS.put("mdadm", "mdraid/.*(jc__|MDADM).*");
    FOLDERS.put("multipath", "misc/.*MULTIPATH.*");
    FOLDERS.put("lldpcli", "lldp/.*(netbox|unifabric|lldptool).*");
    FOLDERS.put("ipmitool-lan", "ipmi/.*(lan|LAN|summary).*");
    FOLDERS.put("ipmitool-fru", "ipmi/.*fru.*");
    FOLDERS.put("ipmitool-sdr", "ipmi/.*sdr.*");
    FOLDERS.put("ipmitool-sel", "ipmi/.*demo-power.*");
    FOLDERS.put("ipmitool-mc", "ipmi/.*mc-info.*");
    FOLDERS.put("ipmitool-user", "ipmi/.*user-list.*");
  }

  /** All of them, in order. */
  static List<Recorded> all() {
    List<Recorded> all = new ArrayList<>();
    FOLDERS.forEach((tool, pattern) -> all.addAll(of(tool, pattern)));
    assertThat(all).hasSizeGreaterThan(200);
    return all;
  }

  static Parsed parsed(String tool, String file) throws IOException, ParseFailure {
    return Parsers.parse(tool, text(folder().resolve(file)));
  }

  private static List<Recorded> of(String tool, String pattern) {
    Path folder = folder();
    String name = pattern.replaceFirst("/.*", "");
    String files = pattern.substring(name.length() + 1);
    try (Stream<Path> list = Files.list(folder.resolve(name))) {
      return list.sorted()
          .map(file -> folder.relativize(file).toString())
          .filter(file -> files.isEmpty() || file.matches(name + "/" + files))
          .map(file -> new Recorded(tool, file, text(folder.resolve(file))))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path folder() {
    Optional<String> named =
        Optional.ofNullable(System.getProperty("ingot.fixtures"))
            .or(() -> Optional.ofNullable(System.getenv("INGOT_FIXTURES")));
    List<Path> places =
        named.isPresent()
            ? List.of(Path.of(named.get()))
            : List.of(
                Path.of("../../shared/fixtures"),
                Path.of("../shared/fixtures"),
                Path.of("../../../shared/fixtures"));
    Optional<Path> found = places.stream().filter(Files::isDirectory).findFirst();
    Assumptions.assumeTrue(
        found.isPresent(), () -> "skipped: no recorded outputs in " + places + " (INGOT_FIXTURES)");
    return found.orElseThrow();
  }
}
