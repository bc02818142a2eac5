#!/usr/bin/env bash
# `make test`: console (vitest, types), server (nextest on both databases), then a real browser
# against a real server. Every part runs even when one before it failed; the last line counts.
. "$(dirname "$0")/common.sh"
. tests/scripts/services.sh

passed=0 failed=0
trap stop_services EXIT
trap 'exit 130' INT TERM

# Where the minutes went: a line a part.
times=()
# took NAME SINCE: notes how long it took, in seconds of $SECONDS.
took() {
  local seconds=$((SECONDS - $2))
  times+=("$(printf '%3d:%02d  %s' $((seconds / 60)) $((seconds % 60)) "$1")")
}

# part NAME COMMAND…: one more line in the sum.
part() {
  local name=$1 since=$SECONDS
  shift
  say "$name"
  if "$@"; then passed=$((passed + 1)); else failed=$((failed + 1)); echo "FAILED: $name"; fi
  took "$name" "$since"
}

# The ten tests that took longest; nextest has written how long each did. Several run side by side.
slowest() {
  local report=$TARGET/nextest/default/junit.xml
  [ -f "$report" ] || return 0
  grep -oE '<testcase [^>]*>' "$report" |
    sed -E 's/.* name="([^"]*)".* time="([0-9.]+)".*/\2 \1/' | sort -rn | head -10 |
    awk '{printf "%8.1f s  %s\n", $1, $2}'
}

# browsers PROJECT: the console's journeys by Playwright's runner, which starts the hub they run before.
browsers() { HUB_BIN="$TARGET/debug/switchboard" npm --prefix static run --silent e2e -- --project="$1"; }

# Starts a hub of its own, whose Telegram is the script's.
console_under_load() { HUB_BIN="$TARGET/debug/switchboard" node static/e2e/perf.mjs; }

# count WORD: the sum of the numbers before WORD on standard input.
count() { grep -oE "[0-9]+ $1" | awk '{n += $1} END {print n + 0}'; }

server_tests() {
  local log="$TARGET/nextest.log" status since=$SECONDS
  mkdir -p "$TARGET"
  if cargo nextest --version >/dev/null 2>&1; then
    rm -f "$TARGET/nextest/default/junit.xml"
    # Built by itself, so that the times tell building from running.
    cargo nextest run --no-run --locked --config-file tests/nextest.toml "$@" && took "building the server and its tests" "$since"
    since=$SECONDS
    cargo nextest run --locked --config-file tests/nextest.toml "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    local line
    line=$(grep -E 'Summary \[' "$log" | tail -1)
    passed=$((passed + $(count passed <<<"$line")))
    failed=$((failed + $(count '(failed|timed out|exec failed)' <<<"$line")))
    # A build that fails has run no test and has no summary.
    [ -n "$line" ] || failed=$((failed + 1))
  else
    cargo test --locked "$@" -- --test-threads 3 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    passed=$((passed + $(grep '^test result' "$log" | count passed)))
    failed=$((failed + $(grep '^test result' "$log" | count failed)))
  fi
  took "the server's tests" "$since"
  # Whatever was counted, a runner that says no has failed.
  [ "$status" -eq 0 ] || [ "$failed" -gt 0 ] || failed=1
}

command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.95 or later"
need curl curl
need npm npm
need chromium chromium
need nginx nginx
export CHROMIUM
CHROMIUM=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
since=$SECONDS
start_services

say "Telegram's Bot API and a model, by somebody else"
mkdir -p "$TOOLS"
if [ ! -d "$TOOLS/node_modules/telegram-test-api" ] || [ ! -d "$TOOLS/node_modules/@copilotkit/aimock" ]; then
  npm install --prefix "$TOOLS" --no-save --no-audit --no-fund --loglevel=error telegram-test-api@4.2.1 @copilotkit/aimock@1.43.0 ||
    fail "npm could not install telegram-test-api and aimock"
fi
export TEST_TELEGRAM_API="$TOOLS"
took "databases and tools" "$since"

if [ -f static/package.json ]; then
  part "The console builds" tests/scripts/console.sh
  part "The console's types" npm --prefix static run --silent check
  part "The console's own tests" npm --prefix static run --silent test
  part "The agent's screens before the stand-in hub" browsers stand-in
fi
say "The server, on SQLite and PostgreSQL"
server_tests "$@"
part "The examples in the server's documentation" cargo test --locked --doc
part "The OpenAPI document before schemathesis" tests/scripts/attack.sh short
if [ -f static/package.json ]; then
  part "A browser in front of a real server, and the console's sizes" browsers hub
  part "The console under load" console_under_load
fi

say "Where the time went (minutes:seconds)"
printf '%s\n' "${times[@]}"
slow=$(slowest)
[ -z "$slow" ] || printf 'The slowest tests:\n%s\n' "$slow"
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
