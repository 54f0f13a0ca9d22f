package dev.ingot.simulator.rack;

import dev.ingot.simulator.rack.RackSettings.Disk;
import dev.ingot.simulator.rack.RackSettings.Firmware;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How QEMU is started for a machine. A pure function of it and where its files are. */
final class QemuCommand {
  /** Debian's ovmf. */
  static final Path UEFI_CODE = Path.of("/usr/share/OVMF/OVMF_CODE_4M.fd");

  static final Path UEFI_VARIABLES = Path.of("/usr/share/OVMF/OVMF_VARS_4M.fd");

  /**
   * All that QEMU emulates, but for fast copies of strings: it emulates those byte by byte, and a
   * system that is not offered them copies eight at once.
   */
  private static final String PROCESSOR = "max,erms=off,fsrm=off";

  private static final int RETRY_MILLISECONDS = 10_000;

  private QemuCommand() {}

  static Path disk(Path folder, int number) {
    return folder.resolve("disk" + number);
  }

  static Path variables(Path folder) {
    return folder.resolve("variables");
  }

  /** What QEMU listens on for commands. */
  static Path control(Path folder) {
    return folder.resolve("control");
  }

  static Path console(Path folder) {
    return folder.resolve("console");
  }

  static Path consoleLog(Path folder) {
    return folder.resolve("console.log");
  }

  static List<String> of(RackMachine machine, Path folder) {
    RackSettings rack = machine.rack();
    List<String> command = new ArrayList<>(List.of("qemu-system-x86_64"));
    add(command, "-name", machine.name());
    add(command, "-nodefaults", "-display", "none", "-daemonize");
    add(command, "-machine", "q35,graphics=off"); // then SeaBIOS and iPXE speak on the serial port
    add(command, "-accel", "tcg", "-cpu", PROCESSOR);
    add(command, "-m", String.valueOf(rack.memory()));
    // As servers do: who found nothing to boot, as while we were away, starts from the front again.
    add(command, "-boot", "reboot-timeout=" + RETRY_MILLISECONDS);
    add(command, "-no-shutdown"); // a machine that switches itself off can be switched on again
    add(command, "-pidfile", folder.resolve("qemu.pid").toString());
    add(
        command,
        "-chardev",
        "socket,id=console,path="
            + console(folder)
            + ",server=on,wait=off,logfile="
            + consoleLog(folder)
            + ",logappend=on");
    add(command, "-serial", "chardev:console");
    add(command, "-qmp", "unix:" + control(folder) + ",server=on,wait=off");
    add(command, "-qmp", "tcp:127.0.0.1:" + machine.controlPort() + ",server=on,wait=off");
    add(command, "-device", "virtio-rng-pci");
    add(command, "-uuid", machine.uuid());
    add(
        command,
        "-smbios",
        "type=1,manufacturer=Ingot,product=Box-1U,version=1.0,family=Rack,serial="
            + machine.serial()
            + ",sku=SKU-"
            + machine.number());
    add(
        command,
        "-smbios",
        "type=2,manufacturer=Ingot,product=Board,serial=" + machine.boardSerial());
    add(
        command,
        "-smbios",
        "type=3,manufacturer=Ingot,serial="
            + machine.chassisSerial()
            + ",asset="
            + machine.assetTag());
    if (rack.firmware() == Firmware.UEFI) {
      add(command, "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=" + UEFI_CODE);
      add(command, "-drive", "if=pflash,unit=1,format=raw,file=" + variables(folder));
    }
    for (int port = 0; port < rack.ports(); port++) {
      add(
          command,
          "-netdev",
          "tap,id=net" + port + ",ifname=" + machine.tap(port) + ",script=no,downscript=no");
      // UEFI boots by its own driver, and virtio is the one that it has.
      add(
          command,
          "-device",
          "virtio-net-pci,netdev=net"
              + port
              + ",id=nic"
              + port
              + ",mac="
              + machine.mac(port)
              + ",bootindex="
              + (10 + port)
              + (rack.firmware() == Firmware.UEFI ? ",romfile=" : ""));
    }
    for (int disk = 0; disk < rack.disks().size(); disk++) {
      Disk each = rack.disks().get(disk);
      add(
          command,
          "-drive",
          "if=none,id=drive" + disk + ",format=raw,discard=unmap,file=" + disk(folder, disk));
      add(
          command,
          "-device",
          device(each)
              + ",drive=drive"
              + disk
              + ",id=disk"
              + disk
              + ",serial="
              + machine.diskSerial(disk)
              + ",bootindex="
              + (20 + disk));
    }
    if (rack.bmc()) {
      add(
          command,
          "-chardev",
          "socket,id=bmc,host=127.0.0.1,port=" + machine.bmcPort() + ",reconnect=1");
      add(command, "-device", "ipmi-bmc-extern,id=bmc0,chardev=bmc");
      add(command, "-device", "isa-ipmi-kcs,bmc=bmc0");
    }
    return command;
  }

  private static String device(Disk disk) {
    return switch (disk.bus()) {
      case VIRTIO -> "virtio-blk-pci";
      case NVME -> "nvme";
      case AHCI -> "ide-hd";
    };
  }

  private static void add(List<String> command, String... words) {
    command.addAll(List.of(words));
  }
}
