#!/usr/bin/env bash
# Measures RepoHost beside nginx and git on this machine; see --help. Prints Markdown and keeps it in bench/results/.
set -euo pipefail
cd "$(dirname "$0")/.."
exec </dev/null
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

usage() {
  cat <<'TEXT'
usage: bench/run.sh [--quick] [--only LIST] [--keep] [--no-install]

Compares RepoHost with nginx and git in one run, in alternating rounds, on the loopback interface. Default: under 12 minutes.

  --quick        fewer and shorter rounds, a file of 256 MiB instead of 1 GiB: under 3 minutes, for a first look only
  --only LIST    some of: small,large,crowd,leave,mixed,cold,clone,upload,commit,push,lists (comma between)
  --keep         leave the servers' folder and logs behind, and say where
  --no-install   install nothing; say what is missing
  --help         this text

Absolute figures belong to the machine; compare ratios of one run.
TEXT
}

small_rounds=5 small_seconds=3 warm_seconds=4 large_rounds=3 large_mib=1024 crowd_seconds=4 leave_rounds=2 mixed_rounds=3 mixed_seconds=4 cold_repositories=24 cold_files=40
clone_rounds=6 upload_rounds=3 commit_rounds=7 push_rounds=3 push_files=20000 list_requests=400
only=small,large,crowd,leave,mixed,cold,clone,upload,commit,push,lists keep=off install=on quick=off
while [ $# -gt 0 ]; do
  case $1 in
    --quick)
      quick=on small_rounds=2 small_seconds=2 warm_seconds=2 large_rounds=2 large_mib=256 crowd_seconds=3 leave_rounds=1 mixed_rounds=1 mixed_seconds=3 cold_repositories=6 cold_files=40
      clone_rounds=2 upload_rounds=2 commit_rounds=3 push_rounds=1 list_requests=100
      ;;
    --only) only=${2:?--only takes a list}; shift ;;
    --keep) keep=on ;;
    --no-install) install=off ;;
    --help | -h) usage; exit 0 ;;
    *) echo "unknown option: $1" >&2; usage >&2; exit 2 ;;
  esac
  shift
done

step() { printf '== %s\n' "$*" >&2; }
fail() { printf '%s\n' "$@" >&2; exit 1; }
# WORK...: whether one of them is
wanted() {
  local name
  for name; do case ,$only, in *,"$name",*) return 0 ;; esac; done
  return 1
}

. bench/parts/machine.sh
. bench/parts/servers.sh
. bench/parts/repositories.sh
. bench/parts/measure.sh
. bench/parts/work.sh
. bench/parts/backend.sh
. bench/parts/clone.sh
. bench/parts/write.sh
. bench/parts/lists.sh

step "What is needed"
need_tools
step "Build"
dotnet build src/RepoHost -c Release --nologo -v quiet >&2 || fail "The build failed."

work=$(mktemp -d "${TMPDIR:-/tmp}/repohost-bench.XXXXXX")
figures=$work/figures.tsv
: >"$figures"
trap clean_up EXIT
trap 'exit 130' INT TERM

if [ "$only" != lists ]; then
  step "Repositories"
  make_repositories
  step "Servers"
  start_servers
  check_servers
fi

if wanted small; then step "Gated 4 KB"; small_files; fi
if wanted large; then step "$large_mib MiB, 1 and 4 clients"; large_file; fi
if wanted crowd; then step "100 clients"; crowd; fi
if wanted leave; then step "Clients that leave"; leaving; fi
if wanted mixed; then step "4 KB during downloads"; mixed; fi
if wanted cold; then step "Cold"; cold; fi
if wanted clone push; then start_backend; fi
if wanted clone; then step "Clone"; clone; fi
if wanted upload; then step "Upload of $large_mib MiB"; upload; fi
if wanted commit; then step "Commit of 500 files"; commit; fi
if wanted push; then step "Push of $push_files files"; push; fi
if wanted lists; then step "Lists of 10, 1,000 and 10,000 repositories"; lists; fi

mkdir -p bench/results
result=bench/results/$(date -u +%Y%m%dT%H%M%SZ).md
{
  machine
  awk -f bench/parts/tables.awk -v large="$large_mib" "$figures"
} >"$result"
cp "$figures" "${result%.md}.tsv"
cat "$result"
step "$result, after $SECONDS s"
