#!/usr/bin/env bash
# Formatting, clippy without warnings, the console's types.
. "$(dirname "$0")/common.sh"
status=0
cargo fmt --all --check || status=1
for tool in tests/tools/*/Cargo.toml; do
  cargo fmt --manifest-path "$tool" --check || status=1
done
cargo clippy --locked --all-targets -- -D warnings || status=1
if [ -f static/package.json ]; then
  tests/scripts/console.sh && npm --prefix static run --silent check || status=1
fi
for script in tests/scripts/*.sh .ci/run; do
  bash -n "$script" || status=1
done
exit $status
