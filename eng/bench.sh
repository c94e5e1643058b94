#!/usr/bin/env bash
# Measures backups and restores beside sqlite3, zstd, restic and Borg, those that are installed, and writes docs/performance.md. Takes a quiet machine, and
# time. For a part of it: eng/bench.sh restore, eng/bench.sh export, or eng/bench.sh --only day --size M --rounds 1. All options: eng/bench.sh --help
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/prepare.sh"

# require_program NAME PURPOSE: something without which nothing can be measured.
require_program() {
  command -v "$1" > /dev/null || fail "$1 was not found, which $2." "Install it (on Debian and Ubuntu: apt-get install $1) and run this again."
}

# note_missing NAME...: other programs take part only where they are.
note_missing() {
  local name
  for name in "$@"; do
    command -v "$name" > /dev/null || echo "note: $name is not installed; its rows are left out (on Debian and Ubuntu: apt-get install ${name/%borg/borgbackup})." >&2
  done
}

require_dotnet
require_library libsqlite3.so.0 libsqlite3-0
require_library libzstd.so.1 libzstd1
require_program python3 "makes the data and takes the time"
require_program sqlite3 "checks what was restored"
note_missing zstd restic borg

work=${BACKUPPORTAL_BENCH:-${TMPDIR:-/tmp}/backupportal-bench}
mkdir -p "$work"
commit=$(git -C "$root" rev-parse --short HEAD 2> /dev/null || echo unknown)
if [ "${1:-}" != "--help" ]; then
  echo "Publishing..." >&2
  rm -rf "$work/program" "$work/benchmarks"
  dotnet publish "$root/BackupPortal" --configuration Release --output "$work/program" --verbosity quiet
  dotnet publish "$root/BackupPortal.Benchmarks" --configuration Release --output "$work/benchmarks" --verbosity quiet
fi
exec python3 "$root/eng/bench/run.py" --work "$work" --program "$work/program/BackupPortal" --benchmarks "$work/benchmarks/BackupPortal.Benchmarks.dll" \
  --commit "$commit" --usual-document "$root/docs/performance.md" "$@"
