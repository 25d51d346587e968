#!/usr/bin/env bash
# Builds RepoHost and runs all of its tests; see --help. The last line says how many passed, failed and were skipped.
set -uo pipefail
cd "$(dirname "$0")" || exit 1
exec </dev/null # nothing here asks anybody anything

usage() {
  cat <<'TEXT'
usage: ./test.sh [quick|rooms] [--soak] [--no-install]

Builds the solution (Release, warnings are errors), checks the format and runs every test.
What the tests need is installed first when it is missing and may be installed: Debian packages as root, the JavaScript clients with npm.

  quick          while you write: the library, and the rooms whose files differ from the last commit (of a clean tree: those the last commit touched).
                 Tests that measure time are left out, and nothing is installed
  rooms          before you commit: all but the end-to-end tests. Nothing is installed

  --soak         also the long tests
  --no-install   install nothing; say what is missing
  --help         this text

With CI=true nothing may be skipped: a missing component fails its tests.
TEXT
}

soak=off limit=20m
install=on
mode=all
for option in "$@"; do
  case $option in
    quick | rooms) mode=$option install=off ;;
    --soak) soak=on limit=60m ;;
    --no-install) install=off ;;
    --help | -h) usage; exit 0 ;;
    *) echo "unknown option: $option" >&2; usage >&2; exit 2 ;;
  esac
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DEBIAN_FRONTEND=noninteractive
# A build server that stays behind would keep a pipe of ours open for as long as it lives.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false

results=TestResults/test.sh
projects=(GateMiddleware.Tests RepoHost.Tests RepoHost.EndToEnd)
[ $mode = all ] || projects=(GateMiddleware.Tests RepoHost.Tests)

# The rooms of the program, as folders of src/RepoHost and of tests/RepoHost.Tests, that differ from the last commit.
touched_rooms() {
  local changed
  changed=$(git diff --name-only HEAD; git ls-files --others --exclude-standard)
  [ -n "$changed" ] || changed=$(git diff --name-only HEAD~1 HEAD)
  printf '%s\n' "$changed" | sed -nE 's#^(src/RepoHost|tests/RepoHost\.Tests)/([^/]+)/.*#\2#p' | sort -u
}

step() { printf '\n== %s\n' "$*"; }
fail() { printf '%s\n' "$@" >&2; exit 1; }
there() { command -v "$1" >/dev/null; }

# --- what the tests need ---------------------------------------------------------------------------------------

step "What is needed"
there dotnet || fail "The .NET SDK is missing: https://dotnet.microsoft.com/download (version in global.json)."

declare -A package_of=([git]=git [git-lfs]=git-lfs [redis-server]=redis-server [redis-cli]=redis-tools [aria2c]=aria2 [curl]=curl [wget]=wget [node]=nodejs [npm]=npm [nginx]=nginx-light [caddy]=caddy)
missing=()
for tool in "${!package_of[@]}"; do there "$tool" || missing+=("${package_of[$tool]}"); done
there chromium-headless-shell || there chromium || missing+=(chromium-headless-shell)
# A module and no program; of Debian's own python3, since another one on the path would not have it.
/usr/bin/python3 -c 'import aiosmtpd' 2>/dev/null || missing+=(python3-aiosmtpd)
if [ ${#missing[@]} -gt 0 ] && [ $install = on ] && there apt-get && [ "$(id -u)" = 0 ]; then
  echo "Installing ${missing[*]}"
  apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || echo "apt-get failed"
elif [ ${#missing[@]} -gt 0 ]; then
  echo "Missing, the tests that need it are skipped: apt-get install ${missing[*]}"
fi

# FOLDER COMMAND OPTION...: the packages of the lock file, unless they are there already.
npm_packages() {
  local folder=$1; shift
  [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return
  if [ $install = off ] || ! there npm; then
    echo "Missing, the tests that need it are skipped: npm $* --ignore-scripts --prefix $folder"
    return
  fi
  echo "Installing the packages of $folder"
  # No scripts: onnxruntime's would download GPU libraries.
  npm "$@" --ignore-scripts --no-audit --no-fund --loglevel=error --prefix "$folder" && touch "$folder/node_modules/.package-lock.json" || echo "npm failed"
}
if [ $mode = all ]; then
  npm_packages tests/clients ci
  # Not "ci", which wants the builds for every other platform in the lock file, and npm leaves out those it can't see.
  npm_packages tests/clients/llama install --no-save --omit=optional
fi

# --- build -----------------------------------------------------------------------------------------------------

step "Build"
if [ $mode = all ]; then
  dotnet build RepoHost.sln -c Release --nologo -v quiet || fail "The build failed."
else
  # One after the other: they share what they are built from.
  for project in "${projects[@]}"; do dotnet build "tests/$project" -c Release --nologo -v quiet || fail "The build failed."; done
fi

rm -rf "$results" && mkdir -p "$results" || fail "$results can't be written."
if [ $mode != quick ]; then
  step "Format"
  dotnet format whitespace RepoHost.sln --no-restore --verify-no-changes || fail "dotnet format would change what is named above."
fi

if [ $mode = all ]; then
  step "Publish"
  # As README says, for the end-to-end tests. The build above has asked the analyzers.
  dotnet publish src/RepoHost -c Release --use-current-runtime --no-self-contained -o "$results/published" --nologo -v quiet -p:RunAnalyzers=false || fail "Publishing failed."
  export REPOHOST_PUBLISHED=$results/published/RepoHost.dll
fi

# --- tests -----------------------------------------------------------------------------------------------------

passed=0 failed=0 skipped=0 broken=()

# FILE NAME: a number off the one <assembly> element of xunit's own report.
count() { sed -n "s/.*<assembly [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

for project in "${projects[@]}"; do
  step "$project"
  filter=()
  if [ $mode = quick ]; then
    filter=(-trait- Time=measured)
    if [ "$project" = RepoHost.Tests ]; then
      mapfile -t rooms < <(touched_rooms)
      [ ${#rooms[@]} -gt 0 ] || { echo "No room was touched."; continue; }
      echo "Rooms: ${rooms[*]}"
      for room in "${rooms[@]}"; do filter+=(-namespace "RepoHost.Tests.$room" -namespace "RepoHost.Tests.$room.*"); done
    fi
  fi
  report=$results/$project.xml
  # An "explicit" test is one that is too long for every day.
  timeout --kill-after=30s $limit dotnet "tests/$project/bin/Release/net10.0/$project.dll" -noLogo -noColor "${filter[@]}" -explicit "$([ $soak = on ] && echo on || echo off)" -result-xml "$report"
  status=$?
  if ! [ -s "$report" ] || ! [ "$(count "$report" total)" -gt 0 ] 2>/dev/null; then
    broken+=("$project ended with status $status and no results")
    continue
  fi
  passed=$((passed + $(count "$report" passed)))
  failed=$((failed + $(count "$report" failed) + $(count "$report" errors)))
  skipped=$((skipped + $(count "$report" skipped)))
  [ $status = 0 ] || [ "$(count "$report" failed)" != 0 ] || [ "$(count "$report" errors)" != 0 ] || broken+=("$project ended with status $status")
done

# FILE: the tests that failed, a line each, so that they stand beside the sum and not far above it.
failures() { grep -oE '<test [^>]*result="Fail"[^>]*>|<error [^>]*>' "$1" | sed -n 's/.* name="\([^"]*\)".*/failed: \1/p'; }

# --- the sum ---------------------------------------------------------------------------------------------------

echo
verdict=0
for project in "${projects[@]}"; do [ -s "$results/$project.xml" ] && failures "$results/$project.xml"; done
for reason in "${broken[@]}"; do echo "$reason"; verdict=1; done
[ $failed = 0 ] && [ $passed -gt 0 ] || verdict=1
if [ "${CI:-}" = true ] && [ $skipped != 0 ]; then
  echo "Nothing may be skipped when CI=true."
  verdict=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit $verdict
