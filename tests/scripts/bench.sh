#!/usr/bin/env bash
# Release binary against the load client; raw floors are measured in the same run. Arguments go to
# the load client: `tests/scripts/bench.sh --blocks 1 screen` for a quick look at one scenario. `bench.sh outcomes` is the
# one that needs no client: the store alone, after an outage.
. "$(dirname "$0")/common.sh"
. tests/scripts/services.sh
trap stop_services EXIT
trap 'exit 130' INT TERM
status=0
outcomes() {
  say "Outcomes of sends that have piled up, stored"
  cargo bench --locked --bench outcomes || status=1
}
if [ "${1:-}" = outcomes ]; then
  start_services
  outcomes
  exit $status
fi
tests/scripts/console.sh || exit 1
cargo build --release --locked || fail "the server did not build"
CARGO_TARGET_DIR="$TARGET/load" cargo build --release --locked --manifest-path tests/tools/load/Cargo.toml ||
  fail "the load client did not build"
start_services
ulimit -n "$(ulimit -Hn)"
load() { "$TARGET/load/release/load" --hub "$TARGET/release/switchboard" --echo "$TARGET/load/release/echo" "$@"; }
load "$@" || status=1
say "The same messages on PostgreSQL (its own CPU is not the hub's)"
load --database "$TEST_POSTGRES_URL" --only hub --blocks 3 screen agent || status=1
[ $# -gt 0 ] || outcomes
exit $status
