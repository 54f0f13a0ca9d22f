# shellcheck shell=bash
# Shared by the benchmarks: a server of our own in a temporary folder, stopped by process id. Sourced, not run.
top=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d /tmp/ingot-bench.XXXXXX)
chmod 755 "$work" # the embedded PostgreSQL runs as another user
port= # the caller chooses it
server_pid=
fleet_pid=
rabbit_pid=
rabbit_port=
name_port=

# below those that the kernel gives to any connection (ip_local_port_range), so none takes it in between
free_port() {
  /usr/bin/python3 -c '
import random, socket
while True:
    try: s = socket.socket(); s.bind(("127.0.0.1", random.randrange(10240, 32768))); break
    except OSError: pass
print(s.getsockname()[1])'
}

stop_process() { # pid
  [[ -n $1 ]] && kill "$1" 2>/dev/null && wait "$1" 2>/dev/null
  return 0
}

stop_everything() {
  stop_process "$fleet_pid"
  stop_process "$server_pid"
  stop_rabbit
  fleet_pid=
  server_pid=
  rm -rf -- "$work"
}
trap stop_everything EXIT

# Starts a server in $work/data and waits until it is ready. start_server [FLAG…]
start_server() {
  export INGOT_SERVER=http://127.0.0.1:$port INGOT_DATA_DIR=$work/data
  "$top/ingot" server --http.port "$port" --data.dir "$work/data" --log json "$@" >>"$work/server.log" 2>&1 &
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

# start_rabbit HTTP_PORT: Debian's RabbitMQ in $work/rabbit, which asks the server on that port for agents' keys.
start_rabbit() {
  local program=/usr/lib/rabbitmq/bin/rabbitmq-server auth=http://127.0.0.1:$1/api/v1/broker/auth
  [[ -x $program ]] || { echo "rabbitmq-server is not installed (apt-get install rabbitmq-server)" >&2; return 1; }
  mkdir -p "$work/rabbit"
  rabbit_port=$(free_port) name_port=$(free_port)
  (umask 077; head -c 20 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$work/rabbit/password")
  echo '[rabbitmq_auth_backend_http,rabbitmq_auth_backend_cache].' >"$work/rabbit/enabled_plugins"
  cat >"$work/rabbit/rabbitmq.conf" <<CONF
listeners.tcp.1 = 127.0.0.1:$rabbit_port
default_user = bench
default_pass = $(<"$work/rabbit/password")
disk_free_limit.absolute = 1MB
tcp_listen_options.backlog = 4096
tcp_listen_options.sndbuf = 32768
tcp_listen_options.recbuf = 32768
auth_backends.1 = internal
auth_backends.2 = cache
auth_cache.cached_backend = http
auth_cache.cache_ttl = 600000
auth_http.http_method = post
auth_http.user_path = $auth/user
auth_http.vhost_path = $auth/vhost
auth_http.resource_path = $auth/resource
auth_http.topic_path = $auth/topic
CONF
  # shellcheck disable=SC2119
  with_rabbit "$program" >"$work/rabbit/output" 2>&1 &
  rabbit_pid=$!
  local deadline=$((SECONDS + 120))
  until (exec 3<>"/dev/tcp/127.0.0.1/$rabbit_port") 2>/dev/null; do
    kill -0 "$rabbit_pid" 2>/dev/null || { tail -20 "$work/rabbit/output" >&2; return 1; }
    ((SECONDS < deadline)) || { echo "RabbitMQ does not listen after 120 s" >&2; return 1; }
    sleep 0.5
  done
}

# Runs a program with the folders, ports and names of our RabbitMQ.
with_rabbit() {
  exec env HOME="$work/rabbit" ERL_EPMD_PORT="$name_port" ERL_EPMD_ADDRESS=127.0.0.1 RABBITMQ_NODENAME="bench$rabbit_port@localhost" \
    RABBITMQ_DIST_PORT="$(free_port)" RABBITMQ_CONF_ENV_FILE="$work/rabbit/none" RABBITMQ_CONFIG_FILE="$work/rabbit/rabbitmq.conf" \
    RABBITMQ_ENABLED_PLUGINS_FILE="$work/rabbit/enabled_plugins" RABBITMQ_MNESIA_BASE="$work/rabbit/mnesia" \
    RABBITMQ_LOG_BASE="$work/rabbit/logs" RABBITMQ_PID_FILE="$work/rabbit/pid" RABBITMQ_GENERATED_CONFIG_DIR="$work/rabbit/generated" \
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+sbwt none +sbwtdcpu none" "$@"
}

# RabbitMQ's processes: those that it started, by their parents.
rabbit_processes() {
  local next=("$rabbit_pid") all=() pid
  while ((${#next[@]} > 0)); do
    all+=("${next[@]}")
    mapfile -t next < <(for pid in "${next[@]}"; do pgrep -P "$pid" || true; done)
  done
  printf '%s\n' "${all[@]}"
}

stop_rabbit() {
  [[ -n $rabbit_pid ]] || return 0
  local pid
  for pid in $(rabbit_processes); do kill -9 "$pid" 2>/dev/null || true; done
  wait "$rabbit_pid" 2>/dev/null || true
  epmd -port "$name_port" -kill >/dev/null 2>&1 || true
  rabbit_pid=
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
