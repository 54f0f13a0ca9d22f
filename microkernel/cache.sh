#!/usr/bin/env bash
# How the agent's JVM is started, and the cache that it starts from: recorded from a run of the agent at the paths that it has on a node.
# usage: cache.sh make|arguments INITRD
# No two recordings are alike, so the cache of the same jars and Java is kept and used again: then two images of them are the same, bit for bit.
set -euo pipefail
verb=$1 initrd=$2
root=$initrd/system
home=~
kept=${XDG_CACHE_HOME:-$home/.cache}/ingot/microkernel
java=/opt/ingot/jre/bin/java
classpath=$(cd "$root" && find opt/ingot/lib -name '*.jar' -printf ':/%p\n' | LC_ALL=C sort | tr -d '\n')
# A cache holds code for the processor that it was made on, which another does not understand: that part is off.
printf '%s\n' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx96m -Xss512k -XX:-UsePerfData -XX:+UseCompactObjectHeaders -XX:+UnlockDiagnosticVMOptions \
  -XX:-AOTAdapterCaching -XX:-AOTStubCaching -Xlog:disable -Xlog:all=error -Xlog:aot=off -Xlog:cds=off --enable-native-access=ALL-UNNAMED \
  -cp "${classpath#:}" >"$root/opt/ingot/agent.args"
[[ $verb == make ]] || exit 0

find "$root/opt" -exec touch -h -d @0 {} + # the cache remembers the time of each jar
key=$(cd "$root/opt/ingot" && sha256sum agent.args lib/*.jar jre/lib/modules jre/lib/server/libjvm.so | sha256sum | cut -c1-32)
if [[ ! -s $kept/$key.aot ]]; then
  work=$(mktemp -d)
  trap 'rm -rf -- "$work"' EXIT
  spaces=(--mount)
  ((EUID == 0)) || spaces+=(--map-root-user)
  # shellcheck disable=SC2016 # the inner shell has its own arguments
  if ! unshare "${spaces[@]}" bash -ec '
    for folder in proc sys dev; do mount --rbind "/$folder" "$1/$folder"; done
    mount -t tmpfs -o mode=700 none "$1/tmp"
    chroot "$1" "$2" @/opt/ingot/agent.args -XX:AOTMode=record -XX:AOTConfiguration=/tmp/agent.conf dev.ingot.app.NodeTraining /tmp/data
    chroot "$1" "$2" @/opt/ingot/agent.args -XX:AOTMode=create -XX:AOTConfiguration=/tmp/agent.conf -XX:AOTCache=/tmp/agent.aot
    cp "$1/tmp/agent.aot" "$3"' record "$initrd" "$java" "$work/agent.aot" >"$work/log" 2>&1 </dev/null; then
    tail -n 5 "$work/log" >&2
    exit 1
  fi
  mkdir -p "$kept"
  find "$kept" -name '*.aot' -mtime +30 -delete
  mv "$work/agent.aot" "$kept/.$key.new"
  mv "$kept/.$key.new" "$kept/$key.aot"
fi
install -m644 "$kept/$key.aot" "$root/opt/ingot/agent.aot"
