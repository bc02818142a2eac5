//! The customers' own chat: both ways, receipts, typing, coming back.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::socket::Socket;
use crate::support::{Api, Backend, Feed, Hub, Visitor, on_both_databases};

struct Shop {
    feed: Feed,
    hub: Hub,
    owner: Api,
    key: String,
}

async fn shop(backend: Backend) -> Shop {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@shop.kz", "Shop").await;
    let key = owner.webchat_key().await;
    let feed = Feed::open(&hub.url(), owner.token()).await;
    Shop { feed, hub, owner, key }
}

async fn both_ways_with_receipts(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    assert_eq!(visitor.welcome["company"]["name"], "Shop");
    assert_eq!(visitor.welcome["messages"], json!([]));
    let ack = visitor.says("c1", "Сколько стоит дом?").await;
    assert_eq!(ack["type"], "ack", "{ack}");
    assert_eq!(ack["message"]["direction"], "in");
    let frame = shop.feed.message("Сколько стоит дом?").await;
    assert_eq!(frame["data"]["author"]["type"], "customer");
    assert_eq!(frame["data"]["status"], "received");
    let conversation = frame["conversation_id"].as_i64().unwrap();

    let answer = shop.owner.answer(conversation, "От 20 млн").await;
    let seen = visitor.sees("От 20 млн").await;
    assert_eq!(seen["direction"], "out");
    assert_eq!(seen["id"], answer["id"]);
    shop.feed.status(id(&answer), "sent").await;
    visitor.socket.send(json!({"type": "received", "message_id": answer["id"]}));
    shop.feed.status(id(&answer), "delivered").await;
    visitor.socket.send(json!({"type": "read", "message_id": answer["id"]}));
    shop.feed.status(id(&answer), "read").await;
    // A receipt of lower rank changes nothing any more.
    visitor.socket.send(json!({"type": "received", "message_id": answer["id"]}));
    visitor.says("c2", "Спасибо").await;
    let messages = shop.owner.messages(conversation).await;
    assert_eq!(messages[1]["status"], "read", "{messages:#?}");
}

async fn the_same_client_id_is_one_message(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    let first = visitor.says("c1", "hello").await;
    let second = visitor.says("c1", "hello").await;
    assert_eq!(first["message"]["id"], second["message"]["id"]);
    let other = visitor.says("c1", "something else").await;
    assert_eq!(other["type"], "nack", "{other}");
    assert_eq!(other["problem"]["status"], 422, "{other}");
    let conversation = shop.feed.message("hello").await["conversation_id"].as_i64().unwrap();
    assert_eq!(shop.owner.messages(conversation).await.len(), 1);
}

async fn the_page_is_reloaded(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    let token = visitor.token().to_string();
    visitor.says("c1", "one").await;
    let conversation = shop.feed.message("one").await["conversation_id"].as_i64().unwrap();
    drop(visitor);
    // Nobody is there: the answer is sent at commit and waits, delivered it is not.
    let answer = shop.owner.answer(conversation, "two").await;
    shop.feed.status(id(&answer), "sent").await;
    let back = Visitor::back(&shop.hub.url(), &shop.key, &token).await;
    assert_eq!(back.token(), token);
    assert_eq!(back.welcome["conversation_id"], conversation);
    let texts: Vec<&Value> = back.welcome["messages"].as_array().unwrap().iter().map(|m| &m["text"]).collect();
    assert_eq!(texts, ["one", "two"], "oldest first");
}

async fn only_our_own_tokens_are_taken(backend: Backend) {
    let shop = shop(backend).await;
    let url = shop.hub.url();
    let silent = Visitor::open(&url, &shop.key).await.token().to_string();
    // Who has said nothing yet stays the same across reloads, and also when the first message is under way.
    assert_eq!(Visitor::back(&url, &shop.key, &silent).await.token(), silent);
    let changed = format!("{}{}", if silent.starts_with('A') { 'B' } else { 'A' }, &silent[1..]);
    let invented = "invented, and as long as one of ours may be ....................".to_string();
    for token in ["invented".to_string(), invented, "x".repeat(43), "x".repeat(2_000), changed, format!("{silent}.x")] {
        let stranger = Visitor::back(&url, &shop.key, &token).await;
        assert_ne!(stranger.token(), token);
        assert_eq!(stranger.welcome["messages"], json!([]));
        stranger.says("c1", "hello").await;
        // Under the invented token nothing was begun.
        assert_eq!(Visitor::back(&url, &shop.key, &token).await.welcome["messages"], json!([]));
        let back = Visitor::back(&url, &shop.key, stranger.token()).await;
        assert_eq!((back.token(), &back.welcome["messages"][0]["text"]), (stranger.token(), &json!("hello")));
    }
    // A page keeps its token when the hub starts anew.
    shop.hub.kill();
    shop.hub.restart().await;
    assert_eq!(Visitor::back(&url, &shop.key, &silent).await.token(), silent);
}

async fn three_conversations_an_hour_from_one_address(backend: Backend) {
    let shop = shop(backend).await;
    let from =
        async |address: &str| Visitor::come(&shop.hub.url(), &shop.key, Value::Null, &[("x-forwarded-for", address)]).await;
    let first = from("2001:db8:1:2::1").await;
    for n in 0..5 {
        assert_eq!(first.says(&format!("c{n}"), "again and again").await["type"], "ack");
    }
    for n in 2..4 {
        assert_eq!(from(&format!("2001:db8:1:2::{n}")).await.says("c1", "hello").await["type"], "ack");
    }
    let fourth = from("2001:db8:1:2::4").await;
    for n in 0..2 {
        let nack = fourth.says(&format!("c{n}"), "hello").await;
        assert_eq!((&nack["type"], &nack["problem"]["status"]), (&json!("nack"), &json!(429)), "{nack}");
    }
    assert_eq!(from("2001:db8:1:3::1").await.says("c1", "hello").await["type"], "ack", "the neighbour");
    assert_eq!(first.says("c9", "I was here before").await["type"], "ack");
}

async fn typing_reaches_the_other_side(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    visitor.says("c1", "hi").await;
    let conversation = shop.feed.message("hi").await["conversation_id"].as_i64().unwrap();
    visitor.socket.send(json!({"type": "typing", "on": true}));
    let frame = shop.feed.wait("conversation.typing", |f| f["on"] == true).await;
    assert_eq!(frame["who"], "customer");
    assert_eq!(frame["conversation_id"], conversation);
    assert!(frame.get("seq").is_none(), "transient frames carry no position");
    shop.feed.socket.send(json!({"type": "typing", "conversation_id": conversation, "on": true}));
    visitor.socket.find("typing", 0, |f| (f["type"] == "typing" && f["on"] == true).then_some(())).await;
}

async fn notes_stay_inside(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    let token = visitor.token().to_string();
    visitor.says("c1", "hi").await;
    let conversation = shop.feed.message("hi").await["conversation_id"].as_i64().unwrap();
    let note = json!({"text": "не давать скидку", "note": true});
    let note = shop.owner.say(conversation, note).await.expect(201);
    assert_eq!(note["direction"], "note");
    shop.owner.answer(conversation, "after the note").await;
    visitor.sees("after the note").await;
    let all = format!("{:?}", visitor.socket.frames());
    assert!(!all.contains("скидку"), "a customer was shown a note: {all}");
    assert!(!all.contains("owner@shop.kz"), "a customer was shown an e-mail: {all}");
    let back = Visitor::back(&shop.hub.url(), &shop.key, &token).await;
    assert!(!back.welcome.to_string().contains("скидку"), "{}", back.welcome);
}

async fn strangers_are_turned_away(backend: Backend) {
    let shop = shop(backend).await;
    let url = format!("{}/ws/chat", shop.hub.url());
    let foreign = Socket::connect(&url, &[("origin", "https://evil.example")]).await;
    match foreign {
        Err(status) => assert_eq!(status, 403),
        Ok(socket) => {
            socket.send(json!({"type": "hello", "channel_key": shop.key, "visitor": null, "after": null}));
            let code = socket.end().await;
            assert!(socket.frames().iter().all(|f| f["type"] != "welcome"), "closed {code} after a welcome");
        }
    }
    let socket = Socket::connect(&url, &[]).await.unwrap();
    socket.send(json!({"type": "hello", "channel_key": "no-such-key", "visitor": null, "after": null}));
    socket.end().await;
    assert!(socket.frames().iter().all(|f| f["type"] != "welcome"));
}

async fn a_flood_is_cut(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    for n in 0..400 {
        visitor.socket.send(json!({"type": "send", "client_id": format!("f{n}"), "text": "spam"}));
    }
    let refused = |f: &Value| (f["type"] == "nack" && f["problem"]["status"] == 429).then_some(());
    if let Err(code) = visitor.socket.find_or_end("a nack or the end", 0, refused).await {
        assert_eq!(code, 4429);
    }
    // The hub itself is not impressed.
    shop.owner.me().await;
}

async fn operators_send_files(backend: Backend) {
    let shop = shop(backend).await;
    let visitor = Visitor::open(&shop.hub.url(), &shop.key).await;
    visitor.says("c1", "the plan?").await;
    let conversation = shop.feed.message("the plan?").await["conversation_id"].as_i64().unwrap();
    let bytes = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n".to_vec();
    let file = shop.owner.upload("план дома.pdf", "application/pdf", bytes.clone()).await.expect(201);
    assert_eq!(file["name"], "план дома.pdf");
    assert_eq!(file["size"], bytes.len());
    let body = json!({"text": "here", "attachments": [file["id"]]});
    shop.owner.say(conversation, body).await.expect(201);
    let seen = visitor.sees("here").await;
    let url = seen["attachments"][0]["url"].as_str().expect("a ready attachment").to_string();
    let anyone = shop.hub.api();
    let request = anyone.request(Method::GET, &url).header("x-visitor", visitor.token());
    let got = anyone.send(request).await.unwrap();
    assert_eq!(got.status, 200, "the visitor gets the file at {url}");
    assert_eq!(got.bytes, bytes, "unchanged");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert!(got.header("content-disposition").starts_with("attachment"));
    let other = Visitor::open(&shop.hub.url(), &shop.key).await;
    let request = anyone.request(Method::GET, &url).header("x-visitor", other.token());
    assert!(matches!(anyone.send(request).await.unwrap().status, 401 | 404));
    assert!(matches!(anyone.ask(Method::GET, &url, None).await.status, 401 | 404));
}

on_both_databases!(
    both_ways_with_receipts,
    the_same_client_id_is_one_message,
    the_page_is_reloaded,
    only_our_own_tokens_are_taken,
    three_conversations_an_hour_from_one_address,
    typing_reaches_the_other_side,
    notes_stay_inside,
    strangers_are_turned_away,
    a_flood_is_cut,
    operators_send_files,
);
