#!/usr/bin/env bash
# The fault suite in its long form. Each test prints its figures and its seed; FAULT_SEED repeats it.
. "$(dirname "$0")/common.sh"
. tests/scripts/services.sh
trap stop_services EXIT
trap 'exit 130' INT TERM
start_services
export FAULT_KILLS=${FAULT_KILLS:-200} FAULT_SECONDS=${FAULT_SECONDS:-60} FAULT_WRITES=${FAULT_WRITES:-5000}
export FAULT_CYCLES=${FAULT_CYCLES:-20} FAULT_RESTARTS=${FAULT_RESTARTS:-20}
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --config-file tests/nextest.toml --test it -E 'test(/^faults::/)' "$@"
else
  cargo test --locked --test it faults:: -- --test-threads 1 --nocapture "$@"
fi
