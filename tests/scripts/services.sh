# Sourced: a private PostgreSQL and a private Redis on random loopback ports, in a temporary
# directory, stopped by their pids. fsync stays on: durability is what the tests are about.

SERVICES=
start_services() {
  # Debian keeps initdb out of the PATH.
  ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || need initdb postgresql
  need redis-server redis-server
  local bin user run=()
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  [ -x "$bin/initdb" ] || fail "PostgreSQL's initdb is missing"
  SERVICES=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-services.XXXXXX")
  chmod 755 "$SERVICES"
  mkdir "$SERVICES/pg" "$SERVICES/redis"
  # PostgreSQL refuses to run as root.
  if [ "$(id -u)" = 0 ]; then
    user=postgres
    id "$user" >/dev/null 2>&1 || user=nobody
    chown "$user" "$SERVICES/pg"
    run=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups env HOME="$SERVICES/pg")
  fi
  PG_PORT=$(free_port)
  (cd "$SERVICES/pg" && "${run[@]}" "$bin/initdb" -D "$SERVICES/pg/data" -U postgres -A trust -E UTF8 --locale=C) \
    >"$SERVICES/pg.log" 2>&1 || { cat "$SERVICES/pg.log"; fail "initdb failed"; }
  (cd "$SERVICES/pg" && exec "${run[@]}" "$bin/postgres" -D "$SERVICES/pg/data" -p "$PG_PORT" -k "$SERVICES/pg" \
    -c listen_addresses=127.0.0.1 -c max_connections=300 -c shared_buffers=64MB) >>"$SERVICES/pg.log" 2>&1 &
  PG_PID=$!
  wait_for 60 "$bin/pg_isready" -h 127.0.0.1 -p "$PG_PORT" -U postgres ||
    { tail -20 "$SERVICES/pg.log"; fail "PostgreSQL does not come up"; }
  export TEST_POSTGRES_URL="postgres://postgres@127.0.0.1:$PG_PORT/postgres"

  REDIS_PORT=$(free_port)
  redis-server --port "$REDIS_PORT" --bind 127.0.0.1 --save '' --appendonly no --dir "$SERVICES/redis" \
    >"$SERVICES/redis.log" 2>&1 &
  REDIS_PID=$!
  wait_for 30 redis-cli -p "$REDIS_PORT" ping || { tail -20 "$SERVICES/redis.log"; fail "Redis does not come up"; }
  export TEST_REDIS_URL="redis://127.0.0.1:$REDIS_PORT/"
}

stop_services() {
  [ -n "${REDIS_PID:-}" ] && kill "$REDIS_PID" 2>/dev/null
  # SIGINT is PostgreSQL's fast shutdown: it does not wait for clients.
  [ -n "${PG_PID:-}" ] && kill -INT "$PG_PID" 2>/dev/null
  [ -n "${PG_PID:-}" ] && wait "$PG_PID" 2>/dev/null
  [ -n "${REDIS_PID:-}" ] && wait "$REDIS_PID" 2>/dev/null
  [ -n "$SERVICES" ] && rm -rf "$SERVICES"
  SERVICES=
}
