package dev.ingot.server;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What this machine calls itself. */
final class MachineName {
  private MachineName() {}

  static String here() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.isBlank() ? "localhost" : name;
    } catch (UnknownHostException e) {
      return "localhost"; // a machine without a name has this one
    }
  }
}
