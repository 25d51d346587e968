# git clone of about 100 MB. Both servers read the same bare repository, so the same pack.

make_clone_repository() {
  local from=$work/clone-from
  card "$from" auto
  mkdir -p "$from/weights" "$from/text"
  head -c 96000000 /dev/urandom | split -b 1000000 -a 3 -d --additional-suffix .dat - "$from/weights/part-"
  text 8192000 | split -b 20480 -a 4 -d --additional-suffix .txt - "$from/text/note-"
  repohost repo add model bench/clone --from "$from"
  rm -r "$from"
}

clone() {
  local round what stored
  stored=$(folder_of clone)
  ln -s "$stored" "$work/backend/git/clone.git"
  declare -gA cloned=([backend]=http://127.0.0.1:$backend_port/clone.git [repohost]=http://127.0.0.1:$repohost_port/bench/clone)
  fetch_request "$(git --git-dir "$stored" rev-parse main)" >"$work/fetch"
  for what in backend repohost; do clone_once "$what"; done
  cmp -s "$work/clone-backend/.git/refs/heads/main" "$work/clone-repohost/.git/refs/heads/main" || fail "The clones differ."
  for round in $(seq "$clone_rounds"); do
    # Places change, since the first one may leave something behind for the second.
    for what in $(in_turn "$round" backend repohost); do measure_clone "$what" "$round"; done
    for what in $(in_turn "$round" backend repohost); do measure_fetch "$what" "$round"; done
  done
  for what in backend repohost; do clone_memory "$what"; done
}

# ROUND A B: A B in odd rounds, B A in even ones
in_turn() { if [ $(($1 % 2)) = 1 ]; then echo "$2 $3"; else echo "$3 $2"; fi; }

# WHAT: leaves the clone in $work/clone-WHAT; sets micros
clone_once() {
  local begun
  rm -rf "$work/clone-$1"
  # Or the disk would still be busy with the files of the one before.
  sync -f "$work"
  begun=$(now_us)
  as_person clone -q "${cloned[$1]}" "$work/clone-$1"
  micros=$(($(now_us) - begun))
}

measure_clone() {
  local micros
  clone_once "$1"
  record clone "$1" "$2" - - "$micros" - -
}

# The server's share alone: one request for everything, nothing done with the answer.
measure_fetch() {
  local micros
  fetch_once "$1"
  record fetch "$1" "$2" - - "$micros" - -
}

# WHAT: sets micros
fetch_once() {
  local begun status
  begun=$(now_us)
  status=$(curl -s -o /dev/null -w '%{http_code}' --max-time 120 -K "$work/writer.curl" -H 'Git-Protocol: version=2' \
    -H 'Content-Type: application/x-git-upload-pack-request' --data-binary "@$work/fetch" "${cloned[$1]}/git-upload-pack") || true
  micros=$(($(now_us) - begun))
  [ "$status" = 200 ] || fail "A fetch from $1 answered $status."
}

# COMMIT: what git asks with in the second version of the protocol (gitprotocol-v2)
fetch_request() { printf '0011command=fetch0001000fno-progress000dofs-delta0032want %s\n0009done\n0000' "$1"; }

# Not timed, since it looks all the while: the git processes of one answer together, and what RepoHost itself grows by while four clone at once.
clone_memory() {
  local what=$1 client peak before i
  local -a clients=()
  clone_once "$what" &
  client=$!
  peak=0
  while kill -0 "$client" 2>/dev/null; do
    i=$(git_children_kib $([ "$what" = backend ] && echo "$fcgiwrap_pid" || echo "$repohost_pid"))
    if [ "$i" -gt "$peak" ]; then peak=$i; fi
  done
  wait "$client" || fail "A clone failed."
  record "clone, children" "$what" 1 - - - - "$peak"
  [ "$what" = repohost ] || return 0

  before=$(memory_kib VmRSS "$repohost_pid")
  forget_peak "$repohost_pid"
  for i in 1 2 3 4; do
    fetch_once "$what" &
    clients+=($!)
  done
  for i in "${clients[@]}"; do wait "$i" || fail "A fetch failed."; done
  record "clone, more" "$what" 1 - - - - $(($(memory_kib VmHWM "$repohost_pid") - before))
}

# PID: peak resident size of all processes below it whose program is git, in KiB
git_children_kib() {
  local pid sum=0 kib name waiting=("$1")
  while [ ${#waiting[@]} -gt 0 ]; do
    pid=${waiting[0]}
    waiting=("${waiting[@]:1}" $(cat "/proc/$pid/task/"*/children 2>/dev/null || true))
    read -r name 2>/dev/null <"/proc/$pid/comm" || continue
    case $name in git*) kib=$(memory_kib VmHWM "$pid" 2>/dev/null) && sum=$((sum + kib)) ;; esac
  done
  echo "$sum"
}
