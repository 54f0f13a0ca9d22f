package dev.ingot.agent.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciAndUsbInspectorTest {
  @TempDir Path root;

  @Test
  void aFunctionHasItsNumbersFromSysfsAndItsNamesFromLspci() {
    FakeMachine machine =
        function("0000:00:03.0", "0x020000", "0x1af4", "0x1041", "0x1af4", "0x1041")
            .link("sys/bus/pci/devices/0000:00:03.0/driver", "sys/bus/pci/drivers/virtio-pci")
            .file("sys/bus/pci/devices/0000:00:03.0/numa_node", "-1")
            .tool(
                "lspci -D -vmm",
                "Slot:\t0000:00:03.0\n"
                    + "Class:\tEthernet controller\n"
                    + "Vendor:\tRed Hat, Inc.\n"
                    + "Device:\tVirtio 1.0 network device\n"
                    + "SVendor:\tRed Hat, Inc.\n"
                    + "SDevice:\tDevice 1041\n"
                    + "Rev:\t01\n");
    Inspector.Findings findings = Catalogue.inspect(new PciInspector(), machine.machine());
    assertThat(findings.missing()).isNull();
    assertThat(findings.content().get(0).toString())
        .isEqualTo(
            "{\"slot\":\"0000:00:03.0\",\"class_id\":\"0200\",\"class_name\":\"Ethernet"
                + " controller\",\"progif\":\"00\",\"vendor_id\":\"1af4\",\"vendor_name\":\"Red"
                + " Hat, Inc.\",\"device_id\":\"1041\",\"device_name\":\"Virtio 1.0 network"
                + " device\",\"svendor_id\":\"1af4\",\"svendor_name\":\"Red Hat, Inc.\","
                + "\"sdevice_id\":\"1041\",\"revision\":\"01\",\"driver\":\"virtio-pci\"}");
  }

  @Test
  void aFunctionWithoutASubsystemHasNone() {
    FakeMachine machine =
        function("0000:00:00.0", "0x060000", "0x8086", "0x0d57", "0x0000", "0x0000");
    Inspector.Findings findings = Catalogue.inspect(new PciInspector(), machine.machine());
    assertThat(findings.content().get(0).has("svendor_id")).isFalse();
    assertThat(findings.missing()).isEqualTo("lspci is not installed: names left out");
  }

  @Test
  void recordedOutputsOfLspciAreRead() throws IOException {
    Map<String, PciNames> numbers =
        PciNames.parse(Fixtures.read("lspci/insights-core__LSPCI_VMMKN"));
    assertThat(numbers.keySet())
        .containsExactlyInAnyOrder("0000:00:00.0", "0000:00:01.0", "0000:00:01.1", "0000:00:03.0");
    assertThat(numbers.get("0000:00:03.0").vendor()).as("a number is no name").isNull();
    for (Path recorded : Fixtures.all("lspci")) {
      PciNames.parse(java.nio.file.Files.readString(recorded));
    }
  }

  @Test
  void numbersBesideNamesAreLeftOut() {
    PciNames names =
        PciNames.parse(
                "Slot:\t00:01.0\n"
                    + "Class:\tUnassigned class [ffff]\n"
                    + "Vendor:\tIntel Corporation [8086]\n"
                    + "Device:\tDevice [0d57]\n"
                    + "SVendor:\tVendor [1234]\n")
            .get("0000:00:01.0");
    assertThat(names)
        .isEqualTo(new PciNames("Unassigned class", "Intel Corporation", null, null, null));
  }

  @Test
  void aUsbDeviceHasItsInterfaces() {
    String device = "sys/bus/usb/devices/1-4.2";
    FakeMachine machine =
        new FakeMachine(root)
            .file("sys/bus/usb/devices/usb1/idVendor", "1d6b")
            .file(device + "/idVendor", "0781")
            .file(device + "/idProduct", "5581")
            .file(device + "/product", " Ultra ")
            .file(device + "/serial", "4C530001")
            .file(device + "/speed", "1.5")
            .file(device + ":1.0/bInterfaceNumber", "0a")
            .file(device + ":1.0/bInterfaceClass", "08")
            .link(device + ":1.0/driver", "sys/bus/usb/drivers/usb-storage");
    Inspector.Findings findings = Catalogue.inspect(new UsbInspector(), machine.machine());
    assertThat(findings.content().toString())
        .isEqualTo(
            "[{\"port\":\"1-4.2\",\"vendor_id\":\"0781\",\"product_id\":\"5581\",\"product\":\"Ultra\",\"serial\":\"4C530001\","
                + "\"speed\":1.5,\"interfaces\":[{\"number\":10,\"class_id\":\"08\",\"driver\":\"usb-storage\"}]},"
                + "{\"port\":\"usb1\",\"vendor_id\":\"1d6b\"}]");
  }

  @Test
  void aMachineWithoutTheBusSaysSo() {
    Machine machine = new FakeMachine(root).machine();
    assertThatThrownBy(() -> new PciInspector().inspect(machine))
        .hasMessageContaining("no PCI bus");
    assertThatThrownBy(() -> new UsbInspector().inspect(machine))
        .hasMessageContaining("no USB bus");
  }

  private FakeMachine function(
      String slot, String classes, String vendor, String device, String svendor, String sdevice) {
    String folder = "sys/bus/pci/devices/" + slot;
    return new FakeMachine(root)
        .file(folder + "/class", classes)
        .file(folder + "/vendor", vendor)
        .file(folder + "/device", device)
        .file(folder + "/subsystem_vendor", svendor)
        .file(folder + "/subsystem_device", sdevice)
        .file(folder + "/revision", "0x01");
  }
}
