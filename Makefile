# What one types. The how is in tests/scripts/, one script a verb.
.PHONY: run build console test test-models lint faults attack bench help

help:            ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

run:             ## build what is out of date and start the hub (Rust, a C compiler and Node suffice)
	@tests/scripts/run.sh

build: console   ## the release binary, console inside
	@cargo build --release --locked

console:         ## the web console into static/dist, when it is out of date
	@tests/scripts/console.sh

test:            ## everything that must hold, on SQLite and PostgreSQL, and in a browser
	@tests/scripts/test.sh

test-models:     ## the agent with a real small model and a real speech server (the first run compiles llama.cpp)
	@tests/scripts/models.sh

lint:            ## formatting, clippy, types
	@tests/scripts/lint.sh

faults:          ## the fault suite in its long form (FAULT_KILLS=200 by default)
	@tests/scripts/faults.sh

attack:          ## schemathesis with all of its checks, ten minutes on each database
	@tests/scripts/attack.sh

bench:           ## figures with their floors, measured in the same run
	@tests/scripts/bench.sh
