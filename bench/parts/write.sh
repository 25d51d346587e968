# What brings content in: LFS upload, commit API, push. Every round brings content that was never there, and ends by asking whether it arrived.
# Round 0 only warms.

# Of 1 GiB, after a sha256sum of the same pages: the server has to compute just that.
upload() {
  local round begun
  head -c "${large_mib}M" /dev/urandom >"$work/upload.dat"
  sha256sum "$work/upload.dat" >/dev/null
  repohost repo add model bench/upload
  for round in $(seq 0 "$upload_rounds"); do
    head -c 32 /dev/urandom | dd of="$work/upload.dat" conv=notrunc status=none
    begun=$(now_us)
    oid=$(sha256sum "$work/upload.dat" | cut -d' ' -f1)
    [ "$round" = 0 ] || record upload sha256sum "$round" - - $(($(now_us) - begun)) - -
    begun=$(now_us)
    openssl dgst -sha256 "$work/upload.dat" >/dev/null
    [ "$round" = 0 ] || record upload openssl "$round" - - $(($(now_us) - begun)) - -
    measure_upload "$round"
    find "$work/data" -type f -name "*${oid:4}" -delete
  done
  rm "$work/upload.dat"
}

# ROUND: the batch, the bytes, and the batch again, which must have nothing left to ask for
measure_upload() {
  local begun cpu before href status
  cpu=$(cpu_us "$repohost_pid")
  before=$(memory_kib VmRSS "$repohost_pid")
  forget_peak "$repohost_pid"
  begun=$(now_us)
  href=$(lfs_batch | sed -n 's/.*"upload":{"href":"\([^"]*\)".*/\1/p; s/.*"upload":{.*"href":"\([^"]*\)".*/\1/p' | head -n 1 | sed 's/\\u0026/\&/g; s/\\u002B/+/g')
  [ -n "$href" ] || fail "The batch names no place for an upload." "$(lfs_batch)"
  status=$(curl -s -o "$work/answer" -w '%{http_code}' --max-time 300 -H 'Expect:' -H 'Content-Type: application/octet-stream' -T "$work/upload.dat" "$href") || true
  [ "$status" = 200 ] || fail "The upload answered $status." "$(head -c 500 "$work/answer")"
  begun=$(($(now_us) - begun))
  [ "$1" = 0 ] || record upload repohost "$1" - $(($(cpu_us "$repohost_pid") - cpu)) "$begun" - $(($(memory_kib VmHWM "$repohost_pid") - before))
  case $(lfs_batch) in *'"upload"'*) fail "The upload answered $status, but the object is not there." ;; *"$oid"*) ;; *) fail "The batch does not answer." ;; esac
}

lfs_batch() {
  curl -s --max-time 60 -K "$work/writer.curl" -H 'Accept: application/vnd.git-lfs+json' -H 'Content-Type: application/vnd.git-lfs+json' \
    -d "{\"operation\":\"upload\",\"transfers\":[\"basic\"],\"hash_algo\":\"sha256\",\"objects\":[{\"oid\":\"$oid\",\"size\":$((large_mib << 20))}]}" \
    "http://127.0.0.1:$repohost_port/bench/upload.git/info/lfs/objects/batch"
}

# 500 files of 10 kB in one commit, beside git add and git commit in a fresh clone.
commit() {
  local round
  card "$work/commit-from" false
  for round in $(seq 0 "$commit_rounds"); do repohost repo add model "bench/commit-$round" --from "$work/commit-from"; done
  rm -r "$work/commit-from"
  for round in $(seq 0 "$commit_rounds"); do
    mkdir -p "$work/commit-new/notes"
    text 5120000 | split -b 10240 -a 3 -d --additional-suffix .txt - "$work/commit-new/notes/note-"
    commit_body >"$work/commit.ndjson"
    measure_commit_git "$round"
    measure_commit_api "$round"
    rm -r "$work/commit-new" "$work/commit-clone"
  done
}

# ROUND
measure_commit_git() {
  local begun
  as_person clone -q "http://127.0.0.1:$repohost_port/bench/commit-$1" "$work/commit-clone"
  cp -r "$work/commit-new/notes" "$work/commit-clone/"
  begun=$(now_us)
  as_person -C "$work/commit-clone" add -A
  as_person -C "$work/commit-clone" commit -q -m "Notes"
  [ "$1" = 0 ] || record commit git "$1" - - $(($(now_us) - begun)) - -
}

# ROUND: the tree must be the one that git made
measure_commit_api() {
  local begun status api=http://127.0.0.1:$repohost_port/api/models/bench/commit-$1 cpu
  cpu=$(cpu_us "$repohost_pid")
  begun=$(now_us)
  status=$(curl -s -o "$work/answer" -w '%{http_code}' --max-time 120 -K "$work/writer.curl" -H 'Content-Type: application/x-ndjson' -H 'Expect:' \
    --data-binary "@$work/commit.ndjson" "$api/commit/main") || true
  begun=$(($(now_us) - begun))
  [ "$status" = 200 ] || fail "The commit answered $status." "$(head -c 500 "$work/answer")"
  [ "$1" = 0 ] || record commit repohost "$1" - $(($(cpu_us "$repohost_pid") - cpu)) "$begun" - -
  as_person -C "$work/commit-clone" fetch -q origin
  as_person -C "$work/commit-clone" diff --quiet HEAD origin/main
}

# The lines of the commit API: a header, then a file a line.
commit_body() {
  local file
  echo '{"key":"header","value":{"summary":"Notes","description":""}}'
  for file in "$work"/commit-new/notes/*; do
    printf '{"key":"file","value":{"path":"notes/%s","encoding":"base64","content":"' "${file##*/}"
    base64 -w0 "$file"
    printf '"}}\n'
  done
}

# 20,000 small files in 200 folders, pushed to a new repository of each server; then their list.
push() {
  local round what
  declare -gA pushed=([backend]=http://127.0.0.1:$backend_port/push- [repohost]=http://127.0.0.1:$repohost_port/bench/push-)
  for round in $(seq 0 "$push_rounds"); do
    repohost repo add model "bench/push-$round"
    as_person init -q --bare "$work/backend/git/push-$round.git"
  done
  for round in $(seq 0 "$push_rounds"); do
    as_person init -q "$work/push"
    many_files | git -C "$work/push" fast-import --quiet
    for what in backend repohost; do measure_push "$what" "$round"; done
    measure_list "$round"
    rm -rf "$work/push" "$work/backend/git/push-$round.git"
  done
}

# WHAT ROUND
measure_push() {
  local begun tip
  begun=$(now_us)
  as_person -C "$work/push" push -q "${pushed[$1]}$2" +main
  [ "$2" = 0 ] || record push "$1" "$2" - - $(($(now_us) - begun)) - -
  tip=$(as_person -C "$work/push" fetch -q "${pushed[$1]}$2" main && git -C "$work/push" rev-parse FETCH_HEAD)
  [ "$tip" = "$(git -C "$work/push" rev-parse main)" ] || fail "The push to $1 did not arrive."
}

# A stream for git fast-import.
many_files() {
  awk -v seed="$RANDOM$RANDOM" -v now="$EPOCHSECONDS" -v n="$push_files" 'BEGIN {
    srand(seed)
    printf "commit refs/heads/main\ncommitter Bench <bench@example.org> %d +0000\ndata 5\nMany\n", now
    for (i = 0; i < n; i++) {
      body = "File " i "\n"
      for (line = 0; line < 5 + i % 10; line++) body = body int(rand() * 1e8) " " int(rand() * 1e8) "\n"
      printf "M 100644 inline folder-%03d/file-%05d.txt\ndata %d\n%s\n", int(i / 100), i, length(body), body
    }
  }'
}

# ROUND: all pages of the list of files, as the clients follow them
measure_list() {
  local begun next=http://127.0.0.1:$repohost_port/api/models/bench/push-$1/tree/main?recursive=true files=0
  begun=$(now_us)
  while [ -n "$next" ]; do
    curl -s --max-time 60 -D "$work/list.headers" -o "$work/list" -K "$work/writer.curl" "$next" || fail "A page of the list did not come."
    files=$((files + $(grep -o '"type":"file"' "$work/list" | wc -l)))
    next=$(tr -d '\r' <"$work/list.headers" | sed -n 's/^[Ll]ink: *<\([^>]*\)>; *rel="next".*/\1/p')
  done
  [ "$1" = 0 ] || record list repohost "$1" - - $(($(now_us) - begun)) - -
  [ "$files" = "$push_files" ] || fail "The list has $files files instead of $push_files."
}
