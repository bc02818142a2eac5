#!/usr/bin/env bash
# `make attack`: schemathesis, with all of its checks, holds the OpenAPI document against a server of its own, on SQLite and then
# on PostgreSQL. `attack.sh short` is a fixed minute of it on SQLite, as a part of `make test`.
# ATTACK_SECONDS (600), ATTACK_EXAMPLES (30), ATTACK_SEED (by chance), ATTACK_ON ("sqlite postgres"); what comes after them goes
# to schemathesis.
. "$(dirname "$0")/common.sh"
. tests/scripts/services.sh

passed=0 failed=0
PLACE=
OURS=()
put_away() {
  for pid in "${OURS[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  OURS=()
  [ -n "$PLACE" ] && rm -rf "$PLACE"
  PLACE=
}
trap 'put_away; stop_services' EXIT
trap 'exit 130' INT TERM

# An environment of its own, made once for each list of versions.
environment() {
  local wanted=tests/tools/attack/requirements.txt
  ENVIRONMENT=$TOOLS/schemathesis
  cmp -s "$wanted" "$ENVIRONMENT/made-from.txt" && return
  need python3 python3
  python3 -c 'import ensurepip' 2>/dev/null || need ensurepip python3-venv
  say "schemathesis, as pinned in $wanted"
  rm -rf "$ENVIRONMENT"
  mkdir -p "$TOOLS"
  { python3 -m venv "$ENVIRONMENT" && "$ENVIRONMENT/bin/pip" install -q --disable-pip-version-check -r "$wanted"; } ||
    fail "schemathesis could not be installed"
  cp "$wanted" "$ENVIRONMENT/made-from.txt"
}

# attack NAME DATABASE_URL ARGUMENT…: a fresh hub with two companies in it, and schemathesis before it.
attack() {
  local name=$1 database=$2 port model base log
  shift 2
  PLACE=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-attack.XXXXXX")
  port=$(free_port) model=$(free_port)
  base="http://127.0.0.1:$port" log=$PLACE/report.txt
  "$ENVIRONMENT/bin/python" tests/tools/attack/model.py "$model" &
  OURS+=($!)
  # Nothing of it may leave the machine: no provider but a port where nobody listens, no model but our own.
  (cd "$PLACE" && exec env HOST=127.0.0.1 PORT="$port" PUBLIC_URL="$base" DATABASE_URL="$database" STORAGE="$PLACE/files" \
    SECRET_KEY="$(printf 's%.0s' {1..32})" ENCRYPTION_KEY="$(printf 'e%.0s' {1..32})" TELEGRAM_API_URL=http://127.0.0.1:9 WHATSAPP_API_URL=http://127.0.0.1:9 \
    OPENAI_API_KEY=none OPENAI_BASE_URL="http://127.0.0.1:$model/v1" "$TARGET/debug/switchboard" serve) >"$PLACE/hub.log" 2>&1 &
  OURS+=($!)
  wait_for 60 curl -fsS "$base/api/health" || { tail -20 "$PLACE/hub.log"; failed=$((failed + 1)); put_away; return; }
  say "The OpenAPI document and the server, on $name"
  "$ENVIRONMENT/bin/python" tests/tools/attack/scene.py "$base" "$PLACE" || { failed=$((failed + 1)); put_away; return; }
  # One worker, so that a seed is a run. What it keeps between runs goes away with the folder.
  (cd "$PLACE" && "$ENVIRONMENT/bin/st" --config-file schemathesis.toml run "$base/openapi.json" --url "$base" -c all -w 1 \
    --phases examples,coverage,fuzzing,stateful --request-timeout 60 --continue-on-failure --warnings off --no-color "$@") \
    >"$log" 2>&1
  local status=$?
  sed -nE '/^=+ (FAILURES|ERRORS|SUMMARY) /,$p' "$log" | head -"${ATTACK_LINES:-400}"
  grep -qE '^=+ SUMMARY ' "$log" || tail -40 "$log"
  local cases unique
  cases=$(grep -oE '[0-9,]+ generated' "$log" | tail -1 | grep -oE '[0-9,]+' | tr -d ,)
  unique=$(grep -oE '[0-9,]+ unique failures?' "$log" | tail -1 | grep -oE '[0-9,]+' | tr -d ,)
  if [ "$status" -eq 0 ] && [ "${cases:-0}" -gt 0 ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + ${unique:-1}))
  fi
  put_away
}

need curl curl
environment
[ -x "$TARGET/debug/switchboard" ] || cargo build --locked || fail "the server does not build"
if [ "${1:-}" = short ]; then
  shift
  attack SQLite "sqlite://data/switchboard.db" --max-examples 2 --seed 1 "$@"
else
  length=(--max-time "${ATTACK_SECONDS:-600}" --max-examples "${ATTACK_EXAMPLES:-30}" ${ATTACK_SEED:+--seed "$ATTACK_SEED"})
  for where in ${ATTACK_ON:-sqlite postgres}; do
    case $where in
      sqlite) attack SQLite "sqlite://data/switchboard.db" "${length[@]}" "$@" ;;
      postgres)
        start_services
        attack PostgreSQL "$TEST_POSTGRES_URL" "${length[@]}" "$@"
        ;;
    esac
  done
fi
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
