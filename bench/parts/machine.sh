# What the machine has, and what it still needs.

there() { command -v "$1" >/dev/null; }

need_tools() {
  there dotnet || fail "The .NET SDK is missing: https://dotnet.microsoft.com/download (version in global.json)."
  local -A package_of=([nginx]=nginx-light [wrk]=wrk [redis-server]=redis-server [curl]=curl [git]=git [openssl]=openssl [fcgiwrap]=fcgiwrap [sqlite3]=sqlite3)
  [ "$only" != lists ] || package_of=([curl]=curl [sqlite3]=sqlite3)
  local missing=() tool
  PATH=$PATH:/usr/sbin
  for tool in "${!package_of[@]}"; do there "$tool" || missing+=("${package_of[$tool]}"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ $install = on ] && there apt-get && [ "$(id -u)" = 0 ]; then
    step "Installing ${missing[*]}"
    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
      || fail "apt-get could not install ${missing[*]}."
  else
    fail "Missing: apt-get install ${missing[*]}"
  fi
}

# The heading of a result: figures without their machine say nothing.
machine() {
  local model
  model=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  cat <<TEXT
# RepoHost beside nginx and git, $(date -u +'%Y-%m-%d %H:%M') UTC

- $(nproc) cores (${model:-unknown}), $(awk '/MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo), Linux $(uname -r); load average at the end $(cut -d' ' -f1-3 /proc/loadavg)
- $(git rev-parse --short HEAD)$(git diff --quiet HEAD -- src || echo ' with changes'), .NET $(dotnet --version), Release, Production; $(nginx -v 2>&1 | sed -n 's/nginx version: //p'); $(redis-server --version 2>/dev/null | sed 's/.*v=\([^ ]*\).*/Redis \1/'); $(wrk -v 2>&1 | sed -n 's/^\(wrk [^ ]*\).*/\1/p'); git $(git --version | cut -d' ' -f3)
- $([ $quick = on ] && echo 'quick run, for a first look only: ')$small_rounds rounds of $small_seconds s for small files, $large_rounds rounds for the large one, $clone_rounds for clone, $upload_rounds for upload, $commit_rounds for commit, $push_rounds for push, alternating; each ratio is the median of the ratios within a round
TEXT
}
