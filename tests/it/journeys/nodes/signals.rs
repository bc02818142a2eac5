//! What is seen for a moment, and what is changed, reaches the screens of the other node: by Redis, or by the database.

use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::openai::{OpenAi, Reply};
use crate::support::world::TOKEN;
use crate::support::{Backend, Cluster, Feed, eventually, run};

const NEXT_TOKEN: &str = "4243:AAanotherTokenForTheDoubleOnly-ab";

async fn signals_travel(with_redis: bool) {
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
    for feed in [near, far] {
        feed.wait("message.draft", |f| f["conversation_id"] == conversation && f["text"].is_string()).await;
        feed.wait("message.draft", |f| f["conversation_id"] == conversation && f["done"] == true).await;
    }
    // She comes at one node and is seen at the other, also by who comes later.
    let hers = Feed::open(&cluster.other.url(), dana.token()).await;
    near.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "online").await;
    let late = Feed::open(&world.hub.url(), world.owner.token()).await;
    let snapshot = late.socket.frame("presence.snapshot").await;
    assert!(snapshot["online"].as_array().unwrap().contains(&json!(dana_id)), "{snapshot}");
    // A second screen on the other node is no news, and closing one of the two neither.
    let second = Feed::open(&world.hub.url(), dana.token()).await;
    drop(second);
    hers.socket.send(json!({"type": "viewing", "conversation_id": conversation}));
    let seen = near.wait("conversation.viewing", |f| f["on"] == true).await;
    assert_eq!((&seen["user_id"], &seen["name"]), (&json!(dana_id), &json!("Dana")));
    hers.socket.send(json!({"type": "typing", "conversation_id": conversation, "on": true}));
    let typing = near.wait("conversation.typing", |f| f["who"] == "operator" && f["on"] == true).await;
    assert_eq!(typing["user_id"], dana_id);
    let own = |f: &Value| f["type"] == "conversation.typing" && f["user_id"] == dana_id;
    assert!(!hers.socket.frames().iter().any(own), "no echo of one's own");
    let offline = |f: &Value| f["type"] == "presence.updated" && f["user_id"] == dana_id && f["presence"] == "offline";
    assert!(!near.socket.frames().iter().any(offline), "one of her screens was open all the time");
    drop(hers);
    near.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "offline").await;
    far.wait("presence.updated", |f| f["user_id"] == dana_id && f["presence"] == "offline").await;
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
