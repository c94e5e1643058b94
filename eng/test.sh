#!/usr/bin/env bash
# Runs every test. The last line says how many passed, failed and were skipped. What follows is passed on to dotnet test, for example:
# eng/test.sh --filter "FullyQualifiedName~Restore"
set -uo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/prepare.sh"

require_dotnet
require_library libsqlite3.so.0 libsqlite3-0
require_library libzstd.so.1 libzstd1
require_chromium
require_tool sqlite3 sqlite3
require_tool python3 python3
require_tool unzip unzip
require_tool curl curl
require_server nginx
require_server caddy
require_postgres
results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT

status=0
if dotnet build "$root/BackupPortal.slnx" --verbosity quiet; then
  dotnet test "$root/BackupPortal.Tests" --no-build --logger "trx;LogFileName=tests.trx" --results-directory "$results" "$@" || status=$?
else
  status=1
  echo "error: The build failed; no test was run." >&2
fi

# count NAME: a counter of the results; 0 when there are none.
count() {
  local number
  number=$(sed -n "s/.*<Counters [^>]*$1=\"\([0-9]*\)\".*/\1/p" "$results/tests.trx" 2> /dev/null | head -n 1)
  echo "${number:-0}"
}

total=$(count total)
executed=$(count executed)
passed=$(count passed)
if [ "$status" -eq 0 ] && [ "$total" -eq 0 ]; then
  status=1
  echo "error: There are no results of tests." >&2
fi
echo "$passed passed, $((executed - passed)) failed, $((total - executed)) skipped"
exit "$status"
