package dev.ingot.server.boot.profiles;

import dev.ingot.server.boot.profiles.BootProfile.Kind;
import java.util.List;
import java.util.Map;

/**
 * The profiles that are always there. One of the operator's own with the same name takes its place.
 */
public final class ShippedProfiles {
  private static final String IMAGE = "images/microkernel/{{boot.machine}}/";

  /**
   * What Debian's kernel does at each start and a machine that is only looked at needs not: tests
   * of ciphers that nothing here uses, and zeros in every page before something is written there.
   */
  private static final String SOONER = "cryptomgr.notests init_on_alloc=0";

  public static final List<BootProfile> ALL =
      List.of(
          new BootProfile(
              "microkernel",
              Kind.KERNEL,
              "The small Linux with the agent in it, from `ingot images build`.",
              null,
              IMAGE + "vmlinuz",
              List.of(IMAGE + "initrd.img"),
              "quiet "
                  + SOONER
                  + " console=tty0 console=ttyS0 panic=30 BOOTIF={{boot.mac}}"
                  + " ingot.server={{boot.server}} ingot.ticket={{boot.ticket}}"
                  + " ingot.syslog={{boot.syslog}}",
              Map.of(),
              0),
          of(
              "disk",
              Kind.DISK,
              "What the machine's own disk holds: it gets no answer from the network."),
          of("ignore", Kind.IGNORE, "The machine is never answered."));

  private ShippedProfiles() {}

  private static BootProfile of(String name, Kind kind, String description) {
    return new BootProfile(name, kind, description, null, null, List.of(), "", Map.of(), 0);
  }
}
