package dev.ingot.simulator.rack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The BMC of a machine: OpenIPMI's {@code ipmi_sim}, which speaks IPMI over the network and over
 * the machine's own KCS interface. What it is told about power and boot device, it has a script of
 * ours tell QEMU.
 */
final class RackBmc {
  static final String USER = "admin";
  static final String PASSWORD = "password";
  private static final long SETTLE_MILLIS = 300;

  private RackBmc() {}

  /** Cipher suite 3 is the strongest that it knows. */
  private static final String LAN =
      """
      name "%s"
      set_working_mc 0x20
        startlan 1
          addr %s 623
          priv_limit admin
          allowed_auths_admin none md2 md5 straight
          guid %s
        endlan
        chassis_control "%s %s"
        serial 15 127.0.0.1 %d codec VM
        user 1 true "" "" user 10 none md2 md5 straight
        user 2 true "%s" "%s" admin 10 none md2 md5 straight
      """;

  /** A management controller with an inlet temperature, a fan and a power supply. */
  private static final String CONTROLLER =
      """
      mc_setbmc 0x20
      mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr
      sel_enable 0x20 1000 0x0a
      sensor_add 0x20 0 1 0x01 0x01
      sensor_set_value 0x20 0 1 0x17 0
      sensor_add 0x20 0 2 0x04 0x01
      sensor_set_value 0x20 0 2 0x48 0
      mc_enable 0x20
      """;

  /** Asked by ipmi_sim: NUMBER [0xMC] get|set|check PARAMETER [VALUE]… */
  private static final String CHASSIS =
      """
      #!/bin/bash
      # What the BMC of a machine in the rack is told about power and boot device, told to QEMU.
      here=${0%/*}
      port=$1
      shift
      case ${1:-} in 0x*) shift ;; esac
      verb=${1:-}
      shift
      qemu() { # commands; leaves the last answer in $answer
        exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
        IFS= read -r -t 5 _ <&3
        for command in '{"execute":"qmp_capabilities"}' "$@"; do
          printf '%s\\n' "$command" >&3
          while IFS= read -r -t 10 answer <&3; do
            case $answer in *'"return"'* | *'"error"'*) break ;; esac
          done
        done
        exec 3>&-
      }
      first() { printf '{"execute":"qom-set","arguments":{"path":"/machine/peripheral/nic0","property":"bootindex","value":%d}}' "$1"; }
      case $verb in
        get)
          for parameter in "$@"; do
            case $parameter in
              power)
                qemu '{"execute":"query-status"}'
                case $answer in *'"running": true'*) echo power:1 ;; *) echo power:0 ;; esac
                ;;
              boot) if [[ -r $here/boot-$port ]]; then echo "boot:$(<"$here/boot-$port")"; else echo boot:default; fi ;;
              *) echo "Invalid parameter: $parameter"; exit 1 ;;
            esac
          done
          ;;
        set)
          while (($# > 1)); do
            case $1:$2 in
              power:1) qemu '{"execute":"system_reset"}' '{"execute":"cont"}' ;;
              power:0 | shutdown:*) qemu '{"execute":"stop"}' '{"execute":"system_reset"}' ;;
              reset:1) qemu '{"execute":"system_reset"}' '{"execute":"cont"}' ;;
              boot:disk) qemu "$(first 90)" ;;
              boot:*) qemu "$(first 1)" ;;
              reset:* | identify:*) ;;
              *) echo "Invalid parameter: $1"; exit 1 ;;
            esac
            if [[ $1 == boot ]]; then echo "$2" >"$here/boot-$port"; fi
            if [[ $1 == identify ]]; then break; fi
            shift 2
          done
          ;;
      esac
      exit 0
      """;

  static void writeScript(RackFolder folder) {
    folder.write(script(folder), CHASSIS, true);
  }

  private static Path script(RackFolder folder) {
    return folder.path().resolve("chassis");
  }

  /** Starts it. It ends with the namespace. */
  static void start(RackMachine machine, RackFolder folder, RackNetwork network) {
    Path own = folder.machine(machine);
    folder.write(
        own.resolve("bmc.conf"),
        LAN.formatted(
            machine.name(),
            machine.bmcAddress(),
            machine.uuid().replace("-", ""),
            script(folder),
            machine.controlPort(),
            machine.bmcPort(),
            USER,
            PASSWORD),
        false);
    folder.write(own.resolve("bmc.emu"), CONTROLLER, false);
    Path log = own.resolve("bmc.log");
    List<String> command = new ArrayList<>(network.command("setsid", "ipmi_sim", "-n"));
    command.addAll(List.of("-c", own.resolve("bmc.conf").toString()));
    command.addAll(List.of("-f", own.resolve("bmc.emu").toString()));
    try {
      Path state = Files.createDirectories(own.resolve("bmc"));
      command.addAll(List.of("-s", state.toString()));
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
              .redirectOutput(log.toFile())
              .start();
      if (process.waitFor(SETTLE_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        throw new RackException(
            "the BMC of " + machine.name() + " did not start: " + RackFolder.lastLines(log));
      }
    } catch (IOException e) {
      throw new RackException("the BMC of " + machine.name() + " did not start: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RackException("interrupted", e);
    }
  }
}
