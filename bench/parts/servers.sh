# Starting and stopping what is measured. Every process is stopped by the id it was started with.

server=src/RepoHost/bin/Release/net10.0/RepoHost.dll
started=()

clean_up() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  if [ $keep = on ]; then step "kept: $work"; else rm -rf "$work"; fi
}

# A port that nobody listens on now, below those that outgoing connections take (32768 and up on Linux).
free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
  done
}

# PORT NAME
wait_for() {
  local deadline=$((SECONDS + 30))
  until (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; do
    [ $SECONDS -lt $deadline ] || fail "$2 did not start." "$(tail -n 20 "$work/$2.log" 2>/dev/null)"
    sleep 0.1
  done
}

# NAME PORT [SETTING=VALUE...]: sets $pid
start_repohost() {
  local name=$1 port=$2; shift 2
  env ASPNETCORE_ENVIRONMENT=Production Gating__AllowRequestsByToken=true "$@" \
    dotnet "$server" serve --urls "http://127.0.0.1:$port" --data "$work/data" >"$work/$name.log" 2>&1 &
  pid=$!
  started+=("$pid")
  wait_for "$port" "$name"
}

# PID
stop() {
  kill "$1" 2>/dev/null || true
  wait "$1" 2>/dev/null || true
}

start_servers() {
  repohost_port=$(free_port)
  start_repohost repohost "$repohost_port"
  repohost_pid=$pid
  write_git_settings

  redis_port=$(free_port)
  redis-server --port "$redis_port" --bind 127.0.0.1 --save '' --appendonly no --dir "$work" >"$work/redis.log" 2>&1 &
  redis_pid=$!
  started+=("$redis_pid")
  wait_for "$redis_port" redis
  repohost_redis_port=$(free_port)
  start_repohost repohost-redis "$repohost_redis_port" "ConnectionStrings__Redis=127.0.0.1:$redis_port"
  repohost_redis_pid=$pid

  nginx_port=$(free_port)
  nginx_auth_port=$(free_port)
  write_nginx_settings
  nginx -p "$work/nginx" -c "$work/nginx/nginx.conf" -e "$work/nginx/error.log" >"$work/nginx.log" 2>&1 &
  nginx_pid=$!
  started+=("$nginx_pid")
  wait_for "$nginx_port" nginx
}

# nginx as an operator would tune it for this: sendfile, kept connections on both sides, no log.
write_nginx_settings() {
  mkdir -p "$work/nginx/tmp"
  cat >"$work/nginx/nginx.conf" <<TEXT
daemon off;
$([ "$(id -u)" = 0 ] && echo 'user root; # or its workers could not enter the folder')
worker_processes auto;
pid $work/nginx/nginx.pid;
events { worker_connections 2048; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 100000000;
  default_type application/octet-stream;
  client_body_temp_path $work/nginx/tmp/body;
  proxy_temp_path $work/nginx/tmp/proxy;
  fastcgi_temp_path $work/nginx/tmp/fastcgi;
  uwsgi_temp_path $work/nginx/tmp/uwsgi;
  scgi_temp_path $work/nginx/tmp/scgi;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  proxy_set_header Content-Length "";
  proxy_pass_request_body off;
  upstream yes { server 127.0.0.1:$nginx_auth_port; keepalive 64; keepalive_requests 100000000; }
  upstream repohost { server 127.0.0.1:$repohost_port; keepalive 64; keepalive_requests 100000000; }
  server { listen 127.0.0.1:$nginx_auth_port; location / { return 204; } }
  server {
    listen 127.0.0.1:$nginx_port;
    root $work/nginx/files;
    location /static/ { }
    location /asked-nginx/ { auth_request /-nginx; }
    location /asked-repohost/ { auth_request /-repohost; }
    location = /-nginx { internal; proxy_pass http://yes/; }
    # HEAD: nginx gives up a kept connection when auth_request leaves a body unread.
    location = /-repohost { internal; proxy_method HEAD; proxy_pass http://repohost/api/models/bench/gated/auth-check; }
  }
}
TEXT
}

nginx_pids() { echo "$nginx_pid"; cat "/proc/$nginx_pid/task/$nginx_pid/children"; }

# The addresses that the tables compare, each asked once for real: a fast refusal must never be measured as a fast answer.
check_servers() {
  local url status size
  declare -gA small=(
    [nginx]=http://127.0.0.1:$nginx_port/static/small.txt
    [nginx-asks-nginx]=http://127.0.0.1:$nginx_port/asked-nginx/small.txt
    [nginx-asks-repohost]=http://127.0.0.1:$nginx_port/asked-repohost/small.txt
    [gated]=http://127.0.0.1:$repohost_port/bench/gated/resolve/main/small.txt
    [open]=http://127.0.0.1:$repohost_port/bench/open/resolve/main/small.txt
    [gated-redis]=http://127.0.0.1:$repohost_redis_port/bench/gated/resolve/main/small.txt)
  declare -gA big=(
    [nginx]=http://127.0.0.1:$nginx_port/static/large.bin
    [gated]=http://127.0.0.1:$repohost_port/bench/gated/resolve/main/large.bin
    [open]=http://127.0.0.1:$repohost_port/bench/open/resolve/main/large.bin)

  local repository
  for repository in gated $(seq -f 'cold-%g' "$cold_repositories"); do
    status=$(curl -s -o "$work/answer" -w '%{http_code}' -K "$work/reader.curl" -d '' "http://127.0.0.1:$repohost_port/bench/$repository/ask-access")
    [ "$status" = 303 ] || fail "Asking for access to $repository answered $status." "$(cat "$work/answer")"
  done
  for url in "${small[@]}"; do
    cmp -s "$work/small.txt" <(curl -s -K "$work/reader.curl" "$url") || fail "$url answers something else than the file." "$(curl -si -K "$work/reader.curl" "$url" | head -n 20)"
  done
  for url in "${big[@]}"; do
    size=$(curl -sI -K "$work/reader.curl" "$url" | tr -d '\r' | awk 'tolower($1) == "content-length:" { print $2 }')
    [ "$size" = $((large_mib << 20)) ] || fail "$url has $size bytes instead of $((large_mib << 20))."
  done
  status=$(curl -s -o /dev/null -w '%{http_code}' "${small[gated]}")
  [ "$status" = 401 ] || fail "The gate does not hold: without a token it answers $status."
}

# WHAT: the processes whose work an answer of it is
pids_of() {
  case $1 in
    gated | open) echo "$repohost_pid" ;;
    gated-redis) echo "$repohost_redis_pid" "$redis_pid" ;;
    nginx-asks-repohost) nginx_pids; echo "$repohost_pid" ;;
    nginx*) nginx_pids ;;
  esac
}
