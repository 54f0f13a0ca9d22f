package dev.ingot.server.boot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.netboot.dhcp.BootArchitecture;
import dev.ingot.netboot.dhcp.BootClient;
import dev.ingot.netboot.dhcp.BootClient.Kind;
import dev.ingot.server.boot.NetbootSettings.Clients;
import dev.ingot.server.boot.NetbootSettings.NetworkSettings;
import dev.ingot.server.boot.lease.DhcpSettings;
import dev.ingot.server.boot.profiles.BootProfile;
import dev.ingot.server.boot.profiles.ShippedProfiles;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BootDecisionTest {
  private static final String MAC = "52:54:00:12:34:56";
  private static final BootMachine NODE = new BootMachine("01abc", false, null, false);

  @Test
  void firmwareGetsIpxeForItsArchitectureAndIpxeGetsTheScript() {
    assertThat(
            decide(Kind.PXE, BootArchitecture.BIOS, BootMachine.UNKNOWN, NetworkSettings.DEFAULT))
        .isInstanceOfSatisfying(
            BootVerdict.FirstFile.class,
            first -> assertThat(first.file()).isEqualTo("undionly.kpxe"));
    assertThat(
            decide(
                Kind.PXE,
                BootArchitecture.UEFI_BYTE_CODE,
                BootMachine.UNKNOWN,
                NetworkSettings.DEFAULT))
        .isInstanceOfSatisfying(
            BootVerdict.FirstFile.class,
            first -> assertThat(first.file()).isEqualTo("snponly.efi"));
    assertThat(
            decide(
                Kind.HTTP,
                BootArchitecture.UEFI_X86_64_HTTP,
                BootMachine.UNKNOWN,
                NetworkSettings.DEFAULT))
        .isInstanceOfSatisfying(
            BootVerdict.FirstFile.class, first -> assertThat(first.http()).isTrue());
    assertThat(
            decide(Kind.IPXE, BootArchitecture.BIOS, BootMachine.UNKNOWN, NetworkSettings.DEFAULT))
        .isInstanceOfSatisfying(
            BootVerdict.Script.class,
            script -> assertThat(script.profile().name()).isEqualTo("microkernel"));
  }

  @Test
  void whoOnlyWantsAnAddressGetsNothing() {
    refused(
        decide(Kind.OTHER, null, NODE, NetworkSettings.DEFAULT),
        "it asks for an address and for nothing to boot");
  }

  @Test
  void whoIsToBeIgnoredGetsNothing() {
    NetworkSettings network =
        new NetworkSettings(
            "eth0",
            null,
            Clients.ALL,
            List.of(MAC.toUpperCase(java.util.Locale.ROOT)),
            "microkernel",
            "microkernel",
            DhcpSettings.DEFAULT);
    refused(
        decide(Kind.PXE, BootArchitecture.BIOS, NODE, network),
        "the network's list 'ignore' holds " + MAC);
  }

  @Test
  void aNetworkOfKnownMachinesAnswersNodesAndListedOnes() {
    NetworkSettings network =
        new NetworkSettings(
            "eth0",
            null,
            Clients.KNOWN,
            List.of(),
            "microkernel",
            "microkernel",
            DhcpSettings.DEFAULT);
    refused(
        decide(Kind.PXE, BootArchitecture.BIOS, BootMachine.UNKNOWN, network),
        "the network answers known machines only, and it is not listed");
    assertThat(decide(Kind.PXE, BootArchitecture.BIOS, NODE, network))
        .isInstanceOf(BootVerdict.FirstFile.class);
    BootMachine listed = new BootMachine(null, true, null, false);
    assertThat(decide(Kind.PXE, BootArchitecture.BIOS, listed, network))
        .isInstanceOf(BootVerdict.FirstFile.class);
  }

  @Test
  void whoShouldBootItsDiskGetsNothingFromFirmwareOnAndFromIpxe() {
    BootMachine disk = new BootMachine("01abc", false, "disk", true);
    String reason = "it boots its own disk: it gets no answer, so that its firmware goes on to it";
    refused(decide(Kind.PXE, BootArchitecture.BIOS, disk, NetworkSettings.DEFAULT), reason);
    refused(decide(Kind.IPXE, BootArchitecture.BIOS, disk, NetworkSettings.DEFAULT), reason);
  }

  @Test
  void whatCannotBeServedSaysWhy() {
    refused(
        decide(Kind.PXE, null, NODE, NetworkSettings.DEFAULT),
        "its firmware does not say its architecture (option 93)");
    refused(
        BootDecision.decide(
            new BootAsk(MAC, new BootClient(Kind.PXE, null, 27, null, null, null)),
            NODE,
            NetworkSettings.DEFAULT,
            BootDecisionTest::profile),
        "nobody has a first file for architecture 27");
    refused(
        decide(Kind.PXE, BootArchitecture.UEFI_ARM32, NODE, NetworkSettings.DEFAULT),
        "the profile names no first file for uefi-arm32");
    BootMachine gone = new BootMachine("01abc", false, "gone", false);
    refused(
        decide(Kind.PXE, BootArchitecture.BIOS, gone, NetworkSettings.DEFAULT),
        "there is no profile 'gone' (any more)");
  }

  @Test
  void aProfileMayNameAnotherFirstFile() {
    BootMachine own = new BootMachine("01abc", false, "own", false);
    assertThat(decide(Kind.PXE, BootArchitecture.UEFI_ARM64, own, NetworkSettings.DEFAULT))
        .isInstanceOfSatisfying(
            BootVerdict.FirstFile.class,
            first -> assertThat(first.file()).isEqualTo("grubaa64.efi"));
  }

  private static BootVerdict decide(
      Kind kind,
      @Nullable BootArchitecture architecture,
      BootMachine machine,
      NetworkSettings network) {
    long code = architecture == null ? -1 : architecture.code();
    BootVerdict verdict =
        BootDecision.decide(
            new BootAsk(MAC, new BootClient(kind, architecture, code, null, null, null)),
            machine,
            network,
            BootDecisionTest::profile);
    assertThat(verdict.reasons()).isNotEmpty();
    return verdict;
  }

  private static @Nullable BootProfile profile(String name) {
    if (name.equals("own")) {
      return new BootProfile(
          "own",
          BootProfile.Kind.SCRIPT,
          "",
          "exit",
          null,
          List.of(),
          "",
          Map.of("uefi-arm64", "grubaa64.efi"),
          1);
    }
    return ShippedProfiles.ALL.stream()
        .filter(profile -> profile.name().equals(name))
        .findFirst()
        .orElse(null);
  }

  private static void refused(BootVerdict verdict, String reason) {
    assertThat(verdict).isInstanceOf(BootVerdict.Nothing.class);
    assertThat(verdict.reasons().getLast()).isEqualTo(reason);
  }
}
