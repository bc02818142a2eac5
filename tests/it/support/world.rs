//! A hub with one company, its owner and a Telegram bot: where most journeys begin.

use serde_json::{Value, json};

use super::api::id;
use super::{Api, Backend, Feed, Hub, Person, Telegram, eventually};

pub const TOKEN: &str = "4242:AAtestTokenForTheDoubleOnly-abcd";

pub struct World {
    // Before the hub, so that open sockets end first.
    pub feed: Feed,
    pub hub: Hub,
    pub telegram: Telegram,
    pub owner: Api,
    pub channel: i64,
}

impl World {
    pub async fn new(backend: Backend) -> World {
        World::with(backend, "webhook", &[]).await
    }

    pub async fn with(backend: Backend, mode: &str, settings: &[(&str, &str)]) -> World {
        let telegram = Telegram::start().await;
        telegram.bot(TOKEN, "stroika_bot");
        let url = telegram.url();
        let mut all = vec![("TELEGRAM_API_URL", url.as_str())];
        all.extend_from_slice(settings);
        let hub = Hub::start(backend, &all).await;
        let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
        let channel = add_telegram(&owner, TOKEN, mode).await;
        if mode == "webhook" {
            telegram.registered(TOKEN).await;
        }
        let feed = Feed::open(&hub.url(), owner.token()).await;
        World { feed, hub, telegram, owner, channel }
    }

    pub fn customer(&self, chat: i64, name: &str) -> Person {
        self.telegram.person(TOKEN, chat, name)
    }

    /// The conversation with a customer who has just said something.
    pub async fn conversation_of(&self, person: &Person) -> i64 {
        conversation_of(&self.owner, &person.name).await
    }

    /// The customer writes, the operator's screen shows it: the conversation's id.
    pub async fn begin(&self, person: &Person, text: &str) -> i64 {
        person.says(text);
        let frame = self.feed.message(text).await;
        frame["conversation_id"].as_i64().unwrap_or_else(|| panic!("no conversation in {frame}"))
    }

    /// Waits until the message has this status, by asking.
    pub async fn status(&self, conversation: i64, message: i64, status: &str) -> Value {
        eventually(&format!("message {message} {status}"), || async {
            let messages = self.owner.messages(conversation).await;
            messages.into_iter().find(|m| m["id"] == message && m["status"] == status)
        })
        .await
    }

    pub async fn channel(&self) -> Value {
        self.owner.get(&format!("/api/channels/{}", self.channel)).await
    }

    /// Waits until the channel's health has this state.
    pub async fn health(&self, state: &str) -> Value {
        eventually(&format!("health {state}"), || async {
            let channel = self.channel().await;
            (channel["health"]["state"] == state).then_some(channel)
        })
        .await
    }
}

pub async fn add_telegram(api: &Api, token: &str, mode: &str) -> i64 {
    let body = json!({"kind": "telegram", "name": "Telegram", "token": token, "mode": mode});
    id(&api.post("/api/channels", body).await.expect(201))
}

pub async fn conversation_of(api: &Api, customer: &str) -> i64 {
    eventually(&format!("the conversation with {customer}"), || async {
        let all = api.conversations("status=any&limit=200").await;
        all.iter().find(|c| c["customer"]["name"] == customer).map(id)
    })
    .await
}
