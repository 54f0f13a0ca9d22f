#!/usr/bin/env bash
# How the agent's JVM is started, and the archive of classes that it starts from: made at the paths that they have on a node.
# usage: cache.sh make|arguments|list INITRD
# The archive is made of what the file `classes` names, so that the same jars and Java give the same archive, whoever makes it. `list` prints
# what that file should hold: the classes of a run of the agent. One that is missing there is loaded from its jar, a little later.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
verb=$1 initrd=$2
root=$initrd/system
java=/opt/ingot/jre/bin/java
classpath=$(cd "$root" && find opt/ingot/lib -name '*.jar' -printf ':/%p\n' | LC_ALL=C sort | tr -d '\n')
# What runs once is not compiled: on a node that has just started that costs more than it gains. The archive lies at the addresses that it was
# made for, or each pointer in it would be written anew; and methods that are called by reflection, once, get no code made for that.
printf '%s\n' -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Djdk.reflect.useNativeAccessorOnly=true -XX:+UseSerialGC \
  -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=20 -Xms32m -Xmn20m -Xmx96m -Xss512k -XX:-UsePerfData -XX:+UseCompactObjectHeaders \
  -Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider -Dslf4j.internal.verbosity=WARN \
  -Xlog:disable -Xlog:all=error -Xlog:cds=off --enable-native-access=ALL-UNNAMED -cp "${classpath#:}" >"$root/opt/ingot/agent.args"
[[ $verb != arguments ]] || exit 0

find "$root/opt" -exec touch -h -d @0 {} + # the archive remembers the time of each jar
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
# inside COMMAND: runs it as on a node, with this folder's tmp as /tmp
inside() {
  local spaces=(--mount)
  ((EUID == 0)) || spaces+=(--map-root-user)
  # shellcheck disable=SC2016 # the inner shell has its own arguments
  unshare "${spaces[@]}" bash -ec '
    for folder in proc sys dev; do mount --rbind "/$folder" "$1/$folder"; done
    mount --bind "$2" "$1/tmp"
    root=$1
    shift 2
    exec chroot "$root" "$@"' inside "$initrd" "$work" "$java" @/opt/ingot/agent.args "$@" >"$work/log" 2>&1 </dev/null ||
    { tail -n 5 "$work/log" >&2 && exit 1; }
}
case $verb in
  make)
    cp "$here/classes" "$work/classes"
    # With classes linked, and lambdas and constants found: that is most of what a JVM that starts does. Two are made, to tell what a time is.
    for archive in agent again; do
      inside -Xshare:dump -XX:+AOTClassLinking -XX:SharedClassListFile=/tmp/classes -XX:SharedArchiveFile=/tmp/$archive.jsa
    done
    inside -Xshare:off dev.ingot.app.NodeArchive /tmp/agent.jsa /tmp/again.jsa
    install -m644 "$work/agent.jsa" "$root/opt/ingot/agent.jsa"
    ;;
  list)
    inside -XX:DumpLoadedClassList=/tmp/classes dev.ingot.app.NodeTraining /tmp/data
    # Without numbers, which no two runs have in common; classes first, since what is said of constants (@cp) is of classes that are loaded.
    sed -E '/^#/d; s/ (id|super|interfaces|source): .*//' "$work/classes" | LC_ALL=C sort -u | awk '!/^@/ {print; next} {rest = rest $0 "\n"} END {printf "%s", rest}'
    ;;
esac
