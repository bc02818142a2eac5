//! R13 on the real hub: an old snapshot and the events since are the new snapshot, for every kind of event and for two viewers.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::{Value, json};
use switchboard::domain::event::EventKind;

use crate::support::api::id;
use crate::support::{Api, Backend, Feed, World, eventually, on_both_databases};

/// What a screen holds, kept by the rules of the contract alone.
#[derive(Clone, Debug, Default, PartialEq)]
struct Screen {
    conversations: BTreeMap<i64, Value>,
    messages: BTreeMap<i64, Value>,
    leads: BTreeMap<i64, Value>,
}

fn number(value: &Value) -> i64 {
    value.as_i64().unwrap_or_default()
}

impl Screen {
    async fn load(api: &Api) -> Screen {
        let mut screen = Screen::default();
        for status in ["open", "pending", "snoozed", "closed"] {
            for conversation in api.conversations(&format!("status={status}")).await {
                let id = id(&conversation);
                screen.messages.extend(api.messages(id).await.into_iter().map(|m| (number(&m["id"]), m)));
                screen.conversations.insert(id, conversation);
            }
        }
        screen.leads.extend(api.leads("").await.into_iter().map(|lead| (id(&lead), lead)));
        screen
    }

    fn differences(&self, fresh: &Screen) -> Vec<String> {
        let mut found = Vec::new();
        let pairs = [(&self.conversations, &fresh.conversations), (&self.messages, &fresh.messages), (&self.leads, &fresh.leads)];
        for (mine, theirs) in pairs {
            for id in mine.keys().chain(theirs.keys()).collect::<BTreeSet<_>>() {
                let (mine, theirs) = (mine.get(id).cloned().unwrap_or_default(), theirs.get(id).cloned().unwrap_or_default());
                let fields = |v: &Value| v.as_object().map(|o| o.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
                for field in fields(&mine).into_iter().chain(fields(&theirs)).collect::<BTreeSet<_>>() {
                    if mine[&field] != theirs[&field] {
                        found.push(format!("{id}.{field}: screen {} fresh {}", mine[&field], theirs[&field]));
                    }
                }
            }
        }
        found
    }

    fn apply(&mut self, frame: &Value) {
        let data = &frame["data"];
        match frame["type"].as_str().unwrap_or_default() {
            "message.created" | "message.updated" => {
                self.messages.insert(number(&data["id"]), data.clone());
                let Some(known) = self.conversations.get_mut(&number(&data["conversation_id"])) else { return };
                let read = number(&known["inbound_count"]) - number(&known["unread"]);
                for (field, value) in frame["conversation"].as_object().expect("a summary") {
                    if field == "last_message_id" {
                        if *value == data["id"] {
                            known["last_message"] = data.clone();
                        }
                    } else {
                        known[field] = value.clone();
                    }
                }
                known["unread"] = json!((number(&known["inbound_count"]) - read).max(0));
            }
            "conversation.created" | "conversation.updated" | "conversation.assigned" => {
                let old = self.conversations.get(&number(&data["id"])).cloned().unwrap_or_default();
                let read = number(&old["inbound_count"]) - number(&old["unread"]);
                let mut new = data.clone();
                new["unread"] = json!((number(&data["inbound_count"]) - read).max(0));
                read_up_to(&mut new, &old);
                self.conversations.insert(number(&data["id"]), new);
            }
            "customer.updated" => {
                for conversation in self.conversations.values_mut().filter(|c| c["customer"]["id"] == data["id"]) {
                    for (field, value) in conversation["customer"].as_object_mut().expect("a customer") {
                        *value = data[field].clone();
                    }
                }
            }
            "lead.created" | "lead.updated" => {
                let mut lead = data.clone();
                // The feed leaves the provider's words out; they hold as long as the state does.
                let known = self.leads.get(&number(&data["id"])).map(|lead| lead["notice"].clone()).unwrap_or_default();
                if known["state"] == lead["notice"]["state"] {
                    lead["notice"] = known;
                }
                self.leads.insert(number(&data["id"]), lead);
            }
            "unread.updated" => {
                if let Some(conversation) = self.conversations.get_mut(&number(&data["conversation_id"])) {
                    conversation["unread"] = data["unread"].clone();
                    read_up_to(conversation, data);
                }
            }
            // Told to one person, and part of the bell's list alone.
            "notification.created" | "notifications.read" => {}
            other => panic!("a screen does not know {other}"),
        }
    }
}

/// Who has read nothing is told nothing of it.
fn read_up_to(conversation: &mut Value, told: &Value) {
    let conversation = conversation.as_object_mut().expect("a conversation");
    match &told["read_up_to"] {
        Value::Null => conversation.remove("read_up_to"),
        up_to => conversation.insert("read_up_to".into(), up_to.clone()),
    };
}

struct Viewer {
    api: Api,
    feed: Feed,
    screen: Screen,
    applied: usize,
    kinds: BTreeSet<String>,
}

impl Viewer {
    async fn sit_down(url: &str, api: &Api) -> Viewer {
        let feed = Feed::open(url, api.token()).await;
        Viewer { api: api.clone(), feed, screen: Screen::load(api).await, applied: 0, kinds: BTreeSet::new() }
    }

    /// Applies what came; in the end the screen must be what a fresh load shows.
    async fn agrees(&mut self, after: &str) {
        for patience in (0..100).rev() {
            let frames = self.feed.durable();
            for frame in &frames[self.applied..] {
                self.kinds.insert(frame["type"].as_str().unwrap_or_default().to_owned());
                self.screen.apply(frame);
            }
            self.applied = frames.len();
            let fresh = Screen::load(&self.api).await;
            if fresh == self.screen {
                return;
            }
            assert!(patience > 0, "after {after}: {:#?}", self.screen.differences(&fresh));
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

async fn events_bring_every_screen_up_to_date(backend: Backend) {
    let world = World::with(backend, "webhook", &[("SWITCHBOARD_FAULT_PANIC", "poison")]).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let (anna, boris) = (world.customer(501, "Anna"), world.customer(502, "Boris"));
    let conversation = world.begin(&anna, "hello").await;
    let url = world.hub.url();
    let mut viewers = [Viewer::sit_down(&url, &world.owner).await, Viewer::sit_down(&url, &dana).await];
    let path = format!("/api/conversations/{conversation}");
    let customer = number(&world.owner.get(&path).await["customer"]["id"]);

    let said = anna.says("how much?");
    world.feed.message("how much?").await;
    anna.edits(said, "how much is it?");
    agree(&mut viewers, "an edit").await;
    world.begin(&boris, "a newcomer").await;
    agree(&mut viewers, "a new conversation").await;
    let answer = world.owner.answer(conversation, "ten").await;
    world.feed.status(id(&answer), "sent").await;
    world.owner.say(conversation, json!({"text": "knows her mind", "note": true})).await.expect(201);
    agree(&mut viewers, "an answer and a note").await;
    let newest = world.owner.messages(conversation).await.last().map(id).unwrap_or_default();
    dana.post(&format!("{path}/read"), json!({"up_to": newest})).await.expect(204);
    agree(&mut viewers, "reading").await;
    world.owner.post(&format!("{path}/assign"), json!({"assignee_id": dana_id})).await.expect(200);
    agree(&mut viewers, "assigning").await;
    dana.ask(Method::POST, "/api/notifications/read", None).await.expect(204);
    agree(&mut viewers, "reading what one was told").await;
    world
        .owner
        .patch(&format!("/api/customers/{customer}"), json!({"name": "Anna K.", "phone": "+77011234567"}))
        .await
        .expect(200);
    agree(&mut viewers, "renaming").await;
    let lead = world.owner.lead(conversation, "Анна", "87768776637").await;
    agree(&mut viewers, "a lead").await;
    let change = json!({"status": "in_progress", "assignee_id": dana_id, "city": "Алматы"});
    dana.patch(&format!("/api/leads/{}", id(&lead)), change).await.expect(200);
    agree(&mut viewers, "work on the lead").await;
    for status in ["pending", "closed"] {
        world.owner.post(&format!("{path}/status"), json!({"status": status})).await.expect(200);
    }
    agree(&mut viewers, "closing").await;
    anna.says("one more thing");
    world.feed.message("one more thing").await;
    agree(&mut viewers, "reopening").await;
    boris.says("poison");
    world.feed.wait("notification.created", |_| true).await;
    agree(&mut viewers, "a notification").await;

    // One who was away all the time gets there by the same events.
    let seen: BTreeSet<String> = viewers.iter().flat_map(|v| v.kinds.clone()).collect();
    let missing: Vec<_> = EventKind::ALL.iter().map(EventKind::to_string).filter(|kind| !seen.contains(kind)).collect();
    assert!(missing.is_empty(), "never made: {missing:?}");
    let late = Feed::resume(&url, dana.token(), &start_of(&viewers[1])).await;
    let expected = viewers[1].feed.durable();
    eventually("the whole story", || async { (late.durable().len() == expected.len()).then_some(()) }).await;
    let names = |frames: Vec<Value>| frames.into_iter().map(|f| (f["seq"].clone(), f["type"].clone())).collect::<Vec<_>>();
    assert_eq!(names(late.durable()), names(expected));
}

fn start_of(viewer: &Viewer) -> crate::support::feed::Cursor {
    crate::support::feed::Cursor { epoch: viewer.feed.first["epoch"].clone(), seq: number(&viewer.feed.first["seq"]) }
}

async fn agree(viewers: &mut [Viewer], after: &str) {
    for viewer in viewers {
        viewer.agrees(after).await;
    }
}

on_both_databases!(events_bring_every_screen_up_to_date);
