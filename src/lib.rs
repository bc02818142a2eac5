//! The house: how a customer's message reaches an operator's screen, and the answer reaches the customer.
//!
//! ```text
//! main ─ app ─┬─ api ─────────┐
//!             ├─ connectors ──┼─ actions ─ hub ─┬─ clients ─┐
//!             └─ jobs ────────┘                 └─ db ──────┴─ domain
//! ```
//! Imports point to the right only. `error config telemetry secrets passwords sessions` serve whoever needs them; `domain`
//! needs none. Tests read the `use` lines, and see to it that no two public types bear one name.
//!
//! * [`domain`] — pure types and decisions. `domain::conversation::step` is the core: inputs in, a proposed *unit* out.
//! * [`db`] — storage, a folder for each aggregate: its rows and operations in `mod.rs`, its SQL beside them, written once and
//!   compiled for SQLite and PostgreSQL. `db::Store` picks the backend.
//! * [`hub`] — the actors. *Step proposes, the commit decides*: nothing is answered, shown or sent before the COMMIT.
//! * [`actions`] — use cases of several steps, a file each: what a handler, a connector or a command asks for in one call.
//! * [`connectors`] — one folder a provider. `connectors/connector.rs` says what a kind of channel must be able to do; what it
//!   is like, its limits among them, stands in `domain/channel/kind.rs`. They register with the hub, the hub knows none of them.
//! * [`jobs`] — rows executed off the hot path, by one runner: a kind of work is a type with its lease and its share at once
//!   (`jobs::Job`). They reach providers through the hub, and never the connectors themselves. What recurs (the purge, the
//!   sweeps, the index of what was said) is a row there too. Besides it only what keeps a process itself going has a loop of
//!   its own: the clock (`hub/scheduler.rs`), the sequencer, the live counts (`hub/counts.rs`), leases, relay, sessions, the care of open
//!   channels, and the thread that empties SQLite's log (`db/sqlite/checkpoint.rs`).
//! * [`clients`] — leaf clients of the outside world: file storage, OpenAI-compatible models, the guarded way out to
//!   addresses that strangers bring.
//! * [`api`] — every address with its permission, thin handlers, the two websockets, the console's files.
//! * [`app`] — the composition root: the order of start and stop can be read there from top to bottom.
//!
//! # A message's way
//! 1. `connectors/telegram/webhook.rs` has the secret checked against what `connectors/doors.rs` holds in memory; its 200 waits
//!    for step 5.
//! 2. `connectors/telegram/codec/` makes a `domain::channel::Inbound` of it, the same type for every channel.
//! 3. `hub/supervisor.rs`: one shard an arbiter, chosen by hash of (channel, key), alone holds its Conversations. What comes under another
//!    key of the same customer (a group that has moved) is handed on to where its conversation is at home.
//! 4. `hub/conversation/` asks `domain::conversation::step` what follows, by the channel's rules as it holds them; one unit is
//!    in flight, the rest waits. What is due by the clock comes as an input too (`hub/timers.rs`).
//! 5. `hub/writer.rs` commits the units of many conversations in one transaction (`db/units/queries.rs`).
//! 6. After the COMMIT: `hub/publisher/` puts the events into feed order and hands them to every worker's sessions.
//!    Where an automatic answer is owed, the Conversation begins a turn: `hub/agent/` asks the model; how it ended is one more
//!    input to the core, fenced by the conversation's generation (`domain/conversation/agent.rs`).
//! 7. `hub/operator_session.rs` writes the frame; `static/src/realtime/` shows it.
//! 8. The reply is the same corridor backwards: `api/messages.rs` → Conversation → unit (message and deliveries) → Writer →
//!    `hub/conversation/delivery.rs` → connector (paces, sends) → outcome → unit → `message.updated`.
//!    What a provider says later (delivered, read, failed) goes by `hub/receipts.rs`: sets of rows, past the Conversations.
//!
//! # Several processes
//! On PostgreSQL any process takes in anything; only the one that holds a conversation's slot acts for it (`hub/leases`, with a
//! fence that the commit checks; `domain/lease.rs`). What others have committed it learns from the feeds (`hub/follow.rs`); what is
//! only shown for a moment travels by `hub/relay`.
//!
//! # Where the next thing goes
//! * **A connector**: a folder beside `connectors/telegram` and `connectors/whatsapp` that implements `Connector`, `Line` and, for
//!   what goes out, `Account`; what the kind can do stands in `domain/channel/kind.rs`; a line in `app/ports.rs`, its webhook in
//!   `api/mod.rs`. What its provider says of sent messages goes to `hub/receipts.rs`.
//! * **A deal**, or another thing that people keep: no actor. Its words and decisions in `domain/`, its rows and SQL in a folder
//!   of `db/` (and both `migrations/`), an event in `domain/event/`, its addresses in `api/` with a line in `api/mod.rs`; what
//!   takes more than one step is a file in `actions/`.
//! * **A block of a bot**: pure, in `domain/`, called by `domain::conversation::step` through its `Rules`: what it says and
//!   remembers is a part of the one unit, what it waits for is a timer (`TimerKind`).
//! * **A job**: a file in `jobs/` with its `Job`, a line in `jobs::start`; whoever causes it writes its row in their own
//!   transaction.
//!
//! # What never changes
//! * The database is the truth; mailboxes, caches and Redis may lose anything.
//! * Two numbers: `messages.id` orders a conversation, `events.seq` orders a company's feed, without holes.
//! * A turn of the agent counts only at the generation it began at: a newer word of anybody makes it as if it had never been.
//! * Dedupe is the inserted row (`inbound_raw`), never a mark elsewhere.
//! * Only rows that cannot be stored are refused (`db/fault.rs`); any other error of the database means "come again".
//! * An unclear send is shown as unclear; only a person sends it again.
#![forbid(unsafe_code)]

pub mod actions;
pub mod api;
pub mod app;
pub mod clients;
pub mod config;
pub mod connectors;
pub mod db;
pub mod domain;
pub mod error;
pub mod hub;
pub mod jobs;
pub mod passwords;
pub mod secrets;
pub mod sessions;
pub mod telemetry;
