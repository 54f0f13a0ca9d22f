# shellcheck shell=bash
# Installs Debian packages where we may, and says what and why; else says the line to run. Sourced; uses say.

# install_packages WHY PACKAGE…
install_packages() {
  local why=$1 as=()
  shift
  if ! command -v apt-get >/dev/null; then
    say "$* is needed $why; install it with your package manager (these are Debian's names)"
    return 1
  fi
  if ((EUID != 0)); then
    if ! sudo -n true 2>/dev/null; then
      say "$* is needed $why; run: sudo apt-get install --no-install-recommends $*"
      return 1
    fi
    as=(sudo -n)
  fi
  say "installing $*: needed $why; no service of theirs is started"
  local log policy=/usr/sbin/policy-rc.d made=
  log=$(mktemp)
  # Debian asks this program whether a package may start its service; who has one keeps it.
  if [[ ! -e $policy ]] && printf '#!/bin/sh\nexit 101\n' | "${as[@]}" tee "$policy" >/dev/null; then
    "${as[@]}" chmod 755 "$policy"
    made=1
  fi
  local status=0
  apt_install "$log" "$@" || status=1
  [[ -z $made ]] || "${as[@]}" rm -f -- "$policy"
  ((status == 0)) || return 1
  rm -f -- "$log"
}

# apt_install LOG PACKAGE…; as in install_packages, by `as`
apt_install() {
  local log=$1
  shift
  if ! "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
    "${as[@]}" apt-get update -q >>"$log" 2>&1 || true
    if ! "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null >>"$log" 2>&1; then
      tail -n 5 "$log" >&2
      say "could not install them; the log is $log"
      return 1
    fi
  fi
}
