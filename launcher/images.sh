# shellcheck shell=bash
# `ingot images build|verify`. Sourced; uses say, die, top, dist, java_home.
# shellcheck disable=SC2154

run_images() {
  source "$top/launcher/packages.sh"
  local verb=${1:-} out own='' data=/var/lib/ingot
  ((EUID == 0)) || data=~/.local/share/ingot
  out=${INGOT_DATA_DIR:-$data}/boot/images/microkernel/x86_64
  shift || true
  while (($#)); do
    case $1 in
      --out) out=${2:?--out takes a folder} && shift 2 ;;
      --with) own=${2:?--with takes a folder} && shift 2 ;;
      *) verb=help && break ;;
    esac
  done
  case $verb in
    build)
      local missing=() program package
      for pair in busybox:busybox-static cpio:cpio mksquashfs:squashfs-tools modprobe:kmod dmidecode:dmidecode lspci:pciutils ethtool:ethtool ip:iproute2 ipmitool:ipmitool smartctl:smartmontools \
        nvme:nvme-cli efibootmgr:efibootmgr kexec:kexec-tools strip:binutils; do
        program=${pair%%:*} package=${pair##*:}
        PATH=$PATH:/usr/sbin:/sbin command -v "$program" >/dev/null || missing+=("$package")
      done
      if [[ -x /bin/busybox ]] && ldd /bin/busybox >/dev/null 2>&1; then missing+=(busybox-static); fi
      ((${#missing[@]} == 0)) || install_packages "to build the microkernel" "${missing[@]}" || return 1
      "$top/microkernel/build.sh" "$out" "$dist" "$java_home" ${own:+"$own"}
      ;;
    verify)
      [[ -r $out/vmlinuz && -r $out/initrd.img ]] || die "there is no image in $out: run ingot images build"
      say "$(du -h "$out/vmlinuz" | cut -f1) kernel and $(du -h "$out/initrd.img" | cut -f1) initrd in $out"
      if [[ -s $out/missing-firmware.txt ]]; then
        say "$(wc -l <"$out/missing-firmware.txt") firmware files that its drivers may ask for are not in it; put those of your hardware under FOLDER/firmware and build --with FOLDER:"
        cat -- "$out/missing-firmware.txt"
      fi
      ;;
    *)
      say "usage: ingot images build [--out DIR] [--with FOLDER]   builds the microkernel; FOLDER has firmware/ and bin/ of your own"
      say "       ingot images verify [--out DIR]                  its size, and the firmware that its drivers lack"
      return 2
      ;;
  esac
}
