# shellcheck shell=bash
# Runs Maven with its output in a log and one line of progress on standard error.
# Sourced; uses say, die, java_home.
# shellcheck disable=SC2154

# Sets mvn, the Maven that somebody named, has in PATH or unpacked in a usual place; fails where there is none.
locate_maven() {
  local folder
  for folder in "${MAVEN_HOME:-}" "${M2_HOME:-}"; do
    [[ -n $folder && -x $folder/bin/mvn ]] && mvn=$folder/bin/mvn && return
  done
  mvn=$(type -P mvn) && return
  for folder in ~/.sdkman/candidates/maven/current ~/{,.local/,.local/share/,.local/opt/,opt/,tools/}{apache-,}maven* \
    ~/.asdf/installs/maven/* ~/.local/share/mise/installs/maven/* ~/.m2/wrapper/dists/apache-maven-*/*{,/*} \
    /opt/{apache-,}maven* /usr/local/{apache-,}maven* /usr/share/maven; do
    [[ -x $folder/bin/mvn ]] && mvn=$folder/bin/mvn && return
  done
  return 1
}

# Maven is all that a build needs beside the JDK.
find_maven() {
  locate_maven && return
  source "$top/launcher/packages.sh"
  install_packages "for the build, and no Maven is in MAVEN_HOME, PATH or the usual folders" maven || exit 1
  locate_maven || die "Maven was installed but there is no mvn in PATH."
}

# maven WHAT LOG ARGUMENTS…: the exit status is Maven's.
maven() {
  local what=$1 log=$2 status=0 line began=$SECONDS shown=$SECONDS
  local at='' test='' turn=false downloads=0
  shift 2
  : >"$log"
  JAVA_HOME=$java_home MAVEN_OPTS="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${MAVEN_OPTS:-}" \
    "$mvn" -B "$@" >"$log" 2>&1 </dev/null 8>&- 9<&- &
  maven_pid=$!
  trap 'kill "$maven_pid" 2>/dev/null; exit 130' INT
  trap 'kill "$maven_pid" 2>/dev/null; exit 143' TERM
  exec 7<"$log"
  while :; do
    local alive=true
    kill -0 "$maven_pid" 2>/dev/null || alive=false
    while IFS= read -r line <&7; do
      if [[ $line =~ Building\ (.*)\ [^\ ]+\ +\[([0-9]+/[0-9]+)\]$ ]]; then
        at="${BASH_REMATCH[2]} ${BASH_REMATCH[1]#Ingot }" test='' turn=true
      elif [[ $line =~ ^\[INFO\]\ Running\ .*\.([^.]+)$ ]]; then
        test=", ${BASH_REMATCH[1]}"
      elif [[ $line == Downloading\ * || $line == '[INFO] Downloading '* ]]; then
        downloads=$((downloads + 1)) test=", downloading ${line##*/}"
      fi
    done
    $alive || break
    progress
    sleep 0.2
  done
  exec 7<&-
  wait "$maven_pid" || status=$?
  trap - INT TERM
  if [[ -t 2 ]]; then printf '\r\033[K' >&2; fi
  return "$status"
}

# A terminal has one line that changes; anything else gets one every 15 seconds, sooner when another module began.
progress() {
  local seconds=$((SECONDS - began)) text
  text="$what $at$test"
  ((downloads == 0)) || text+=" ($downloads downloaded)"
  if [[ -t 2 ]]; then
    printf '\r\033[K%.*s' "$((${COLUMNS:-80} - 1))" "ingot: $seconds s, $text" >&2
  elif ((SECONDS - shown >= 15)) || { $turn && ((SECONDS - shown >= 4)); }; then
    shown=$SECONDS turn=false
    say "$seconds s, $text"
  fi
}

# What went wrong by the log $1, without Maven's advice about Maven.
maven_errors() {
  grep -F '[ERROR]' "$1" | sed 's/ -> \[Help .*//' |
    grep -vE 'Re-run Maven|To see the full|For more information|After correcting|mvn <args>|^\[ERROR\] *$|\[ERROR\] \[Help ' || true
}
