package dev.ingot.server.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a network is reached by a card, or lies within this machine: loopback, veth, tap. */
final class NetworkCard {
  private static final Path INTERFACES = Path.of("/sys/class/net");
  private static final String LOWER = "lower_";

  private NetworkCard() {}

  /**
   * @param address one of ours
   * @return whether its interface is a card, or a bridge, bond or VLAN that has one beneath it
   */
  static boolean under(String address) {
    try {
      NetworkInterface its = NetworkInterface.getByInetAddress(InetAddress.getByName(address));
      return its != null && under(INTERFACES, its.getName());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /**
   * @param interfaces {@code /sys/class/net}
   */
  static boolean under(Path interfaces, String name) throws IOException {
    Path its = interfaces.resolve(name);
    if (Files.exists(its.resolve("device"))) {
      return true;
    }
    try (DirectoryStream<Path> lower = Files.newDirectoryStream(its, LOWER + "*")) {
      for (Path each : lower) {
        if (under(interfaces, each.getFileName().toString().substring(LOWER.length()))) {
          return true;
        }
      }
    }
    return false;
  }
}
