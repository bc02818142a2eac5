//! A store that nothing else uses, with a company, two people, a web chat and a Telegram channel.

use switchboard::db::{Store, UnitOutcome};
use switchboard::domain::access::{Principal, Role};
use switchboard::domain::channel::*;
use switchboard::domain::clock::{DAY, Micros};
use switchboard::domain::conversation::{Command, ConversationStatus, Input, Rules, SendCommand, State, Unit, step};
use switchboard::domain::event::Assignee;
use switchboard::domain::ids::{ChannelId, CompanyId, UserId};
use switchboard::domain::message::MessageKind;

use crate::support::{Backend, Hub};

pub const COMPANY: CompanyId = CompanyId::new(1);
pub const OPERATOR: UserId = UserId::new(7);
pub const WEBCHAT: ChannelId = ChannelId::new(3);
pub const TELEGRAM: ChannelId = ChannelId::new(4);
pub const WHATSAPP: ChannelId = ChannelId::new(5);
pub const NOW: Micros = 20_000 * DAY;

pub struct Shelf {
    store: Option<Store>,
    /// What was committed, until somebody takes it.
    pub events: Option<switchboard::hub::start::Events>,
    /// Never started: it owns the folder or the database, and takes it away.
    pub hub: Hub,
}

impl Shelf {
    pub async fn open(backend: Backend) -> Shelf {
        let hub = Hub::prepare(backend, &[]).await;
        let url = url(&hub);
        let (sink, events) = tokio::sync::mpsc::unbounded_channel();
        let store = tokio::task::spawn_blocking(move || Store::open(&url, sink));
        let store = store.await.expect("the store opens").expect("the store opens");
        let shelf = Shelf { store: Some(store), events: Some(events), hub };
        shelf.sql(FIRST_ROWS).await;
        shelf
    }

    /// A second store on the same PostgreSQL.
    pub async fn beside(&self) -> Shelf {
        let hub = self.hub.twin(&[]);
        let url = url(&self.hub);
        let (sink, events) = tokio::sync::mpsc::unbounded_channel();
        let store = tokio::task::spawn_blocking(move || Store::open(&url, sink));
        Shelf { store: Some(store.await.expect("the store opens").expect("the store opens")), events: Some(events), hub }
    }

    /// Only the database, as this hub left it.
    pub fn around(hub: Hub) -> Shelf {
        Shelf { store: None, events: None, hub }
    }

    pub fn store(&self) -> &Store {
        self.store.as_ref().expect("an open store")
    }

    pub async fn sql(&self, sql: &str) {
        self.hub.sql(sql).await;
    }

    /// A connection beside the store's own.
    pub async fn sqlite(&self) -> switchboard::db::sqlite::Conn {
        let path = self.hub.dir.join("data/switchboard.db");
        let path = path.display().to_string();
        <switchboard::db::sqlite::Conn as diesel_async::AsyncConnection>::establish(&path).await.expect("a connection")
    }

    pub async fn count(&self, sql: &str) -> i64 {
        self.hub.count(sql).await
    }

    /// Steps the inputs together and commits what follows.
    pub async fn commit(&self, channel: ChannelId, key: &str, inputs: &[Input], now: Micros) -> Unit {
        let state = self.store().load_state(channel, key.into()).await.expect("a state");
        let unit = step(&Rules::default(), state.as_ref(), inputs, now).unit.expect("something follows");
        let outcome = self.store().commit_units(vec![unit], now).await.pop().expect("an outcome").expect("the store answers");
        let UnitOutcome::Committed(unit) = outcome else { panic!("{outcome:?}") };
        let mut stored = self.store().state_by_id(unit.after.id).await.expect("a state").expect("a conversation");
        stored.settle_queue(now);
        assert_eq!(stored, unit.after, "memory and database say the same");
        *unit
    }

    pub async fn state(&self, channel: ChannelId, key: &str) -> State {
        self.store().load_state(channel, key.into()).await.expect("an answer").expect("a conversation")
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        // The store of PostgreSQL has a runtime of its own, which must not end inside the test's.
        let store = self.store.take();
        let _ = std::thread::spawn(move || drop(store)).join();
    }
}

pub fn url(hub: &Hub) -> String {
    match &hub.database {
        Some(database) => database.url.clone(),
        None => format!("sqlite://{}", hub.dir.join("data/switchboard.db").display()),
    }
}

pub fn operator() -> Principal {
    Principal {
        company_id: COMPANY,
        user_id: OPERATOR,
        session_id: 1,
        role: Role::Owner,
        name: "Aida".into(),
        email: "aida@stroika.kz".into(),
        departments: vec![],
    }
}

pub fn inbound(channel: ChannelId, key: &str, what: InboundKind) -> Input {
    let channel_kind = match channel {
        WEBCHAT => ChannelKind::Webchat,
        WHATSAPP => ChannelKind::Whatsapp,
        _ => ChannelKind::Telegram,
    };
    Input::Inbound(Box::new(Inbound {
        company_id: COMPANY,
        channel_id: channel,
        channel_kind,
        key: key.into(),
        address: key.into(),
        profile: Profile { name: "Customer".into(), ..Profile::default() },
        also: vec![],
        is_group: false,
        raw: None,
        received_at: NOW,
        what,
    }))
}

pub fn says(channel: ChannelId, key: &str, text: &str) -> Input {
    let provider_id = Some(format!("p:{text}"));
    let message = InboundMessage { provider_id, ..InboundMessage::plain(MessageKind::Text, text.into()) };
    inbound(channel, key, InboundKind::Message(message))
}

/// The message that is called so is this now.
pub fn edited(target: &str, message: InboundMessage, at: Micros) -> InboundKind {
    InboundKind::Edited { at, message: Box::new(InboundMessage { provider_id: Some(target.into()), ..message }) }
}

pub fn aida() -> Assignee {
    Assignee { id: OPERATOR, name: "Aida".into() }
}

pub fn replies(text: &str) -> Input {
    Input::Command(Command::Send(Box::new(SendCommand {
        author: aida(),
        text: text.into(),
        note: false,
        mentions: vec![],
        buttons: vec![],
        files: vec![],
        reply_to: None,
        seen_seq: None,
        client_id: None,
        content_hash: String::new(),
        approved: None,
    })))
}

pub fn status(status: ConversationStatus) -> Input {
    Input::Command(Command::SetStatus { status, until: None, by: aida() })
}

const FIRST_ROWS: &str = "
INSERT INTO companies (id, name, created_at) VALUES (1, 'Stroika', 1), (2, 'Another', 1);
INSERT INTO company_feeds (company_id) VALUES (1), (2);
INSERT INTO users (id, email, name, hashed_password, created_at) VALUES (7, 'aida@stroika.kz', 'Aida', '', 1);
INSERT INTO memberships (company_id, user_id, role, created_at) VALUES (1, 7, 'owner', 1);
INSERT INTO channels (id, company_id, kind, name, created_at, updated_at)
  VALUES (3, 1, 'webchat', 'Site', 1, 1), (4, 1, 'telegram', 'Bot', 1, 1), (5, 1, 'whatsapp', 'Number', 1, 1);
";
