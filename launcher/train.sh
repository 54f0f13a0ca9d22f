#!/usr/bin/env bash
# Trains the AOT caches of one build in the background: records a real `up` and a real command in a folder of its own,
# then writes each cache beside the jars, whole or not at all. Nobody waits for it.
#   train.sh DIST JAVA_HOME later|now
set -euo pipefail
dist=$1 java_home=$2 when=$3
state=${dist%/dist/*}
main=dev.ingot.app.Main

if [[ $when == later ]]; then
  setsid nice -n 19 "$0" "$dist" "$java_home" background </dev/null >/dev/null 2>&1 &
  exit 0
fi
exec 8>"$state/train.lock"
if [[ $when == now ]]; then flock 8; else flock -n 8 || exit 0; fi
[[ ! -e $dist/trained ]] || exit 0
exec >"$state/train.log" 2>&1 </dev/null
if [[ $when == background ]]; then sleep 15; fi # the call that built this goes first

for variable in "${!INGOT_@}"; do unset "$variable"; done
work=$(mktemp -d)
chmod 711 "$work" # the embedded database has an account of its own when we are root
up=
finish() {
  if [[ -n $up ]]; then kill "$up" 2>/dev/null || true; fi
  wait
  rm -rf -- "$work"
}
trap finish EXIT
trap 'exit 143' TERM INT

current() { [[ $(head -n 1 "$state/current") == "${dist##*/}" ]]; }

free_port() {
  while :; do
    port=$((20000 + RANDOM % 10000))
    (: </dev/tcp/127.0.0.1/"$port") 2>/dev/null || break
  done
}

ready() {
  local status
  (
    exec 3<>/dev/tcp/127.0.0.1/"$port"
    printf 'GET /health/ready HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
    read -r -t 5 _ status _ <&3 && [[ $status == 200 ]]
  ) 2>/dev/null
}

# The same arguments as users get, recording instead of reading a cache. `up` starts its agent with these too, by ingot.dist.
for kind in cli agent server simulate; do
  sed -e "s|^\"-XX:AOTCache=.*|-XX:AOTMode=record\n\"-XX:AOTConfiguration=$work/$kind.conf\"|" \
    -e "s|^\"-Dingot.dist=.*|\"-Dingot.dist=$work\"|" "$dist/$kind.args" >"$work/$kind.args"
done

# The agent that `up` started. It gets its own end, since `up` waits for it less long than a recording takes.
agent_process() {
  local folder word
  for folder in /proc/[0-9]*; do
    { IFS= read -r -d '' _ && IFS= read -r -d '' word; } 2>/dev/null <"$folder/cmdline" || continue
    if [[ $word == "@$work/agent.args" ]]; then
      echo "${folder#/proc/}"
      return
    fi
  done
  return 1
}

end_agent() {
  local agent i
  agent=$(agent_process) || return 0
  kill "$agent" || return 0
  for ((i = 0; i < 120; i++)); do
    [[ -e /proc/$agent ]] || break
    sleep 0.5
  done
  if [[ -s $work/agent.conf ]]; then mv -- "$work/agent.conf" "$work/agent.recorded"; fi # the next agent would overwrite it
}

free_port
export INGOT_DATA_DIR=$work/data INGOT_HTTP_PORT=$port INGOT_SERVER=http://127.0.0.1:$port
"$java_home/bin/java" "@$work/server.args" -Xmx256m "$main" up >"$work/up.log" 2>&1 8>&- 9<&- &
up=$!
for ((i = 0; i < 1200; i++)); do # ten minutes: on a busy machine the nicest process waits long
  if ! kill -0 "$up" 2>/dev/null || ! current; then break; fi
  if ready; then break; fi
  sleep 0.5
done
if ready; then
  for command in "nodes list" "nodes show --help" "nodes list -o json" "nodes query {}" "nodes list"; do
    sleep 2
    # shellcheck disable=SC2086
    "$java_home/bin/java" "@$dist/cli.args" "$main" $command 8>&- || true
  done
  # What a server does most when it is new: many machines that it has never seen.
  "$java_home/bin/java" "@$work/simulate.args" "$main" simulate --nodes 500 --until-stored 8>&- 9<&- || true
  "$java_home/bin/java" "@$work/cli.args" "$main" nodes list 8>&- || true
  end_agent
else
  echo "no server came up to train with:"
  cat "$work/up.log"
  "$java_home/bin/java" "@$work/cli.args" "$main" --version 8>&- || true
fi
kill "$up" 2>/dev/null || true
wait "$up" || true
up=
if [[ -e $work/agent.recorded ]]; then mv -- "$work/agent.recorded" "$work/agent.conf"; fi

for kind in cli agent server simulate; do
  if [[ -s $work/$kind.conf ]] && current; then
    sed -e "s|^\"-XX:AOTCache=.*|-XX:AOTMode=create\n\"-XX:AOTConfiguration=$work/$kind.conf\"\n\"-XX:AOTCache=$work/$kind.aot\"|" \
      "$dist/$kind.args" >"$work/create.args"
    if "$java_home/bin/java" "@$work/create.args" && [[ -s $work/$kind.aot ]]; then
      cp -- "$work/$kind.aot" "$dist/.$kind.aot"
      chmod 644 "$dist/.$kind.aot"
      mv -- "$dist/.$kind.aot" "$dist/$kind.aot"
    fi
  fi
done
: >"$dist/trained"
