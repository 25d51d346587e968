# The people and repositories that are measured, made by the program's own commands.

repohost() { ASPNETCORE_ENVIRONMENT=Production dotnet "$server" "$@" --data "$work/data" >>"$work/commands.log" 2>&1 || fail "RepoHost $1 $2 failed:" "$(tail -n 5 "$work/commands.log")"; }

# FOLDER GATE
card() {
  mkdir -p "$1"
  printf -- '---\nlicense: mit\ngated: %s\n---\n# Bench\n' "$2" >"$1/README.md"
}

# BYTES: lines of text, a multiple of 64
text() { head -c $(($1 / 64 * 21)) /dev/urandom | od -An -v -tx1 -w21; }

make_repositories() {
  mkdir -p "$work/nginx/files/static" "$work/nginx/files/asked-nginx" "$work/nginx/files/asked-repohost" "$work/from"
  text 4096 >"$work/small.txt"
  local place
  for place in static asked-nginx asked-repohost; do cp "$work/small.txt" "$work/nginx/files/$place/"; done

  card "$work/from/gated" auto
  head -c "${large_mib}M" /dev/urandom >"$work/from/gated/large.bin"
  cp "$work/small.txt" "$work/from/gated/"
  card "$work/from/open" false
  ln "$work/from/gated/large.bin" "$work/small.txt" "$work/from/open/"

  repohost user add bench --email bench@example.org
  repohost user add reader --email reader@example.org
  token=$(token_of reader read)
  writer_token=$(token_of bench write)
  (umask 077; printf 'header = "Authorization: Bearer %s"\n' "$token" >"$work/reader.curl"; printf 'header = "Authorization: Bearer %s"\n' "$writer_token" >"$work/writer.curl")
  export BENCH_AUTHORIZATION="Bearer $token"

  repohost repo add model bench/gated --from "$work/from/gated"
  repohost repo add model bench/open --from "$work/from/open"
  share_large_file
  make_cold_repositories
  if wanted clone; then make_clone_repository; fi
}

# PERSON ROLE
token_of() {
  dotnet "$server" token add "$1" --name bench --role "$2" --data "$work/data" 2>>"$work/commands.log" || fail "token add failed:" "$(tail -n 5 "$work/commands.log")"
}

# nginx serves the very file that RepoHost stores, so both read the same pages of the page cache.
share_large_file() {
  local stored
  stored=$(find "$work/data/lfs" -type f -size "+$((large_mib - 1))M" -print -quit)
  [ -n "$stored" ] || fail "large.bin did not become an LFS object."
  ln "$stored" "$work/nginx/files/static/large.bin"
  rm -r "$work/from"
  cat "$stored" >/dev/null
}

# Many repositories with many distinct files: what is asked for there was never asked for before.
make_cold_repositories() {
  local r
  wanted cold || cold_repositories=0
  for r in $(seq "$cold_repositories"); do
    card "$work/cold" auto
    mkdir -p "$work/cold/deep/er"
    text $((cold_files * 4096)) | split -b 4096 -a 4 -d --additional-suffix .txt - "$work/cold/deep/er/file-"
    repohost repo add model "bench/cold-$r" --from "$work/cold"
    rm -r "$work/cold"
  done
}
