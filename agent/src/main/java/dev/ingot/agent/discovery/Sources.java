package dev.ingot.agent.discovery;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the machine was told of its server, by those who may say where it is: the kernel's
 * arguments, then DHCP, then DNS.
 *
 * @param root below which the files lie
 * @param dns {@code dns:} for the machine's resolvers, or {@code dns://address:port}
 */
public record Sources(Path root, String dns) {
  /** DHCP's option, one of those that RFC 3942 leaves to sites: the URL as text. */
  public static final int OPTION = 224;

  private static final int MOST_OCTETS = 1 << 20;
  private static final Pattern KERNEL = Pattern.compile("(?:^|\\s)ingot\\.server=(\\S+)");
  private static final Pattern PIN =
      Pattern.compile("(?:^|\\s)ingot\\.pin=([0-9A-Fa-f:]{64,95})(?=\\s|$)");

  /** systemd-networkd, NetworkManager and our microkernel: the octets in hexadecimal. */
  private static final Pattern HEX_LINE =
      Pattern.compile(
          "(?m)^(?:OPTION_" + OPTION + "|opt" + OPTION + ")=['\"]?([0-9A-Fa-f]+)['\"]?$");

  /** ISC's dhclient: a text, or octets with colons. */
  private static final Pattern DHCLIENT =
      Pattern.compile(
          "option (?:unknown-" + OPTION + "|ingot-server) (?:\"([^\"]*)\"|([0-9A-Fa-f:]+));");

  private static final List<String> LEASES =
      List.of(
          "run/ingot",
          "run/systemd/netif/leases",
          "var/lib/NetworkManager",
          "var/lib/dhcp",
          "var/lib/dhclient");

  /** Of this machine. */
  public static Sources here() {
    return new Sources(Path.of("/"), "dns:");
  }

  /** What the kernel's arguments say. */
  List<Place> kernel() {
    String arguments = read(root.resolve("proc/cmdline"));
    Matcher url = KERNEL.matcher(arguments);
    Matcher pin = PIN.matcher(arguments);
    String pinned = pin.find() ? pin.group(1) : null;
    return url.find()
        ? List.of(new Place(url.group(1), "the kernel argument ingot.server", pinned))
        : List.of();
  }

  /** What DHCP servers said, as the machine's clients wrote it down; the newest last in a file. */
  List<Place> dhcp() {
    Set<Place> found = new LinkedHashSet<>();
    for (String folder : LEASES) {
      for (Path file : files(root.resolve(folder))) {
        String text = read(file);
        String url = last(HEX_LINE.matcher(text), DHCLIENT.matcher(text));
        if (!url.isEmpty()) {
          found.add(new Place(url, "DHCP option " + OPTION + " in " + file, null));
        }
      }
    }
    return List.copyOf(found);
  }

  private static String last(Matcher hex, Matcher dhclient) {
    String url = "";
    while (hex.find()) {
      url = octets(hex.group(1));
    }
    while (dhclient.find()) {
      String text = dhclient.group(1);
      url = text != null ? text : octets(dhclient.group(2).replace(":", ""));
    }
    return url.strip();
  }

  private static String octets(String hex) {
    return hex.length() % 2 == 1
        ? ""
        : new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8).replace("\0", "");
  }

  /** Domains in which DNS is asked. */
  List<String> domains() {
    Set<String> domains = new LinkedHashSet<>();
    for (String line : read(root.resolve("etc/resolv.conf")).split("\n", -1)) {
      String[] words = line.strip().split("\\s+");
      if (words.length > 1 && (words[0].equals("search") || words[0].equals("domain"))) {
        domains.addAll(List.of(words).subList(1, words.length));
      }
    }
    String hostname = read(root.resolve("proc/sys/kernel/hostname")).strip();
    int dot = hostname.indexOf('.');
    if (dot > 0) {
      domains.add(hostname.substring(dot + 1));
    }
    domains.remove(".");
    return domains.stream().limit(8).toList();
  }

  private static List<Path> files(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        if (Files.isRegularFile(entry)) {
          files.add(entry);
        }
      }
    } catch (IOException e) {
      return List.of(); // not this machine's client
    }
    files.sort(null);
    return files;
  }

  private static String read(Path file) {
    try (var in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_OCTETS), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return ""; // nobody said anything there
    }
  }
}
