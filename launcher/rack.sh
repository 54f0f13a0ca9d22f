# shellcheck shell=bash
# What `ingot rack up` needs before the program sets the rack up: Debian's packages, and a microkernel to boot.
# Sourced; uses say, top, dist, java_home.
# shellcheck disable=SC2154

prepare_rack() {
  source "$top/launcher/packages.sh"
  local needs=(/usr/bin/qemu-system-x86_64:qemu-system-x86 /usr/share/seabios/bios-256k.bin:seabios /usr/lib/ipxe/qemu/efi-virtio.rom:ipxe-qemu
    /usr/lib/ipxe/undionly.kpxe:ipxe /usr/sbin/dnsmasq:dnsmasq-base) missing=() each
  if [[ " $* " != *" --without-bmc "* ]]; then needs+=(/usr/bin/ipmi_sim:openipmi); fi
  if [[ " $* " == *" --uefi "* ]]; then needs+=(/usr/share/OVMF/OVMF_CODE_4M.fd:ovmf); fi
  for each in "${needs[@]}"; do [[ -e ${each%%:*} ]] || missing+=("${each##*:}"); done
  ((${#missing[@]} == 0)) || install_packages "for a rack of QEMU machines" "${missing[@]}" || return 1
  local data=/var/lib/ingot
  ((EUID == 0)) || data=~/.local/share/ingot
  if [[ ! -e ${INGOT_DATA_DIR:-$data}/boot/images/microkernel/x86_64/vmlinuz ]]; then
    say "there is no microkernel yet; building it takes a minute or two, once"
    source "$top/launcher/images.sh"
    run_images build || return 1
  fi
}
