# shellcheck shell=bash
# What `ingot rack up` needs before the program sets the rack up: Debian's packages, and a microkernel to boot.
# Sourced; uses say, die, top, dist, java_home.
# shellcheck disable=SC2154

prepare_rack() {
  ((EUID == 0)) || die "a rack needs root, for network namespaces: sudo $0 $*"
  source "$top/launcher/packages.sh"
  local needs=(/bin/ip:iproute2 /usr/bin/qemu-system-x86_64:qemu-system-x86 /usr/share/seabios/bios-256k.bin:seabios /usr/lib/ipxe/qemu/efi-virtio.rom:ipxe-qemu
    /usr/lib/ipxe/undionly.kpxe:ipxe /usr/sbin/dnsmasq:dnsmasq-base) missing=() each
  if [[ " $* " != *" --without-bmc "* ]]; then needs+=(/usr/bin/ipmi_sim:openipmi); fi
  if [[ " $* " == *" --uefi "* ]]; then needs+=(/usr/share/OVMF/OVMF_CODE_4M.fd:ovmf); fi
  for each in "${needs[@]}"; do [[ -e ${each%%:*} ]] || missing+=("${each##*:}"); done
  local image=${INGOT_DATA_DIR:-/var/lib/ingot}/boot/images/microkernel/x86_64/vmlinuz
  if [[ -e /bin/ip ]] && { ((${#missing[@]} > 0)) || [[ ! -e $image ]]; }; then
    # What is asked wrongly, or of no server, is said before minutes are spent on it.
    env -u INGOT_JAVA_HOME -u INGOT_JAVA_OPTIONS -u INGOT_AOT "$java_home/bin/java" "@$dist/cli.args" dev.ingot.app.Main "$@" --check >/dev/null || exit
  fi
  ((${#missing[@]} == 0)) || install_packages "for a rack of QEMU machines" "${missing[@]}" || return 1
  if [[ ! -e $image ]]; then
    say "there is no microkernel yet; building it takes a minute or two, once"
    source "$top/launcher/images.sh"
    run_images build || return 1
  fi
}
