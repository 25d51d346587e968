# What lists cost with 10, 1,000 and 10,000 repositories: the same questions on three servers that differ in nothing else. Rows go straight into the database, and all
# repositories are one on the disk.

list_sizes=(10 1000 10000)
declare -A list_pids list_ports

# WORD -> ADDRESS
declare -A list_questions=(
  [newest]="/api/models?limit=30"
  [tag]="/api/models?limit=30&filter=common"
  [rare tag]="/api/models?limit=30&filter=rare"
  [tag without hits]="/api/models?limit=30&filter=nowhere"
  [two tags]="/api/models?limit=30&filter=common&filter=third"
  [author]="/api/models?limit=30&author=author3"
  [gated]="/api/models?limit=30&gated=true"
  [search with hits]="/api/models?limit=30&search=model"
  [search with few hits]="/api/models?limit=30&search=model-00007"
  [search without hits]="/api/models?limit=30&search=qqq-nowhere"
  [owner page]="/author3"
  [home page]="/"
  [list page]="/models?filter=common"
)
list_order=("newest" "tag" "rare tag" "tag without hits" "two tags" "author" "gated" "search with hits" "search with few hits" "search without hits" "owner page" "home page" "list page")

lists() {
  local size word round base=$work/lists-base
  there sqlite3 || fail "Missing: apt-get install sqlite3"
  mkdir -p "$work/lists-from"
  printf -- '---\nlicense: mit\npipeline_tag: fill-mask\ntags: [common]\n---\n# Bench\n' >"$work/lists-from/README.md"
  for round in $(seq 0 9); do list_command "$base" user add "author$round" --email "author$round@example.org"; done
  list_command "$base" repo add model author0/template --from "$work/lists-from"
  for size in "${list_sizes[@]}"; do start_list_server "$base" "$size"; done
  for round in 1 2 3; do
    for word in "${list_order[@]}"; do
      for size in "${list_sizes[@]}"; do measure_list "$word" "$size" "$round"; done
    done
  done
  for size in "${list_sizes[@]}"; do stop "${list_pids[$size]}"; done
}

# DATA COMMAND...
list_command() {
  local data=$1; shift
  ASPNETCORE_ENVIRONMENT=Production dotnet "$server" "$@" --data "$data" >>"$work/commands.log" 2>&1 || fail "RepoHost $1 $2 failed:" "$(tail -n 5 "$work/commands.log")"
}

# BASE SIZE
start_list_server() {
  local data=$work/lists-$2 port template
  cp -r "$1" "$data"
  list_rows "$2" | sqlite3 -bail "$data/repohost.db" || fail "The rows of $2 repositories could not be written."
  template=$(sqlite3 "$data/repohost.db" "SELECT Id FROM Repositories WHERE Name = 'template'")
  perl -e '
    my ($root, $template, $size) = @ARGV;
    for my $i (1 .. $size) {
      my $id = sprintf("%02x%022x", $i % 256, $i);
      mkdir "$root/" . substr($id, 0, 2);
      symlink "../" . substr($template, 0, 2) . "/$template.git", "$root/" . substr($id, 0, 2) . "/$id.git" or die;
    }' "$data/repositories" "$template" "$2"
  port=$(free_port)
  ASPNETCORE_ENVIRONMENT=Production Logging__LogLevel__Default=Error dotnet "$server" serve --urls "http://127.0.0.1:$port" --data "$data" >"$work/lists-$2.log" 2>&1 &
  list_pids[$2]=$!
  list_ports[$2]=$port
  started+=("$!")
  wait_for "$port" "lists-$2"
}

# SIZE: as the server itself would write them; the rows of the index only where this version has one
list_rows() {
  local numbers="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)"
  local id="printf('%02x%022x', i % 256, i)" key="printf('author%d/model-%05d', i % 10, i)" at="1700000000000 + i * 1000"
  cat <<SQL
BEGIN;
$numbers INSERT INTO Repositories (Id, Type, Namespace, Name, NameKey, OwnerUserId, CreatedById, Private, Disabled, GateSetting, OrgMembersGated, GatedNotificationsMode, LastReadableCardBlob, LastReadableCardGate, CreatedAt, LastModified, Version)
SELECT $id, 0, 'author' || (i % 10), printf('model-%05d', i), $key, (SELECT UserId FROM Namespaces WHERE Key = 'author' || (i % 10)),
  (SELECT UserId FROM Namespaces WHERE Key = 'author0'), 0, 0, CASE i % 4 WHEN 0 THEN 2 ELSE 0 END, 0, 0, t.LastReadableCardBlob, t.LastReadableCardGate, $at, $at, 1
FROM n, (SELECT LastReadableCardBlob, LastReadableCardGate FROM Repositories WHERE Name = 'template') t;
SQL
  if [ "$(sqlite3 "$work/lists-base/repohost.db" "SELECT COUNT(*) FROM sqlite_master WHERE name = 'CatalogTerms'")" = 1 ]; then
    cat <<SQL
$numbers INSERT INTO CatalogEntries (RepositoryId, Format, Tip, Branch, CommittedAt, Card, Gate, Task, Tags, Metadata)
SELECT $id, t.Format, t.Tip, t.Branch, t.CommittedAt, t.Card, CASE i % 4 WHEN 0 THEN 2 ELSE 0 END, t.Task, t.Tags, t.Metadata
FROM n, (SELECT * FROM CatalogEntries) t;
$numbers INSERT INTO CatalogTerms (RepositoryId, Term, Type, Scope, LastModified, CreatedAt, NameKey)
SELECT $id, term, 0, '', $at, $at, $key FROM n, (SELECT 't:common' AS term, 1 AS every, 0 AS rest UNION ALL SELECT 'p:fill-mask', 1, 0 UNION ALL SELECT 't:license:mit', 1, 0
  UNION ALL SELECT 't:third', 3, 0 UNION ALL SELECT 't:rare', 100000, 5 UNION ALL SELECT 'g:1', 4, 0) WHERE i % every = rest;
$numbers INSERT INTO CatalogTerms (RepositoryId, Term, Type, Scope, LastModified, CreatedAt, NameKey) SELECT $id, 'g:0', 0, '', $at, $at, $key FROM n WHERE i % 4 > 0;
$numbers, places(place) AS (SELECT 1 UNION ALL SELECT place + 1 FROM places WHERE place < 40)
INSERT OR IGNORE INTO CatalogGrams (RepositoryId, Gram) SELECT $id, substr($key, place, size) FROM n, places, (SELECT 2 AS size UNION ALL SELECT 3) WHERE place + size - 1 <= length($key);
SQL
  fi
  echo "COMMIT;"
}

# WORD SIZE ROUND: one connection, one request after the other
measure_list() {
  local address="http://127.0.0.1:${list_ports[$2]}${list_questions[$1]}" requests=$list_requests pid=${list_pids[$2]} cpu times
  [[ $address = *\?* ]] && address="$address&turn=[1-$requests]" || address="$address?turn=[1-$requests]"
  # Warm, the runtime's second compilation included.
  [ "$3" -gt 1 ] || curl -sf -o /dev/null "$address" || fail "$1 of $2 repositories failed."
  cpu=$(cpu_us "$pid")
  times=$(curl -sf -o /dev/null -w '%{time_total}\n' "$address" | sort -n) || fail "$1 of $2 repositories failed."
  cpu=$(($(cpu_us "$pid") - cpu))
  record "lists, $1" "$2" "$3" - "$((cpu / requests))" \
    "$(sed -n "$(((requests + 1) / 2))p" <<<"$times" | awk '{ print $1 * 1e6 }')" "$(sed -n "$((requests * 99 / 100))p" <<<"$times" | awk '{ print $1 * 1e6 }')" -
}
