# Sourced by the other scripts: where things are, how to say them, how to get what is missing.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
ROOT=$PWD
TARGET=${CARGO_TARGET_DIR:-$ROOT/target}
TOOLS=$TARGET/test-tools

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# need COMMAND PACKAGE: installs the Debian package unless the command is there.
need() {
  command -v "$1" >/dev/null 2>&1 && return
  [ "$(id -u)" = 0 ] || fail "$1 is missing: install the package $2 (this script does so only as root)"
  say "Installing $2"
  if [ -z "${APT_UPDATED:-}" ]; then
    apt-get update -q >/dev/null || fail "apt-get update failed"
    APT_UPDATED=1
  fi
  # Its own services stay off: the tests start private ones.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >/dev/null ||
    fail "installing $2 failed"
}

# A port that nobody has, below the ephemeral range.
free_port() {
  local port
  while :; do
    port=$((RANDOM % 9000 + 20000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
}

# wait_for SECONDS COMMAND…: repeats it until it succeeds.
wait_for() {
  local end=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep 0.1
  done
}
