# shellcheck shell=bash
# Shared by the benchmarks: a server of our own in a temporary folder, stopped by process id. Sourced, not run.
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d /tmp/ingot-bench.XXXXXX)
chmod 755 "$work" # the embedded PostgreSQL runs as another user
port= # the caller chooses it
server_pid=
fleet_pid=

free_port() { /usr/bin/python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

stop_process() { # pid
  [[ -n $1 ]] && kill "$1" 2>/dev/null && wait "$1" 2>/dev/null
  return 0
}

stop_everything() {
  stop_process "$fleet_pid"
  stop_process "$server_pid"
  fleet_pid=
  server_pid=
  rm -rf -- "$work"
}
trap stop_everything EXIT

# Starts a server in $work/data and waits until it is ready.
start_server() {
  export INGOT_SERVER=http://127.0.0.1:$port INGOT_DATA_DIR=$work/data
  "$top/ingot" server --http.port "$port" --data.dir "$work/data" --log json >>"$work/server.log" 2>&1 &
  server_pid=$!
  local deadline=$((SECONDS + 60))
  until [[ $(ready) == 200 ]]; do
    kill -0 "$server_pid" 2>/dev/null || { tail -5 "$work/server.log" >&2; return 1; }
    ((SECONDS < deadline)) || { echo "the server is not ready after 60 s" >&2; return 1; }
    sleep 0.1
  done
}

ready() { curl -s -o /dev/null -m 2 -w '%{http_code}' "http://127.0.0.1:$port/health/ready" || true; }

stop_server() {
  stop_process "$server_pid"
  server_pid=
}

# Process ids of the server and its PostgreSQL, the latter by the folder it works in.
server_processes() {
  local pid
  echo "$server_pid"
  for pid in /proc/[0-9]*; do
    [[ $(readlink "$pid/cwd" 2>/dev/null) == "$work"/data/* ]] && echo "${pid#/proc/}"
  done
  return 0
}

# Memory of processes $@ in MB, shared pages counted once (PSS).
memory() {
  local pid total=0 kilobytes
  for pid in "$@"; do
    kilobytes=$(awk '/^Pss:/ {print $2}' "/proc/$pid/smaps_rollup" 2>/dev/null) || continue
    total=$((total + kilobytes))
  done
  echo $((total / 1024))
}

server_memory() {
  local pids
  mapfile -t pids < <(server_processes)
  memory "${pids[@]}"
}

median() { printf '%s\n' "$@" | sort -n | awk '{v[NR] = $1} END {print v[int((NR + 1) / 2)]}'; }
