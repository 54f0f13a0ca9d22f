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
  say "installing $*: needed $why"
  local log
  log=$(mktemp)
  if ! "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null >"$log" 2>&1; then
    "${as[@]}" apt-get update -q >>"$log" 2>&1 || true
    if ! "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" </dev/null >>"$log" 2>&1; then
      tail -n 5 "$log" >&2
      say "could not install them; the log is $log"
      return 1
    fi
  fi
  rm -f -- "$log"
}
