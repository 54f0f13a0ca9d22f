package dev.ingot.simulator.rack;

import java.io.IOException;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A rack's network: a namespace with a switch, to which its machines, its BMCs and a DHCP server
 * are attached, and one cable to this machine's own namespace. Nothing leads further.
 */
final class RackNetwork {
  private static final String SWITCH = "br0";

  /** Lets LLDP (01:80:c2:00:00:0e) pass, which bridges keep to themselves. */
  private static final String LLDP = "0x4000";

  private static final String PREFIX = "fd69:6e67:6f74:";

  private static final int SUBNETS = 256;

  private final RackSettings settings;

  RackNetwork(RackSettings settings) {
    this.settings = settings;
  }

  /** A network of 254 addresses that this machine is not in yet. */
  static String freeSubnet() {
    return freeSubnet(0);
  }

  /**
   * @param first which of them is looked at first
   */
  private static String freeSubnet(int first) {
    Set<String> taken = new HashSet<>();
    for (String address : addresses()) {
      taken.add(address.replaceFirst("\\.\\d+$", ""));
    }
    String routes = Programs.run(List.of("ip", "-4", "route", "show"));
    for (int looked = 0; looked < SUBNETS; looked++) {
      String subnet = "10.219." + (first + looked) % SUBNETS;
      if (!taken.contains(subnet) && !routes.contains(subnet + ".")) {
        return subnet;
      }
    }
    throw new RackException("every network from 10.219.0.0 to 10.219.255.0 is in use here");
  }

  /** Another than the one that two took: at random, or the two would meet again. */
  static String anotherSubnet() {
    return freeSubnet(ThreadLocalRandom.current().nextInt(SUBNETS));
  }

  /** The addresses of this machine, one as often as it is there. */
  private static List<String> addresses() {
    List<String> addresses = new ArrayList<>();
    try {
      for (NetworkInterface each :
          java.util.Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InterfaceAddress address : each.getInterfaceAddresses()) {
          addresses.add(address.getAddress().getHostAddress());
        }
      }
      return addresses;
    } catch (SocketException e) {
      throw new RackException("cannot look at this machine's networks: " + e.getMessage(), e);
    }
  }

  /**
   * Makes the namespace, the switch and the cable.
   *
   * @return false when another rack, laid at the same moment, has the same network: whoever sees
   *     that gives way, and at least the later one does
   */
  boolean lay() {
    Programs.Result made = Programs.tryTo(List.of("ip", "netns", "add", settings.namespace()));
    if (made.status() != 0) {
      String said = made.output().strip();
      throw new RackException(
          said.contains("File exists")
              ? "rack " + settings.name() + " is there already: ingot rack down"
              : "cannot make a network namespace, which needs root: " + said);
    }
    ip(
        "link",
        "add",
        settings.cable(),
        "type",
        "veth",
        "peer",
        "name",
        "cable",
        "netns",
        settings.namespace());
    ip("addr", "add", settings.gateway() + "/24", "dev", settings.cable());
    if (addresses().stream().filter(settings.gateway()::equals).count() > 1) {
      return false;
    }
    ip("link", "set", settings.cable(), "up");
    inside("link", "set", "lo", "up");
    inside(
        "link",
        "add",
        SWITCH,
        "type",
        "bridge",
        "stp_state",
        "0",
        "forward_delay",
        "0",
        "mcast_snooping",
        "0",
        "group_fwd_mask",
        LLDP);
    inside("link", "set", "cable", "master", SWITCH, "up");
    inside("addr", "add", settings.subnet() + ".2/24", "dev", SWITCH);
    // Old iPXE waits 16 s for a router advertisement where there is none.
    inside("addr", "add", prefix() + ":2/64", "dev", SWITCH, "nodad");
    inside("link", "set", SWITCH, "up");
    for (RackMachine machine : settings.machines()) {
      for (int port = 0; port < settings.ports(); port++) {
        inside("tuntap", "add", "dev", machine.tap(port), "mode", "tap");
        inside("link", "set", machine.tap(port), "master", SWITCH, "up");
      }
      if (settings.bmc()) {
        inside("addr", "add", machine.bmcAddress() + "/24", "dev", SWITCH);
      }
    }
    return true;
  }

  /** Addresses and router advertisements only: what to boot is another's to say. */
  void serveAddresses(Path folder) {
    List<String> command = new ArrayList<>(command("dnsmasq"));
    command.addAll(
        List.of(
            "--conf-file=/dev/null",
            "--port=0",
            "--interface=" + SWITCH,
            "--bind-dynamic",
            "--user=root",
            "--no-ping",
            "--pid-file=" + folder.resolve("dnsmasq.pid"),
            "--log-facility=" + folder.resolve("dnsmasq.log"),
            "--dhcp-leasefile=" + folder.resolve("leases"),
            "--dhcp-range=" + settings.subnet() + ".100," + settings.subnet() + ".199,3600",
            "--dhcp-option=option:router,0.0.0.0",
            "--enable-ra",
            "--dhcp-range=" + prefix() + ":,ra-only"));
    Programs.run(command);
  }

  /** The address that a port was given, by its MAC; those of no port are left out. */
  Map<String, String> addresses(Path folder) {
    Map<String, String> addresses = new HashMap<>();
    Path leases = folder.resolve("leases");
    if (!Files.isReadable(leases)) {
      return addresses;
    }
    try {
      for (String line : Files.readAllLines(leases)) {
        String[] words = line.split(" ", -1);
        if (words.length >= 3 && words[2].contains(".")) {
          addresses.put(words[1], words[2]);
        }
      }
      return addresses;
    } catch (IOException e) {
      throw new RackException("cannot read " + leases + ": " + e.getMessage(), e);
    }
  }

  /** How a program is run inside. */
  List<String> command(String... program) {
    List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", settings.namespace()));
    command.addAll(List.of(program));
    return command;
  }

  private String prefix() {
    return PREFIX + Integer.toHexString(Math.abs(settings.name().hashCode() % 0xffff)) + ":";
  }

  private static void ip(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    Programs.run(command);
  }

  private void inside(String... arguments) {
    List<String> command = new ArrayList<>(List.of("ip", "-n", settings.namespace()));
    command.addAll(List.of(arguments));
    Programs.run(command);
  }
}
