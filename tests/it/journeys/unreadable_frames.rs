//! Frames that cannot be read, or whose message cannot be taken: answered once, by name, and what waits behind them goes on.

use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

use crate::support::socket::Socket;
use crate::support::{Backend, Feed, Hub, Visitor, on_both_databases};

const CORPUS: &str = include_str!("../../fixtures/reports/frames.json");

/// Sends every frame of the corpus; each that names its sender is refused by that name.
async fn walk(socket: &Socket) {
    let corpus: Vec<Value> = serde_json::from_str(CORPUS).expect("the corpus");
    for case in corpus {
        let from = socket.len();
        socket.send_raw(Message::text(case["frame"].as_str().expect("a frame").to_owned()));
        let answer = |frame: &Value| matches!(frame["type"].as_str(), Some("ack" | "nack" | "error")).then(|| frame.clone());
        let answer = socket.find("an answer", from, answer).await;
        assert_eq!(answer["client_id"], case["client_id"], "{case}: {answer}");
        assert!(answer["type"] == "nack" || case["client_id"].is_null(), "{case}: {answer}");
        assert_eq!(answer["problem"]["status"], 422, "{case}: {answer}");
    }
}

async fn a_page_is_told_and_goes_on(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@shop.kz", "Shop").await;
    let key = owner.webchat_key().await;
    let feed = Feed::open(&hub.url(), owner.token()).await;
    // What a page remembers may be of any type.
    let hello = json!({"type": "hello", "channel_key": key, "visitor": 5, "language": ["ru"], "after": "x"});
    let visitor = Visitor::greets(&hub.url(), hello, &[]).await;
    walk(&visitor.socket).await;
    assert_eq!(visitor.says("c1", "Привет,\0 это я").await["type"], "ack");
    let conversation = feed.message("Привет, это я").await["conversation_id"].as_i64().expect("an id");
    assert_eq!(owner.messages(conversation).await.len(), 1);
    assert_eq!(visitor.says("c2", "\0").await["type"], "nack");
    assert_eq!(visitor.says("c\0", "text").await["type"], "nack");
    assert_eq!(visitor.says("c3", &"ш".repeat(9_000)).await["problem"]["code"], "validation");
    assert_eq!(visitor.says("c4", "дальше").await["type"], "ack");
    let socket = Socket::connect(&format!("{}/ws/chat", hub.url()), &[]).await.expect("the chat opens");
    socket.send(json!({"type": "hello", "channel_key": "a\0b"}));
    assert_eq!(socket.end().await, 4404, "no such chat, and no reason to come again");
}

async fn a_screen_is_told_and_goes_on(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@shop.kz", "Shop").await;
    let key = owner.webchat_key().await;
    let feed = Feed::open(&hub.url(), owner.token()).await;
    let visitor = Visitor::open(&hub.url(), &key).await;
    visitor.says("c1", "Привет").await;
    let conversation = feed.message("Привет").await["conversation_id"].as_i64().expect("an id");
    walk(&feed.socket).await;
    let says = async |client_id: &str, text: &str| {
        let from = feed.socket.len();
        let frame = json!({"type": "send", "conversation_id": conversation, "client_id": client_id, "text": text});
        feed.socket.send(frame);
        let answer = |frame: &Value| {
            (matches!(frame["type"].as_str(), Some("ack" | "nack")) && frame["client_id"] == client_id).then(|| frame.clone())
        };
        feed.socket.find("ack or nack", from, answer).await
    };
    assert_eq!(says("s1", "Здравствуйте\0!").await["message"]["text"], "Здравствуйте!");
    assert_eq!(says("s\0", "text").await["problem"]["code"], "validation");
    assert_eq!(says("s2", "дальше").await["type"], "ack");
}

/// Whoever cannot say where they stand is told to begin anew, and not shown the door.
async fn a_resume_from_nowhere_is_answered(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@shop.kz", "Shop").await;
    for (epoch, after) in
        [(json!("x"), json!("12")), (json!(7), json!(12.5)), (json!(null), json!([1])), (json!({}), json!(1e300))]
    {
        let socket = Socket::connect(&format!("{}/ws", hub.url()), &[]).await.expect("a socket");
        socket.send(json!({"type": "auth", "token": owner.token(), "epoch": epoch, "after": after}));
        let first = socket.find("an answer", 0, |frame| Some(frame.clone())).await;
        assert_eq!(first["type"], "resync", "{epoch} {after}: {first}");
    }
}

on_both_databases!(a_page_is_told_and_goes_on, a_screen_is_told_and_goes_on, a_resume_from_nowhere_is_answered);
