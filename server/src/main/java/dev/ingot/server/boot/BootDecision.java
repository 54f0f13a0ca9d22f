package dev.ingot.server.boot;

import dev.ingot.netboot.dhcp.BootArchitecture;
import dev.ingot.netboot.dhcp.BootClient;
import dev.ingot.server.boot.NetbootSettings.Clients;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import dev.ingot.server.boot.profiles.BootProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a machine gets: a pure function of what it asks, what is known of it and what its network
 * says.
 */
final class BootDecision {
  /** The words for architectures in profiles and in the API. */
  static final Map<BootArchitecture, String> WORDS =
      Map.ofEntries(
          Map.entry(BootArchitecture.BIOS, "bios"),
          Map.entry(BootArchitecture.UEFI_IA32, "uefi-ia32"),
          Map.entry(BootArchitecture.UEFI_X86_64, "uefi-x86_64"),
          Map.entry(BootArchitecture.UEFI_BYTE_CODE, "uefi-x86_64"),
          Map.entry(BootArchitecture.UEFI_ARM32, "uefi-arm32"),
          Map.entry(BootArchitecture.UEFI_ARM64, "uefi-arm64"),
          Map.entry(BootArchitecture.UEFI_IA32_HTTP, "uefi-ia32"),
          Map.entry(BootArchitecture.UEFI_X86_64_HTTP, "uefi-x86_64"),
          Map.entry(BootArchitecture.UEFI_BYTE_CODE_HTTP, "uefi-x86_64"),
          Map.entry(BootArchitecture.UEFI_ARM32_HTTP, "uefi-arm32"),
          Map.entry(BootArchitecture.UEFI_ARM64_HTTP, "uefi-arm64"));

  /** iPXE as Debian's package names it; arm64 comes from the operator's folder. */
  private static final Map<String, String> IPXE =
      Map.of(
          "bios",
          "undionly.kpxe",
          "uefi-x86_64",
          "snponly.efi",
          "uefi-ia32",
          "snponly-ia32.efi",
          "uefi-arm64",
          "snponly-arm64.efi");

  private static final String UNWANTED =
      "the network answers known machines only, and it is not listed";

  private BootDecision() {}

  /**
   * @param profiles a profile by its name, null for one that is gone
   */
  static BootVerdict decide(
      BootAsk ask,
      BootMachine machine,
      NetworkSettings network,
      Function<String, @Nullable BootProfile> profiles) {
    List<String> reasons = new ArrayList<>();
    if (!ask.client().boots()) {
      return nothing(reasons, "it asks for an address and for nothing to boot");
    }
    if (isIgnored(ask, network)) {
      return nothing(reasons, "the network's list 'ignore' holds " + ask.mac());
    }
    reasons.add(
        machine.node() != null
            ? ask.mac() + " belongs to node " + machine.node()
            : "no node has " + ask.mac());
    if (isUnwanted(machine, network)) {
      return nothing(reasons, UNWANTED);
    }
    String name = name(machine, network, reasons);
    BootProfile profile = profiles.apply(name);
    if (profile == null) {
      return nothing(reasons, "there is no profile '" + name + "' (any more)");
    }
    return switch (profile.kind()) {
      case DISK ->
          nothing(
              reasons,
              "it boots its own disk: it gets no answer, so that its firmware goes on to it");
      case IGNORE -> nothing(reasons, "a machine with this profile is never answered");
      case KERNEL, SCRIPT -> boot(ask.client(), profile, reasons);
    };
  }

  /**
   * Why a machine gets nothing at all, not even an address where addresses are given; null when
   * that is not so.
   */
  static @Nullable String refusal(
      BootAsk ask,
      BootMachine machine,
      NetworkSettings network,
      Function<String, @Nullable BootProfile> profiles) {
    if (isIgnored(ask, network)) {
      return "the network's list 'ignore' holds " + ask.mac();
    }
    if (isUnwanted(machine, network)) {
      return UNWANTED;
    }
    BootProfile profile = profiles.apply(profile(machine, network));
    return profile != null && profile.kind() == BootProfile.Kind.IGNORE
        ? "a machine with this profile is never answered"
        : null;
  }

  private static boolean isIgnored(BootAsk ask, NetworkSettings network) {
    for (String each : network.ignore()) {
      if (each.equalsIgnoreCase(ask.mac())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isUnwanted(BootMachine machine, NetworkSettings network) {
    return machine.node() == null && network.clients() == Clients.KNOWN && !machine.listed();
  }

  /** The name of the profile that a machine has. */
  static String profile(BootMachine machine, NetworkSettings network) {
    if (machine.profile() != null) {
      return machine.profile();
    }
    return machine.node() != null ? network.known() : network.unknown();
  }

  private static String name(BootMachine machine, NetworkSettings network, List<String> reasons) {
    String name = profile(machine, network);
    reasons.add(
        machine.profile() != null
            ? "somebody set profile '" + name + (machine.once() ? "' for one boot" : "'")
            : "the network gives "
                + (machine.node() != null ? "nodes" : "unknown machines")
                + " profile '"
                + name
                + "'");
    return name;
  }

  private static BootVerdict boot(BootClient client, BootProfile profile, List<String> reasons) {
    if (client.kind() == BootClient.Kind.IPXE) {
      reasons.add("iPXE asks: it gets the script");
      return new BootVerdict.Script(profile, reasons);
    }
    BootArchitecture architecture = client.architecture();
    if (architecture == null) {
      return nothing(
          reasons,
          client.architectureCode() < 0
              ? "its firmware does not say its architecture (option 93)"
              : "nobody has a first file for architecture " + client.architectureCode());
    }
    String word = WORDS.getOrDefault(architecture, "");
    String file = profile.firstFile().getOrDefault(word, IPXE.get(word));
    if (file == null) {
      return nothing(reasons, "the profile names no first file for " + word);
    }
    reasons.add("firmware of " + word + " asks: it gets " + file);
    return new BootVerdict.FirstFile(profile, file, client.kind() == BootClient.Kind.HTTP, reasons);
  }

  private static BootVerdict nothing(List<String> reasons, String reason) {
    reasons.add(reason);
    return new BootVerdict.Nothing(reasons);
  }
}
