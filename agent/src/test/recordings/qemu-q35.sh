#!/usr/bin/env bash
# Makes qemu-q35.json again, which RecordedMachineTest replays: a machine of QEMU with SMBIOS fields, an e1000e and a virtio port, an NVMe,
# an AHCI and a virtio disk, a USB device, a BMC (OpenIPMI's ipmi_sim) with FRU data, and a switch's LLDP frame at the e1000e's cable.
# usage: qemu-q35.sh MICROKERNEL OUT    MICROKERNEL is the folder that `ingot images build` wrote; OUT the file.
# Needs qemu-system-x86_64, ipmi_sim (openipmi), python3, cpio and a JDK 25 (JAVA_HOME). No root, no network; some minutes.
# Environment: INGOT_CLASSES, the folders and jars (joined by ':') of the agent, the core and what they need: what is recorded with
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
image=$1 out=$2
work=$(mktemp -d)
pids=()
finish() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  rm -rf -- "$work"
}
trap finish EXIT
javac=${JAVA_HOME:+$JAVA_HOME/bin/}javac
classes=${INGOT_CLASSES:?names the classes of agent and core, as in agent/target/classes:core/target/classes:…/jackson-databind.jar}

# What the machine does instead of starting an agent; it is laid over the image's own first process.
mkdir -p "$work/overlay/record/classes"
"$javac" --release 25 -cp "$classes" -d "$work/overlay/record/classes" "$here/Record.java"
index=0
IFS=: read -ra parts <<<"$classes"
for part in "${parts[@]}"; do
  index=$((index + 1))
  if [[ -d $part ]]; then cp -r "$part" "$work/overlay/record/$index"; fi
done
cat >"$work/overlay/init" <<'INIT'
#!/busybox sh
/busybox mount -t proc proc /proc
/busybox mount -t sysfs sys /sys
/busybox mount -t devtmpfs dev /dev 2>/dev/null
for module in loop squashfs; do /busybox insmod /early/$module.ko; done
/busybox mount -t squashfs -o ro,loop /system.squashfs /system
export PATH=/bin:/sbin HOME=/root
mkdir -p /run /tmp /var/lib/ingot
for round in 1 2; do
  find /sys/devices -name modalias -exec cat {} + 2>/dev/null | sort -u >/run/devices
  modprobe -a $(cat /run/devices) 2>/dev/null
done
modprobe -a ipmi_si ipmi_devintf dmi_sysfs nvme ahci sd_mod virtio_blk 2>/dev/null
for link in /sys/class/net/*; do ip link set "${link##*/}" up; done
ip address add 192.0.2.10/24 dev eth0
sleep 5
classes=
for part in /record/*; do classes=$classes:$part; done
/opt/ingot/jre/bin/java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx300m --enable-native-access=ALL-UNNAMED \
  -cp "${classes#:}:/opt/ingot/lib/*" Record /tmp/recorded /tmp/agent >/dev/console 2>&1
tar -C /tmp/recorded -czf /tmp/recorded.tgz .
for disk in /sys/block/vd*; do
  [ "$(cat "$disk/serial")" = OUT ] && dd if=/tmp/recorded.tgz of="/dev/${disk##*/}" bs=1M conv=fsync 2>/dev/null
done
echo "RECORDED $(wc -c </tmp/recorded.tgz)" >/dev/console
poweroff -f
INIT
chmod 755 "$work/overlay/init"
(cd "$work/overlay" && find . | cpio --quiet -o -H newc -R 0:0) >"$work/overlay.cpio"
{
  cat "$image/initrd.img"
  # The kernel wants the next archive at a multiple of 4.
  head -c $(((4 - $(stat -c %s "$image/initrd.img") % 4) % 4)) /dev/zero
  cat "$work/overlay.cpio"
} >"$work/initrd.img"

# The switch, the BMC and the disks.
python3 - "$work" <<'PREPARE'
import socket, sys
work = sys.argv[1]
def free(kind):
    s = socket.socket(socket.AF_INET, kind); s.bind(("127.0.0.1", 0)); return s
held = [free(socket.SOCK_STREAM), free(socket.SOCK_STREAM), free(socket.SOCK_DGRAM), free(socket.SOCK_DGRAM)]
ports = [s.getsockname()[1] for s in held]
open(work + "/ports", "w").write(" ".join(map(str, ports)) + "\n")
def tlv(kind, value): return (kind << 9 | len(value)).to_bytes(2, "big") + value
mac = bytes.fromhex("444ca8123456")
frame = bytes.fromhex("0180c200000e444ca812345788cc") + tlv(1, b"\4" + mac) + tlv(2, b"\5Ethernet12") + tlv(3, b"\0x")
frame += tlv(4, b"server 12") + tlv(5, b"tor1") + tlv(6, b"EOS 4.20") + tlv(7, b"\0\x14\0\4")
frame += tlv(8, b"\5\1\x0a\0\0\2" + b"\2\0\0\0\1\0") + tlv(127, b"\0\x80\xc2\1\0\x64") + tlv(127, b"\0\x80\xc2\3\0\x64\4v100") + b"\0\0"
open(work + "/frame", "wb").write(frame)
def field(text): return bytes([0xC0 | len(text)]) + text.encode()
def area(head, *fields):  # IPMI FRU information storage definition, sections 10 to 12: multiples of 8 bytes, the last one a checksum
    body = head + b"".join(map(field, fields)) + b"\xc1"
    body += b"\0" * (-(len(body) + 1) % 8)
    body = body[:1] + bytes([(len(body) + 1) // 8]) + body[2:]
    return body + bytes([-sum(body) % 256])
chassis = area(b"\1\0\x17", "CH-PN-1", "CH-SERIAL-77")
board = area(b"\1\0\x19\x10\x20\xb0", "Ingot", "Board-X", "BD-SERIAL-88", "BD-PN-2", "fru0")
product = area(b"\1\0\x19", "Ingot", "Box-1U", "PR-PN-3", "v2", "PR-SERIAL-99", "ASSET-42", "fru1")
head = bytes([1, 0, 1, 1 + len(chassis) // 8, 1 + (len(chassis) + len(board)) // 8, 0, 0])
data = head + bytes([-sum(head) % 256]) + chassis + board + product
open(work + "/bmc.emu", "w").write("mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02 persist_sdr\n"
    "sel_enable 0x20 1000 0x0a\nsensor_add 0x20 0 1 0x01 0x01\nsensor_set_value 0x20 0 1 0x17 0\n"
    "mc_add_fru_data 0x20 0 512 data " + " ".join("0x%02x" % b for b in data) + "\nmc_enable 0x20\n")
open(work + "/bmc.conf", "w").write('name "box"\nset_working_mc 0x20\n  startlan 1\n    addr 127.0.0.1 %d\n    priv_limit admin\n'
    "    allowed_auths_admin none md2 md5 straight\n    guid a123456789abcdefa123456789abcdef\n  endlan\n  serial 15 127.0.0.1 %d codec VM\n"
    '  user 1 true "" "" user 10 none md2 md5 straight\n  user 2 true "root" "only-here" admin 10 none md2 md5 straight\n' % (ports[0], ports[1]))
PREPARE
read -r _ serial switch port <"$work/ports"
mkdir "$work/state"
ipmi_sim -n -c "$work/bmc.conf" -f "$work/bmc.emu" -s "$work/state" >"$work/bmc.log" 2>&1 </dev/null &
pids+=($!)
python3 - "$work/frame" "$switch" "$port" <<'SWITCH' &
import socket, sys, time
frame = open(sys.argv[1], "rb").read()
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", int(sys.argv[2])))
while True:
    try: s.sendto(frame, ("127.0.0.1", int(sys.argv[3])))
    except OSError: pass  # the machine is not there yet
    time.sleep(2)
SWITCH
pids+=($!)
truncate -s 64M "$work/nvme.raw" "$work/sata.raw" "$work/virtio.raw" "$work/out.raw"

# Always emulated, so that the processor is the same wherever this runs.
timeout 1800 qemu-system-x86_64 -nodefaults -display none -machine q35 -accel tcg,thread=multi -cpu max -smp 2,sockets=2 -m 1200 -no-reboot \
  -serial "file:$work/console" -kernel "$image/vmlinuz" -initrd "$work/initrd.img" -append "console=ttyS0 quiet net.ifnames=0" \
  -uuid 11111111-2222-3333-4444-555566667777 \
  -smbios type=0,vendor=IngotBios,version=B1.2.3,date=01/02/2026 \
  -smbios type=1,manufacturer=Ingot,product=Box-1U,version=1.0,family=Rack,serial=SYS-SERIAL-1,sku=SKU-7 \
  -smbios type=2,manufacturer=Ingot,product=Board,serial=BOARD-SERIAL-2,asset=BA-3 \
  -smbios type=3,manufacturer=Ingot,serial=CHASSIS-SERIAL-4,asset=RACK-5 \
  -smbios type=17,manufacturer=Hynix,serial=DIMM-SERIAL-6,part=HMA-1,asset=DA,speed=3200,loc_pfx=DIMM,bank=B0 \
  -netdev user,id=n0,restrict=on -device virtio-net-pci,netdev=n0,mac=52:54:00:aa:bb:01 \
  -netdev "socket,id=n1,udp=127.0.0.1:$switch,localaddr=127.0.0.1:$port" -device e1000e,netdev=n1,mac=52:54:00:aa:bb:02 \
  -drive "if=none,id=d0,format=raw,file=$work/nvme.raw" -device nvme,drive=d0,serial=NVME-SERIAL-A \
  -drive "if=none,id=d1,format=raw,file=$work/sata.raw" -device ich9-ahci,id=ahci -device ide-hd,drive=d1,bus=ahci.0,serial=SATA-SERIAL-B \
  -drive "if=none,id=d2,format=raw,file=$work/virtio.raw" -device virtio-blk-pci,drive=d2,serial=VIRTIO-SERIAL-C \
  -drive "if=none,id=d3,format=raw,file=$work/out.raw" -device virtio-blk-pci,drive=d3,serial=OUT \
  -device qemu-xhci -device usb-tablet,serial=USB-SERIAL-D \
  -chardev "socket,id=bmc,host=127.0.0.1,port=$serial,reconnect=1" -device ipmi-bmc-extern,id=bmc0,chardev=bmc -device isa-ipmi-kcs,bmc=bmc0
bytes=$(tr -d '\r' <"$work/console" | sed -n 's/^RECORDED //p')
if [[ -z $bytes || $bytes == 0 ]]; then
  echo "the machine recorded nothing; its console says at the end:" >&2
  tail -n 20 "$work/console" >&2
  exit 1
fi
head -c "$bytes" "$work/out.raw" >"$work/recorded.tar.gz"
# As text: of each path what is in the file, {"hex": …} where that is no text, {"link": …}, or {} for an empty folder.
python3 - "$work/recorded.tar.gz" "$out" <<'TEXT'
import json, os, sys, tarfile
kept = {}
with tarfile.open(sys.argv[1]) as tar:
    members = [(os.path.normpath(member.name), member) for member in tar]
    parents = {os.path.dirname(path) for path, _ in members}
    for path, member in members:
        if member.issym():
            kept[path] = {"link": member.linkname}
        elif member.isfile():
            octets = tar.extractfile(member).read()
            try:
                kept[path] = octets.decode()
                if "\0" in kept[path]: kept[path] = {"hex": octets.hex()}
            except UnicodeDecodeError:
                kept[path] = {"hex": octets.hex()}
        elif path not in parents:
            kept[path] = {}
with open(sys.argv[2], "w") as out:
    json.dump(kept, out, indent=1, sort_keys=True, ensure_ascii=False)
    out.write("\n")
print(f"{sys.argv[2]}: {len(kept)} entries")
TEXT
