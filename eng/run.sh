#!/usr/bin/env bash
# Starts the portal with demonstration data on http://127.0.0.1:5080. What follows is passed on, for example: eng/run.sh --demo-size 1GB
# The data root is ./data, or $BACKUPPORTAL_DATA.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
. "$root/eng/prepare.sh"

require_dotnet
require_library libsqlite3.so.0 libsqlite3-0
require_library libzstd.so.1 libzstd1
dotnet build "$root/BackupPortal" --configuration Release --verbosity quiet
cd "$root"
exec dotnet "$root/BackupPortal/bin/Release/net10.0/BackupPortal.dll" serve --demo "$@"
