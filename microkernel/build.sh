#!/usr/bin/env bash
# Builds the microkernel: Debian's kernel, busybox, the tools of inspectors, a Java run-time of the modules that the agent needs, the agent.
# usage: build.sh OUT DIST JAVA_HOME [FOLDER]   FOLDER of the operator's own: firmware/ goes to /lib/firmware, bin/ to /bin,
#   agent.yaml is the agent's configuration
# Environment: INGOT_KERNEL (a .deb of a Debian kernel, else the archive's newest), INGOT_ZSTD (level, 22), INGOT_AOT=off (no archive of classes),
# INGOT_CLASSES=FILE (writes there what the file `classes` should hold)
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
out=$1 dist=$2 java_home=$3 own=${4:-}
level=${INGOT_ZSTD:-22}
say() { printf 'ingot: %s\n' "$*" >&2; }
case $(uname -m) in
  x86_64) debian=amd64 triplet=x86_64-linux-gnu loader=/lib64/ld-linux-x86-64.so.2 ;;
  aarch64) debian=arm64 triplet=aarch64-linux-gnu loader=/lib/ld-linux-aarch64.so.1 ;;
  *) say "images are built for x86_64 and arm64 on such machines, and this one is $(uname -m)" && exit 1 ;;
esac
umask 022
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# The initrd holds what mounts the system: everything else is in that, compressed, and is read as it is needed. The paths are the same in both.
initrd=$work/initrd root=$work/initrd/system

say "1/5 the kernel"
kernel=${INGOT_KERNEL:-}
if [[ -z $kernel ]]; then
  package=$(apt-cache depends "linux-image-$debian" | awk '/Depends/ {print $2; exit}')
  [[ -n $package ]] || { say "apt knows no linux-image-$debian: run apt-get update, or name a kernel's .deb in INGOT_KERNEL"; exit 1; }
  # It is kept, by the checksum that the archive signs.
  sum=$(apt-cache show "$package" | awk '/^SHA256:/ {print $2; exit}')
  home=~
  kept=${XDG_CACHE_HOME:-$home/.cache}/ingot/microkernel
  kernel=$kept/$sum.deb
  if [[ -z $sum ]] || ! sha256sum --check --status <<<"$sum  $kernel" 2>/dev/null; then
    (cd "$work" && apt-get download -q "$package" >/dev/null 2>"$work/apt.log") || { tail -n 3 "$work/apt.log" >&2; exit 1; }
    kernel=$(echo "$work"/linux-image-*.deb)
    if [[ -n $sum ]] && mkdir -p "$kept" 2>/dev/null; then
      find "$kept" -type f -mtime +30 -delete
      cp "$kernel" "$kept/.$$" && mv "$kept/.$$" "$kept/$sum.deb" # in one step: another build may look
    fi
  fi
fi
dpkg -x "$kernel" "$work/kernel"
version=$(basename "$work"/kernel/boot/vmlinuz-*)
version=${version#vmlinuz-}
depmod -b "$work/kernel" "$version"

say "2/5 the Java run-time"
"$java_home/bin/jlink" --add-modules java.base,java.logging,java.management,java.naming,jdk.naming.dns,java.xml,java.sql,jdk.crypto.ec,jdk.unsupported \
  --strip-debug --no-header-files --no-man-pages --compress zip-0 --output "$work/jre" 2>/dev/null
rm -rf -- "$work/jre/legal"
sed -i '/^#/d; /^$/d' "$work/jre/conf/security/java.security" # each start reads it: what it says, without 60 kB of remarks
if command -v strip >/dev/null; then
  strip --strip-unneeded "$work/jre/lib/server/libjvm.so" # names of functions, which only a crash report would show
else
  say "  with the names of the JVM's functions: strip (binutils) is not installed here"
fi

say "3/5 programs and libraries"
mkdir -p "$initrd"/{etc,proc,sys,dev,run,tmp,root,var/lib/ingot,early} "$root"/{bin,lib/"$triplet",lib64,opt/ingot/lib,usr/share/udhcpc}
for name in bin sbin lib lib64 usr opt; do ln -s "system/$name" "$initrd/$name"; done
ln -s bin "$root/sbin"
ln -s ../bin "$root/usr/bin"
ln -s ../bin "$root/usr/sbin"
cp /bin/busybox "$initrd/busybox"
ln -s /busybox "$root/bin/busybox"
"$initrd/busybox" --list | while read -r applet; do [[ $applet == busybox ]] || ln -sf /busybox "$root/bin/$applet"; done
libraries() { # of programs $@, with what they need; a script or a program that is linked with all that it needs has none
  { ldd "$@" 2>/dev/null | grep -oE '/[^ ]*\.so[^ ]*' || true; } | sort -u | while read -r library; do
    case $library in "$work"/*) ;; *) [[ ! -f $library ]] || cp -Ln "$library" "$root/lib/$triplet/" ;; esac
  done
}
cp -L "$loader" "$root$(dirname "$loader")/"
tool() { # one program under the name that it has
  local path
  path=$(command -v "$1" || true)
  if [[ -z $path ]]; then
    say "  without $1: it is not installed here"
    return
  fi
  rm -f -- "$root/bin/$1"
  cp -L "$path" "$root/bin/$1"
  libraries "$path"
}
for name in modprobe dmidecode ipmitool lspci lsblk ethtool ip smartctl hdparm nvme efibootmgr kexec bash; do tool "$name"; done
for file in /usr/share/misc/pci.ids /usr/share/hwdata/pci.ids; do
  if [[ -r $file ]]; then
    install -Dm644 "$file" "$root/usr/share/misc/pci.ids"
    break
  fi
done
cp -a "$work/jre" "$root/opt/ingot/jre"
libraries "$work/jre/bin/java" "$work/jre/lib/server/libjvm.so" "$work"/jre/lib/*.so
# `agent` takes agent-amqp with it: it speaks Ur's protocol, and to servers by way of a broker.
for jar in app agent amqp protocol configuration core; do cp "$dist"/lib/ingot-$jar-*.jar "$root/opt/ingot/lib/"; done
for jar in jspecify slf4j-api Java-WebSocket snakeyaml-engine jackson-core jackson-databind jackson-annotations jackson-dataformat-yaml logback-classic logback-core amqp-client; do
  cp "$dist"/lib/"$jar"-[0-9]*.jar "$root/opt/ingot/lib/"
done

say "4/5 drivers of kernel $version"
listed() { # the modules that lines of the file `modules` name
  local name
  while read -r name; do
    case $name in
      */*) find "$work/kernel/lib/modules/$version/kernel/drivers/$name" -name '*.ko*' -printf '%f\n' 2>/dev/null | sed 's/\.ko.*//' ;;
      *) echo "$name" ;;
    esac
  done | sort -u
}
comm -23 <(grep -v -e '^#' -e '^!' "$here/modules" | listed) <(sed -n 's/^!//p' "$here/modules" | listed) >"$work/wanted"
while read -r module; do
  modprobe -d "$work/kernel" -S "$version" --show-depends "$module" 2>/dev/null || true
done <"$work/wanted" | awk '/^insmod/ {print $2}' | sort -u | while read -r file; do
  install -Dm644 "$file" "$root/${file#"$work"/kernel/}"
done
cp "$work/kernel/lib/modules/$version"/modules.{order,builtin,builtin.modinfo} "$root/lib/modules/$version/"
depmod -b "$root" "$version"
for module in loop squashfs; do cp "$(modprobe -d "$work/kernel" -S "$version" --show-depends "$module" | awk '/^insmod/ {print $2}' | tail -n 1)" "$initrd/early/"; done
# Each driver and a file that it may ask for.
find "$root/lib/modules" -name '*.ko' -print0 | xargs -0 -n 50 modinfo 2>/dev/null |
  awk '/^filename:/ {driver = $2; gsub(/.*\/|\.ko.*/, "", driver)} /^firmware:/ {print driver, $2}' | sort -u >"$work/firmware"
if [[ -n $own ]]; then
  if [[ -d $own/firmware ]]; then mkdir -p "$root/lib/firmware" && cp -rL "$own/firmware/." "$root/lib/firmware/"; fi
  if [[ -d $own/bin ]]; then
    cp -rL --remove-destination "$own/bin/." "$root/bin/"
    find "$own/bin" -type f -perm -1 | while read -r program; do libraries "$program"; done
  fi
  if [[ -f $own/agent.yaml ]]; then install -Dm600 "$own/agent.yaml" "$initrd/etc/ingot/agent.yaml"; fi
fi
while read -r driver file; do [[ -e $root/lib/firmware/$file ]] || echo "$driver $file"; done <"$work/firmware" >"$work/missing"
install -m755 "$here/init" "$initrd/init"
install -m755 "$here/start" "$root/start"
install -m755 "$here/udhcpc.script" "$root/usr/share/udhcpc/default.script"
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$initrd/etc/passwd"
printf 'root:x:0:\n' >"$initrd/etc/group"
printf 'hosts: files dns\n' >"$initrd/etc/nsswitch.conf"
printf '127.0.0.1 localhost\n' >"$initrd/etc/hosts"
if [[ ${INGOT_AOT:-} == off ]]; then
  say "  without an archive of the agent's classes, as told"
  "$here/cache.sh" arguments "$initrd"
else
  "$here/cache.sh" make "$initrd" || say "  without an archive of the agent's classes: it will start some seconds later"
fi
if [[ -n ${INGOT_CLASSES:-} ]]; then
  "$here/cache.sh" list "$initrd" >"$INGOT_CLASSES"
  say "  the classes of a run of the agent are in $INGOT_CLASSES"
fi

say "5/5 packing"
mkdir -p "$out"
chmod -R u+w,go-w "$root"
find "$root" -exec touch -h -d @0 {} +
mksquashfs "$root" "$work/system.squashfs" -comp zstd -Xcompression-level "$level" -b 1M -all-root -noappend -no-progress -mkfs-time 0 -all-time 0 -quiet >&2
rm -rf -- "$root"
mkdir "$root" "$work/packed"
mv "$work/system.squashfs" "$work/packed/system.squashfs"
find "$initrd" "$work/packed" -exec touch -h -d @0 {} +
archive() { (cd "$1" && find . -mindepth 1 -print0 | sort -z | cpio --quiet --null -o -H newc -R 0:0 --reproducible); }
# Two archives, of which the kernel unpacks each as it is: what is compressed already is not compressed again, and is first, since an archive
# that is not compressed must begin at a multiple of four bytes.
{
  archive "$work/packed"
  archive "$initrd" | gzip -9n
} >"$out/initrd.img.new"
cp "$work/kernel/boot/vmlinuz-$version" "$out/vmlinuz.new"
cp "$work/missing" "$out/missing-firmware.txt"
chmod 644 "$out"/*.new
rm -f -- "$out/sha256sums" # so that who is interrupted here has no image that looks whole
mv "$out/vmlinuz.new" "$out/vmlinuz"
mv "$out/initrd.img.new" "$out/initrd.img"
(cd "$out" && sha256sum vmlinuz initrd.img >sha256sums)
total=$(($(stat -c %s "$out/vmlinuz") + $(stat -c %s "$out/initrd.img")))
say "kernel $version: $(du -h "$out/vmlinuz" | cut -f1) and $(du -h "$out/initrd.img" | cut -f1) in $out; $(wc -l <"$out/missing-firmware.txt") firmware files of its drivers are not in it (ingot images verify)"
if ((total > 60000000)); then say "that is more than 60 MB: fewer drivers or tools make it boot faster"; fi
