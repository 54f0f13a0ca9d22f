package dev.ingot.netboot.dhcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ingot.netboot.dhcp.BootClient.Kind;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BootClientTest {
  @Test
  void aUuidReadsAsTheFirmwareTablesPrintIt() {
    BootClient client = of(Messages.pxe(MessageType.DISCOVER, 7));
    assertThat(client.uuid()).hasToString("00112233-4455-6677-8899-aabbccddeeff");
    assertThat(client.architecture()).isEqualTo(BootArchitecture.UEFI_X86_64);
    assertThat(client.kind()).isEqualTo(Kind.PXE);
  }

  @Test
  void aMachineWithoutAUuidIsStillAMachine() {
    BootClient client =
        of(
            DhcpOptions.builder()
                .put(OptionCode.VENDOR_CLASS, "PXEClient")
                .put(OptionCode.MACHINE_IDENTIFIER, new byte[4]));
    assertThat(client.uuid()).isNull();
    assertThat(client.architecture()).isNull();
    assertThat(client.architectureCode()).isEqualTo(-1);
  }

  @Test
  void ipxeIsKnownByItsUserClassBareOrPrefixedAndByItsOwnOption() {
    byte[] prefixed = "\4iPXE".getBytes(StandardCharsets.ISO_8859_1);
    assertThat(of(Messages.pxe(MessageType.DISCOVER, 7).put(OptionCode.USER_CLASS, "iPXE")).kind())
        .isEqualTo(Kind.IPXE);
    assertThat(
            of(Messages.pxe(MessageType.DISCOVER, 7).put(OptionCode.USER_CLASS, prefixed)).kind())
        .isEqualTo(Kind.IPXE);
    assertThat(of(Messages.pxe(MessageType.DISCOVER, 0).put(OptionCode.IPXE, (byte) 1)).kind())
        .isEqualTo(Kind.IPXE);
  }

  @Test
  void httpBootAndOperatingSystemsAreToldApart() {
    assertThat(
            of(DhcpOptions.builder()
                    .put(OptionCode.VENDOR_CLASS, "HTTPClient:Arch:00016:UNDI:003001"))
                .kind())
        .isEqualTo(Kind.HTTP);
    assertThat(of(DhcpOptions.builder().put(OptionCode.VENDOR_CLASS, "udhcp 1.35.0")).kind())
        .isEqualTo(Kind.OTHER);
    assertThat(of(DhcpOptions.builder()).boots()).isFalse();
  }

  @Test
  void anArchitectureThatNobodyHasAFileForKeepsItsNumber() {
    BootClient client = of(DhcpOptions.builder().put(OptionCode.ARCHITECTURE, (byte) 0, (byte) 27));
    assertThat(client.architecture()).isNull();
    assertThat(client.architectureCode()).isEqualTo(27);
  }

  private static BootClient of(DhcpOptions.Builder options) {
    return BootClient.of(Messages.request(options.build()));
  }
}
