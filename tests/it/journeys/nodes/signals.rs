//! What is seen for a moment, and what is changed, reaches the screens of the other node: by Redis, or by the database.

use std::time::Instant;

use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::openai::{OpenAi, Reply};
use crate::support::world::TOKEN;
use crate::support::{Backend, Cluster, Feed, eventually, run};

const NEXT_TOKEN: &str = "4243:AAanotherTokenForTheDoubleOnly-ab";

/// Whatever comes must come; how long it took is told, and no verdict: a second is what a machine of one's own keeps to.
struct Journey {
    way: &'static str,
}

impl Journey {
    async fn takes<T>(&self, what: &str, arrives: impl Future<Output = T>) -> T {
        let since = Instant::now();
        let arrived = arrives.await;
        self.took(what, since);
        arrived
    }

    fn took(&self, what: &str, since: Instant) {
        println!("{what} reached the other node by {} after {} ms", self.way, since.elapsed().as_millis());
    }
}

async fn signals_travel(with_redis: bool) {
    let journey = Journey { way: if with_redis { "Redis" } else { "the database" } };
    let model = OpenAi::start().await;
    let slow = std::time::Duration::from_millis(300);
    model.otherwise(Reply::text("one two three four five six").paced(slow));
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
    let cluster = match with_redis {
        true => Cluster::with_redis("webhook", &settings).await,
        false => Cluster::start("webhook", &settings).await,
    };
    let (near, far, world) = (&cluster.world.feed, &cluster.far, &cluster.world);
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    // The agent's words grow on the screens of both nodes, and go when they are said.
    let grows = |f: &Value| f["conversation_id"] == conversation && f["text"].is_string();
    let seen = async |feed: &Feed| {
        feed.wait("message.draft", grows).await;
        Instant::now()
    };
    let (here, there) = tokio::join!(seen(near), seen(far));
    journey.took("a draft", Instant::now() - here.max(there).duration_since(here.min(there)));
    for feed in [near, far] {
        feed.wait("message.draft", |f| f["conversation_id"] == conversation && f["done"] == true).await;
    }
    // She comes at one node and is seen at the other, also by who comes later.
    let hers = Feed::open(&cluster.other.url(), dana.token()).await;
    let comes = near.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "online");
    journey.takes("her presence", comes).await;
    let late = Feed::open(&world.hub.url(), world.owner.token()).await;
    let snapshot = late.socket.frame("presence.snapshot").await;
    assert!(snapshot["online"].as_array().unwrap().contains(&json!(dana_id)), "{snapshot}");
    // A second screen on the other node is no news, and closing one of the two neither.
    let second = Feed::open(&world.hub.url(), dana.token()).await;
    drop(second);
    hers.socket.send(json!({"type": "viewing", "conversation_id": conversation}));
    let seen = journey.takes("viewing", near.wait("conversation.viewing", |f| f["on"] == true)).await;
    assert_eq!((&seen["user_id"], &seen["name"]), (&json!(dana_id), &json!("Dana")));
    hers.socket.send(json!({"type": "typing", "conversation_id": conversation, "on": true}));
    let types = near.wait("conversation.typing", |f| f["who"] == "operator" && f["on"] == true);
    let typing = journey.takes("typing", types).await;
    assert_eq!(typing["user_id"], dana_id);
    let own = |f: &Value| f["type"] == "conversation.typing" && f["user_id"] == dana_id;
    assert!(!hers.socket.frames().iter().any(own), "no echo of one's own");
    let offline = |f: &Value| f["type"] == "presence.updated" && f["user_id"] == dana_id && f["presence"] == "offline";
    assert!(!near.socket.frames().iter().any(offline), "one of her screens was open all the time");
    drop(hers);
    let goes = near.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "offline");
    journey.takes("her absence", goes).await;
    far.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "offline").await;
    // A channel that is switched off at one node takes nothing in at the other, and takes it in again once it is switched on.
    let (mut url, mut secret) = world.telegram.registered(TOKEN).await;
    for (update_id, enabled) in [(70_000, false), (80_000, true)] {
        world.owner.patch(&format!("/api/channels/{}", world.channel), json!({"enabled": enabled})).await.expect(200);
        if enabled {
            (url, secret) = world.telegram.registered(TOKEN).await;
        }
        let update = |n: i64| {
            json!({"update_id": update_id + n, "message": {"message_id": update_id + n, "date": 1, "text": "switched",
                "chat": {"id": 501, "type": "private"}, "from": {"id": 501, "is_bot": false, "first_name": "A"}}})
        };
        let mut tries = 0;
        let told = eventually("the other node to hear of it", || {
            tries += 1;
            let (cluster, url, secret, update) = (&cluster, &url, &secret, update(tries));
            let wanted = if enabled { 200 } else { 503 };
            async move { (cluster.post(true, url, secret.as_deref(), &update).await == wanted).then_some(()) }
        });
        journey.takes(if enabled { "a channel switched on" } else { "a channel switched off" }, told).await;
    }
    // A new token, given to one node, is what both send with from then on.
    let mut conversations = vec![];
    for n in 0..10 {
        conversations.push(world.begin(&world.customer(900 + n, &format!("C{n}")), &format!("hello {n}")).await);
    }
    world.telegram.bot(NEXT_TOKEN, "stroika_next_bot");
    world.owner.patch(&format!("/api/channels/{}", world.channel), json!({"token": NEXT_TOKEN})).await.expect(200);
    world.telegram.revoke(TOKEN, true);
    eventually("both nodes to send with the new token", || async {
        let mut sent = 0;
        for conversation in &conversations {
            let message = world.owner.answer(*conversation, "by the new bot").await;
            let ended = eventually("an end of the send", || async {
                let messages = world.owner.messages(*conversation).await;
                let status = messages.into_iter().find(|m| m["id"] == message["id"])?["status"].clone();
                (status == "sent" || status == "failed").then_some(status)
            });
            sent += usize::from(ended.await == "sent");
        }
        (sent == conversations.len()).then_some(())
    })
    .await;
}

#[test]
fn by_redis() {
    run(Backend::Postgres, |_| signals_travel(true));
}

#[test]
fn by_the_database() {
    run(Backend::Postgres, |_| signals_travel(false));
}
