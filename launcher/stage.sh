# shellcheck shell=bash
# Puts a finished build into dist/<hash>/, a path that is never used for anything else: a JVM with an AOT cache does not
# notice that a jar was rebuilt under it, so the jars, the flags and the JDK make the name, and the cache lives inside.
# Sourced by build.sh.
# shellcheck disable=SC2154

# The flags of each kind of JVM, one per line; they are part of the hash.
flags_of() {
  printf '%s\n' -XX:+UseSerialGC -XX:-UsePerfData -Xlog:aot=off -Xlog:cds=off --enable-native-access=ALL-UNNAMED
  case $1 in
    cli) printf '%s\n' -XX:TieredStopAtLevel=1 -Xmx256m ;;
    agent) printf '%s\n' -XX:TieredStopAtLevel=1 -Xmx40m -Xss512k -XX:+UseCompactObjectHeaders -XX:ReservedCodeCacheSize=24m -XX:+ExitOnOutOfMemoryError ;;
    simulate) printf '%s\n' -XX:TieredStopAtLevel=1 -XX:+UseCompactObjectHeaders ;;
    server)
      printf '%s\n' -XX:+UseCompactObjectHeaders -XX:MaxHeapFreeRatio=40 -XX:MinHeapFreeRatio=15 -XX:+ExitOnOutOfMemoryError
      # On two processors 3,000 arriving machines took 15.4 s without the optimising compiler and 17.5 s with it.
      if (($(nproc) <= 2)); then echo -XX:TieredStopAtLevel=1; fi
      ;;
  esac
}

# Words for a Java argument file: quoted, with backslashes doubled.
quoted() { printf '"%s"\n' "${1//\\/\\\\}"; }

stage() {
  local copy=$1 jars=() kind hash fresh jar classpath=''
  IFS=: read -r -a jars < <(tr -d '\n' <"$copy/app/target/classpath"; echo)
  jars=("$copy"/app/target/ingot-app-*.jar "${jars[@]}")
  hash=$(
    {
      sha256sum -- "${jars[@]}" | cut -c1-64
      printf '%s\n' "$state" "$java_home" "$release"
      for kind in cli agent server simulate; do flags_of "$kind"; done
    } | sha256sum | cut -c1-16
  )
  dist=$state/dist/$hash
  if [[ ! -e $dist/in-use ]]; then
    fresh=$state/dist/.new
    rm -rf -- "$fresh"
    mkdir -p -- "$fresh/lib"
    cp -- "${jars[@]}" "$fresh/lib/"
    for jar in "${jars[@]}"; do classpath+=:$dist/lib/${jar##*/}; done
    for kind in cli agent server simulate; do
      {
        flags_of "$kind"
        quoted "-XX:AOTCache=$dist/$kind.aot" # an absent or unfit cache is not used, and not mentioned
        quoted "-Dingot.dist=$dist"
        echo -cp
        quoted "${classpath#:}"
      } >"$fresh/$kind.args"
    done
    : >"$fresh/in-use"
    rm -rf -- "$dist"
    mv -- "$fresh" "$dist"
  fi
  printf '%s\n' "$hash" "$listing" >"$state/current.new"
  mv -- "$state/current.new" "$state/current"
  exec 9<"$dist/in-use"
  flock -s 9
}

# Old builds go once nobody runs them: neither a process that came through the launcher (it holds the lock) nor an agent that one started.
remove_unused() {
  local old
  for old in "$state"/dist/*/; do
    old=${old%/}
    [[ $old != "$dist" ]] || continue
    [[ -z $(find "$old" -maxdepth 0 -mmin -5) ]] || continue
    if ! grep -qsFf <(printf "%s/" "$old") /proc/[0-9]*/cmdline && flock -n -x "$old/in-use" true; then
      rm -rf -- "$old"
    fi
  done
}
