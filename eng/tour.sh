#!/usr/bin/env bash
# Takes the README's pictures anew: runs the browser tests, which look at every page, and keeps those that the tour shows.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
"$root/eng/test.sh" --filter "FullyQualifiedName~BackupPortal.Tests.Browser"
mkdir -p "$root/docs/screenshots"
for picture in overview-en-light-1280 backups-en-light-1280 verify-dialog-en-light-1280 restore-dialog-de-light-360 compare-story-en-light-1280 bring-back-en-light-1280 \
  restore-running-en-light-1280 countdown-de-dark-360 copies-en-light-1280 waiting-en-light-1280 restores-de-dark-1280 data-table-en-dark-360 host-en-light-1280; do
  cp "$root/artifacts/windows/$picture.png" "$root/docs/screenshots/$picture.png"
done
