# Sourced by the other scripts: installs what a fresh Debian or Ubuntu lacks; on another system says what to install.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1

fail() {
  echo "error: $1" >&2
  echo "hint: $2" >&2
  exit 1
}

require_dotnet() {
  if ! command -v dotnet > /dev/null || ! dotnet --list-sdks | grep -q '^10\.'; then
    fail "The .NET 10 SDK was not found." "Install it from https://dot.net/download and run this again."
  fi
}

# require_library NAME PACKAGE: the shared library NAME, from the Debian package PACKAGE.
require_library() {
  local known
  known=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2> /dev/null || true)
  if ! grep -q "$1" <<< "$known"; then
    install_package "$2" "The library $1"
  fi
}

# require_tool PROGRAM PACKAGE: a program that tests run, from the Debian package PACKAGE.
require_tool() {
  command -v "$1" > /dev/null || install_package "$2" "The program $1, which tests run,"
}

# require_chromium: sets BACKUPPORTAL_CHROMIUM to a browser that is there.
require_chromium() {
  local found
  found=${BACKUPPORTAL_CHROMIUM:-$(command -v chromium || command -v chromium-browser || true)}
  if [ -z "$found" ]; then
    install_package chromium "The browser Chromium, which the browser tests drive,"
    found=$(command -v chromium)
  fi
  export BACKUPPORTAL_CHROMIUM="$found"
}

# require_server NAME: a server that tests start themselves; installing it must not start one that was not there.
require_server() {
  if command -v "$1" > /dev/null || [ -x "/usr/sbin/$1" ]; then
    return
  fi
  local policy=/usr/sbin/policy-rc.d ours=no as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  # What Debian's packages ask before they start a service.
  if command -v apt-get > /dev/null && [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | "${as_root[@]}" tee "$policy" > /dev/null
    "${as_root[@]}" chmod 755 "$policy"
    ours=yes
  fi
  (install_package "$1" "The server $1, which tests of docs/gate start,") || {
    [ "$ours" = no ] || "${as_root[@]}" rm -f "$policy"
    exit 1
  }
  [ "$ours" = no ] || "${as_root[@]}" rm -f "$policy"
  # Nor may it start with the machine.
  if [ -d /run/systemd/system ]; then
    "${as_root[@]}" systemctl disable --quiet --now "$1" || true
  fi
}

# require_postgres: sets BACKUPPORTAL_POSTGRES to the folder with the programs of PostgreSQL 15. Tests start a cluster of their own; none is made or started here.
require_postgres() {
  local found=${BACKUPPORTAL_POSTGRES:-/usr/lib/postgresql/15/bin} settings=/etc/postgresql-common/createcluster.d/backupportal.conf as_root=()
  if [ ! -x "$found/initdb" ]; then
    [ "$(id -u)" -eq 0 ] || as_root=(sudo)
    if command -v apt-get > /dev/null; then
      # The package would make a cluster and start it.
      "${as_root[@]}" mkdir -p "$(dirname "$settings")" && echo "create_main_cluster = false" | "${as_root[@]}" tee "$settings" > /dev/null
    fi
    install_package postgresql-15 "The database server PostgreSQL 15, which tests read exports with,"
    "${as_root[@]}" rm -f "$settings"
  fi
  export BACKUPPORTAL_POSTGRES="$found"
}

install_package() {
  local as_root=()
  if ! command -v apt-get > /dev/null; then
    fail "$2 was not found." "Install it with your system's package manager (on Debian and Ubuntu the package is called $1) and run this again."
  fi
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo > /dev/null || fail "$2 was not found." "Install it as root with: apt-get install $1"
    as_root=(sudo)
  fi
  echo "Installing $1..." >&2
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$1" >&2
}
