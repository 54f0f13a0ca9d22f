# shellcheck shell=bash
# `ingot test [--long] [Maven's arguments…]`: the whole build with every check and test, then one line of counts.
# Sourced by ../ingot.
# shellcheck disable=SC2154
source "$top/launcher/maven.sh"
source "$top/launcher/packages.sh"

# What tests use beside the JDK: a command (or a file pattern), its Debian package, and what for.
needs() {
  cat <<'LIST'
mvn                                maven        the build
ip                                 iproute2     the interfaces inspector is compared with it
lspci                              pciutils     the pci inspector is compared with it
lsusb                              usbutils     the usb inspector is compared with it
dmidecode                          dmidecode    the dmi inspector is compared with it
lsblk                              util-linux   the os_storage and cpu inspectors are compared with it
shellcheck                         shellcheck   the launcher is checked by it
zstd                               zstd         recorded inputs are packed with it
curl                               curl         examples in the documents use it
chromium                           chromium     the page of resources is tested in a browser
/usr/lib/postgresql/*/bin/initdb   postgresql   the server is tested on an external PostgreSQL too
/usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server the broker of a fleet: agents, events and plugins are tested on it
/usr/lib/python3/dist-packages/pika python3-pika a client that is not ours talks to our exchanges
/usr/lib/python3/dist-packages/zmq python3-zmq agents and programs that are not ours talk to Mercury's services
/usr/lib/python3/dist-packages/msgpack python3-msgpack the same
qemu-system-x86_64                 qemu-system-x86 machines with real firmware boot from the network
/usr/share/seabios/bios-256k.bin   seabios      their BIOS
/usr/lib/ipxe/qemu/efi-virtio.rom  ipxe-qemu    their network cards' boot ROMs
/usr/lib/ipxe/undionly.kpxe        ipxe         what they load first
/usr/share/OVMF/OVMF_CODE_4M.fd    ovmf         their UEFI
dnsmasq                            dnsmasq-base the DHCP server beside which we answer
ipmi_sim                           openipmi     the BMCs of their rack
ipmitool                           ipmitool     asks them
dhcpd                              isc-dhcp-server the DHCP server beside which machines boot in the long test
efibootmgr                         efibootmgr   such machines choose with it what their firmware boots
dhclient                           isc-dhcp-client a machine that asks for an address
dhcrelay                           isc-dhcp-relay a relay before machines that ask
busybox                            busybox-static the microkernel is built of it
cpio                               cpio         the microkernel is packed with it
mksquashfs                         squashfs-tools its system is packed with it
modprobe                           kmod         the microkernel's drivers are chosen with it
/usr/lib/*/faketime/libfaketimeMT.so.1 libfaketime gives a server a clock that is wrong
LIST
}

install_needs() {
  local command package why missing=()
  while read -r command package why; do
    if [[ $command == mvn ]]; then
      locate_maven && continue
    elif [[ $command == /* ]]; then
      compgen -G "$command" >/dev/null && continue
    else
      PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null && continue
    fi
    say "$command is missing ($package): $why"
    missing+=("$package")
  done < <(needs)
  if ((${#missing[@]} > 0)); then
    install_packages "for the tests" "${missing[@]}" || say "going on without; tests that need them are skipped and say so"
  fi
}

run_tests() {
  local arguments=() status=0 log=$state/test.log began=$SECONDS argument
  for argument in "$@"; do
    if [[ $argument == --long ]]; then arguments+=(-Dlong=true); else arguments+=("$argument"); fi
  done
  [[ -w $top ]] || die "the tests build in $top, which cannot be written: run them in a checkout of your own."
  mkdir -p -- "$state"
  install_needs
  find_maven
  export PATH=$PATH:/usr/sbin:/sbin
  cd -- "$top" || exit
  rm -rf -- ./*/target/surefire-reports ./*/target/failsafe-reports
  # A failed test does not keep the modules above it from being tested; its report and the log still fail the whole.
  maven "testing" "$log" --fail-at-end -Dmaven.test.failure.ignore=true "${arguments[@]}" verify || status=$?
  if ((status != 0)) || grep -qF '[ERROR]' "$log"; then
    status=1
    maven_errors "$log" | head -n 60 | sed 's/^/  /' >&2
    say "failed; the whole log is $log, the output of tests is in */target/*-reports"
  fi
  if ! spotless_ran "$log"; then
    say "failed: the format was not checked in every module (Spotless did not run)"
    status=1
  fi
  say "$((SECONDS - began)) s"
  report || status=1
  return "$status"
}

# As often as Maven began a module that compiles, if nothing stopped it before.
spotless_ran() {
  local modules checks
  grep -q 'BUILD SUCCESS' "$1" || return 0
  modules=$(grep -cE -- '--- (maven-)?compiler(-plugin)?:[^ ]+:compile ' "$1")
  checks=$(grep -cE -- '--- spotless(-maven-plugin)?:[^ ]+:check ' "$1")
  ((modules > 0 && checks >= modules))
}

# Prints the skipped tests with their reasons, then the counts alone on the last line of standard output. Fails if any failed or none ran.
report() {
  local reports=()
  shopt -s nullglob
  reports=(./*/target/surefire-reports/TEST-*.xml ./*/target/failsafe-reports/TEST-*.xml)
  if ((${#reports[@]} == 0)); then
    echo "0 passed, 0 failed, 0 skipped"
    return 1
  fi
  awk -f "$top/launcher/report.awk" "${reports[@]}"
}
