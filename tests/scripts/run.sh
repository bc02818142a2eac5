#!/usr/bin/env bash
# From a clone to a running hub. Data goes to data/; settings come from config/, .env and the environment.
. "$(dirname "$0")/common.sh"

command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.95 or later"
command -v cc >/dev/null || command -v gcc >/dev/null || command -v clang >/dev/null ||
  fail "a C compiler is missing (SQLite is compiled in): install gcc or clang"

say "1/3 The console"
tests/scripts/console.sh || exit 1

say "2/3 The server (the first build takes some minutes)"
cargo build --profile quick --locked || fail "the server did not build"

port=${PORT:-8000}
say "3/3 Starting"
echo "Switchboard will answer at http://${HOST:-127.0.0.1}:$port (Ctrl-C stops it; its data is in data/)"
exec "$TARGET/quick/switchboard" serve
