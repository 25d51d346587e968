# One measurement each: a line of $figures is
# work, what, round, rate (per second), CPU microseconds per request or per GiB, p50 and p99 in microseconds, peak memory in KiB; '-' where it says nothing.

tick_us=$((1000000 / $(getconf CLK_TCK)))

now_us() { echo "${EPOCHREALTIME/./}"; }

# PID...: CPU time of the processes in microseconds, user and system
cpu_us() {
  local sum=0 pid line fields
  for pid; do
    read -r line <"/proc/$pid/stat" || continue
    # The name may hold blanks; what follows its bracket does not.
    read -ra fields <<<"${line##*) }"
    sum=$((sum + fields[11] + fields[12]))
  done
  echo $((sum * tick_us))
}

# FIELD PID...: VmHWM (peak) or VmRSS of /proc/PID/status, summed, in KiB
memory_kib() {
  local field=$1 sum=0 pid; shift
  for pid; do sum=$((sum + $(sed -n "s/^$field:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$pid/status"))); done
  echo $sum
}

# PID...: from here on VmHWM counts anew
forget_peak() { local pid; for pid; do { echo 5 >"/proc/$pid/clear_refs"; } 2>/dev/null || true; done; }

record() { (IFS=$'\t'; echo "$*") >>"$figures"; }

# URL SECONDS: 2 threads, 32 connections; sets requests, micros, p50, p99
load() {
  local line failures word
  line=$(wrk -t2 -c32 -d"${2}s" -s bench/parts/wrk.lua "$1" | grep ^FIGURES) || fail "wrk failed at $1"
  read -r word requests micros failures p50 p99 <<<"$line"
  [ "$failures" = 0 ] || fail "$1: $failures answers were not 2xx or did not come."
}

# WORK WHAT ROUND SECONDS
measure_small() {
  local pids cpu requests micros p50 p99
  pids=$(pids_of "$2")
  forget_peak $pids
  cpu=$(cpu_us $pids)
  load "${small[$2]}" "$4"
  cpu=$(($(cpu_us $pids) - cpu))
  record "$1" "$2" "$3" $((requests * 1000000 / micros)) "$(awk "BEGIN { printf \"%.1f\", $cpu / $requests }")" "$p50" "$p99" "$(memory_kib VmHWM $pids)"
}

# URL CLIENTS [CURL OPTION...]: that many downloads at once in as many processes; sets bytes and micros
download() {
  local url=$1 clients=$2 i begun running=(); shift 2
  begun=$(now_us)
  for i in $(seq "$clients"); do
    curl -s -o /dev/null -K "$work/reader.curl" -w '%{http_code} %{size_download}\n' "$@" "$url" >"$work/curl.$i" &
    running+=($!)
  done
  # Status 28: stopped by --max-time, which some callers want.
  for i in "${running[@]}"; do wait "$i" || [ $? = 28 ] || fail "A download of $url failed."; done
  micros=$(($(now_us) - begun))
  bytes=$(sum_of_downloads "$url" $(seq -f "$work/curl.%g" "$clients"))
}

# URL FILE...
sum_of_downloads() {
  local url=$1; shift
  awk '$1 !~ /^20[06]$/ { bad = 1 } { sum += $2 } END { if (bad) exit 1; printf "%.0f\n", sum }' "$@" || fail "$url: not every answer was 200."
}

# WORK WHAT ROUND CLIENTS [CURL OPTION...]
measure_large() {
  local work_name=$1 what=$2 round=$3 clients=$4 pids cpu bytes micros; shift 4
  pids=$(pids_of "$what")
  forget_peak $pids
  cpu=$(cpu_us $pids)
  download "${big[$what]}" "$clients" "$@"
  cpu=$(($(cpu_us $pids) - cpu))
  record "$work_name" "$what" "$round" \
    "$(awk "BEGIN { printf \"%.4f\", $bytes / 1073741824 / ($micros / 1e6) }")" \
    "$(awk "BEGIN { printf \"%.0f\", $cpu / ($bytes / 1073741824) }")" - - "$(memory_kib VmHWM $pids)"
}
