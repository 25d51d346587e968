# The works of the goals table. Everything that is compared takes turns within a round, so that a noisy neighbour hits all alike.

small_files() {
  local what round everything=(nginx nginx-asks-nginx nginx-asks-repohost open gated gated-redis)
  local requests micros p50 p99 pass
  # The runtime recompiles what is hot, in the background; that belongs to the start, not to the measurement.
  for pass in 1 2; do
    for what in open gated gated-redis nginx-asks-repohost; do load "${small[$what]}" "$warm_seconds"; done
  done
  for round in $(seq "$small_rounds"); do
    for what in "${everything[@]}"; do measure_small "4 KB" "$what" "$round" "$small_seconds"; done
  done
}

large_file() {
  local what round clients bytes micros
  for what in gated open nginx; do download "${big[$what]}" 2; done
  for round in $(seq "$large_rounds"); do
    for clients in 1 4; do
      for what in nginx gated open; do measure_large "large, $clients" "$what" "$round" "$clients"; done
    done
  done
}

# 100 slow clients, which is what fills buffers; then 100 as fast as they can for a few seconds.
crowd() {
  local what round pids before
  for what in nginx gated; do
    pids=$(pids_of "$what")
    before=$(memory_kib VmRSS $pids)
    measure_large "slow, 100" "$what" 1 100 --max-time $((crowd_seconds + 2)) --limit-rate 4M
    record "crowd, more" "$what" 1 - - - - $(($(memory_kib VmHWM $pids) - before))
    measure_large "large, 100" "$what" 1 100 --max-time "$crowd_seconds"
    record "crowd, more" "$what" 2 - - - - $(($(memory_kib VmHWM $pids) - before))
  done
  for round in $(seq 2 "$large_rounds"); do
    for what in nginx gated; do measure_large "large, 100" "$what" "$round" 100 --max-time "$crowd_seconds"; done
  done
}

# What a server still spends on clients that are gone.
leaving() {
  local what round pids cpu bytes micros
  for round in $(seq "$leave_rounds"); do
    for what in nginx gated; do
      pids=$(pids_of "$what")
      download "${big[$what]}" 32 --max-time 1.5 --limit-rate 20M
      cpu=$(cpu_us $pids)
      sleep 3
      record "left" "$what" "$round" - $(($(cpu_us $pids) - cpu)) - - -
    done
  done
}

# 4 KB while 8 downloads of 50 MB/s run on the same server.
mixed() {
  local what round downloads
  for round in $(seq "$mixed_rounds"); do
    for what in nginx gated; do
      curl -s --parallel --parallel-immediate --parallel-max 8 -K "$work/reader.curl" --limit-rate 50M --max-time $((mixed_seconds + 3)) \
        $(for _ in 1 2 3 4 5 6 7 8; do echo "-o /dev/null ${big[$what]}"; done) >/dev/null 2>&1 &
      downloads=$!
      sleep 1
      measure_small "4 KB during downloads" "$what" "$round" "$mixed_seconds"
      kill "$downloads" 2>/dev/null || true
      wait "$downloads" 2>/dev/null || true
    done
  done
}

# A new process answers for files that it has never seen. First a repository of its own warms the code, not the content.
cold() {
  local port pid r f list=$work/cold.urls
  port=$(free_port)
  start_repohost repohost-cold "$port"
  : >"$list"
  for r in $(seq "$cold_repositories"); do
    for f in $(seq 0 $((cold_files - 1))); do printf 'url = "http://127.0.0.1:%s/bench/cold-%s/resolve/main/deep/er/file-%04d.txt"\noutput = /dev/null\n' "$port" "$r" "$f" >>"$list"; done
  done

  # Half of the repositories give the code its warmth, the other half is measured; one connection, one request after the other.
  local half=$((cold_repositories / 2 * cold_files))
  curl -s -K "$work/reader.curl" -K "$list" -w '%{http_code} %{time_starttransfer} %{time_pretransfer}\n' | tee "$work/cold.all" >/dev/null
  grep -qv '^200 ' "$work/cold.all" && fail "Not every cold file was answered 200."
  awk '{ print ($2 - $3) * 1e6 }' "$work/cold.all" >"$work/cold.us"
  percentiles "cold, new process" <(head -n "$half" "$work/cold.us")
  percentiles "cold, first file of a repository" <(tail -n +$((half + 1)) "$work/cold.us" | awk -v n="$cold_files" 'NR % n == 1')
  percentiles "cold, next files" <(tail -n +$((half + 1)) "$work/cold.us" | awk -v n="$cold_files" 'NR % n != 1')
  stop "$pid"
}

# WORK FILE
percentiles() {
  local p50 p99
  read -r p50 p99 < <(sort -n "$2" | awk '{ v[NR] = $1 } END { printf "%d %d\n", v[int((NR + 1) / 2)], v[int(NR * 0.99 + 0.999)] }')
  record "$1" gated 1 - - "$p50" "$p99" -
}
