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
      --out | --with)
        if [[ -z ${2:-} || $2 == --* ]]; then
          say "$1 wants a folder"
          return 2
        fi
        if [[ $1 == --out ]]; then out=$2; else own=$2; fi
        shift 2
        ;;
      *)
        [[ $1 == -h || $1 == --help ]] || say "images $verb knows no $1"
        verb=help
        break
        ;;
    esac
  done
  case $verb in
    build)
      if [[ -n $own ]]; then
        [[ -d $own ]] || die "there is no folder $own"
        [[ -d $own/firmware || -d $own/bin || -f $own/agent.yaml ]] ||
          die "$own has nothing that an image takes: firmware/, bin/ or agent.yaml"
      fi
      if ! mkdir -p -- "$out" 2>/dev/null || [[ ! -w $out ]]; then die "the image cannot be written to $out: not a folder that may be written (--out DIR)"; fi
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
      [[ -z $own ]] || die "verify looks at an image that is built: --with belongs to images build"
      [[ -r $out/vmlinuz && -r $out/initrd.img ]] || die "there is no image in $out: run ingot images build"
      [[ -r $out/sha256sums && -r $out/missing-firmware.txt ]] || die "the image in $out was not made by this ingot images build, or not whole: build it again"
      (cd -- "$out" && sha256sum --check --quiet --strict sha256sums) >&2 || die "the image in $out is not as it was built: build it again"
      say "$(du -h "$out/vmlinuz" | cut -f1) kernel and $(du -h "$out/initrd.img" | cut -f1) initrd in $out, as they were built"
      if [[ -s $out/missing-firmware.txt ]]; then
        say "$(cut -d' ' -f1 "$out/missing-firmware.txt" | uniq | wc -l) drivers may ask for $(wc -l <"$out/missing-firmware.txt") firmware files that are not in it; put those of your hardware under FOLDER/firmware and build --with FOLDER:"
        awk '{printf "%-20s %s\n", $1, $2}' "$out/missing-firmware.txt"
      fi
      ;;
    *)
      say "usage: ingot images build [--out DIR] [--with FOLDER]   builds the microkernel; FOLDER has firmware/, bin/ and agent.yaml of your own"
      say "       ingot images verify [--out DIR]                  its size, whether it is whole, and the firmware that its drivers lack"
      return 2
      ;;
  esac
}
