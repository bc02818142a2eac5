//! The connector against a small Telegram over real HTTP.
mod describe;
mod double;

use std::sync::Arc;
use std::time::{Duration, Instant};

use actix_web::{App, HttpRequest, test, web};
use serde_json::json;
use tokio::sync::oneshot;

use self::double::*;
use super::http::client as http;
use super::ports::{Ports, ReceiveError};
use super::telegram::client::Api;
use super::{Connectors, Knock};
use crate::db::channels::RemoteFile;
use crate::domain::channel::{ChannelKind, InboundKind, Outbound, OutboundContent, SendLane, SendOutcome};
use crate::domain::clock::SECOND;
use crate::domain::conversation::input::MediaResult;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::AttachmentStatus;
use crate::hub::fetching::FetchError;
use crate::hub::outlet::{ToProvider, Turn};

async fn until(what: &str, mut check: impl FnMut() -> bool) {
    let started = Instant::now();
    while !check() {
        assert!(started.elapsed() < Duration::from_secs(20), "still waiting: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn text(text: &str) -> Box<Outbound> {
    Box::new(Outbound {
        delivery_id: 1,
        message_id: MessageId::new(1),
        conversation_id: ConversationId::new(1),
        channel_id: CHANNEL,
        address: "5001".into(),
        reply_to_provider_id: Some("71".into()),
        content: OutboundContent::Text(text.into()),
        buttons: vec![],
    })
}

async fn deliver(connectors: &Connectors, outbound: Box<Outbound>) -> SendOutcome {
    let (reply, report) = oneshot::channel();
    let outlet = connectors.ports().outlets.get(CHANNEL).expect("outlet");
    outlet.try_send(ToProvider::Deliver { outbound, reply }).expect("room");
    report.await.expect("a report").outcome
}

async fn ready(connectors: &Connectors, patience: Duration) -> bool {
    let (reply, ready) = oneshot::channel();
    let outlet = connectors.ports().outlets.get(CHANNEL).expect("outlet");
    let asked = ToProvider::Ready { address: "5001".into(), lane: SendLane::People, reply };
    outlet.try_send(asked).expect("room");
    tokio::time::timeout(patience, ready).await.is_ok_and(|turn| turn == Ok(Turn::Now))
}

#[actix_web::test]
async fn a_webhook_is_set_and_its_updates_are_stored_before_they_are_acknowledged() {
    let (telegram, url) = telegram();
    let (database, hub) = (Database::new("webhook").await, Arc::new(Hub::default()));
    let connectors = start(ports(&database, &hub), &url);
    until("health", || database.text("SELECT health_state FROM channels") == "ok").await;
    assert_eq!(database.text("SELECT username || provider_id FROM channels"), "our_bot900100");
    let asked = last(&telegram, "setWebhook");
    assert_eq!(asked["url"], "https://hub.example/api/telegram/webhook/7");
    assert_eq!(asked["secret_token"], SECRET);
    assert!(asked["allowed_updates"].as_array().expect("list").contains(&json!("message_reaction")));

    let knock = |connectors: web::Data<Connectors>, request: HttpRequest, body: web::Payload| async move {
        connectors.knock(ChannelKind::Telegram, Knock { request, body, address: [203, 0, 113, 9].into() }).await
    };
    let app = App::new()
        .app_data(web::Data::new(connectors.clone()))
        .route("/api/telegram/webhook", web::post().to(knock))
        .route("/api/telegram/webhook/{channel_id}", web::post().to(knock));
    let app = test::init_service(app).await;
    let update = json!({ "update_id": 1, "message": { "message_id": 3, "date": 1, "text": "hi", "chat": { "id": 5001, "type": "private" } } });
    let post = async |path: &str, secret: &str, body: String| {
        let request = test::TestRequest::post().uri(path).insert_header(("X-Telegram-Bot-Api-Secret-Token", secret));
        let answer = test::call_service(&app, request.set_payload(body).to_request()).await;
        (answer.status().as_u16(), answer.headers().contains_key("retry-after"))
    };
    let path = "/api/telegram/webhook/7";
    assert_eq!(post(path, "wrong", update.to_string()).await.0, 401);
    assert_eq!(post("/api/telegram/webhook/8", SECRET, update.to_string()).await.0, 401);
    assert_eq!(post("/api/telegram/webhook/x", SECRET, update.to_string()).await.0, 401);
    assert!(hub.received.lock().expect("lock").is_empty());
    assert_eq!(post(path, SECRET, update.to_string()).await.0, 200);
    assert_eq!(post("/api/telegram/webhook", SECRET, update.to_string()).await.0, 200);
    assert_eq!(hub.received.lock().expect("lock").len(), 2);
    hub.refusals.lock().expect("lock").push_back(ReceiveError::Busy);
    assert_eq!(post(path, SECRET, update.to_string()).await, (503, true));

    assert_eq!(post(path, SECRET, "no json".into()).await.0, 200);
    assert_eq!(post(path, SECRET, "no json".into()).await.0, 200);
    hub.refusals.lock().expect("lock").push_back(ReceiveError::Refused("too odd".into()));
    assert_eq!(post(path, SECRET, update.to_string()).await.0, 200);
    let kept = "SELECT COUNT(*) || ':' || SUM(state = 'unreadable') || ':' || MAX(external_id = 'm:5001:3') FROM inbound_raw";
    assert_eq!(database.text(kept), "2:2:1");
    assert_eq!(post(path, SECRET, "x".repeat((3 << 20) + 1)).await.0, 413);

    // A stranger costs no query: there is nothing to ask. Neither does the provider's own secret.
    database.run("ALTER TABLE channels RENAME TO elsewhere");
    for path in [path, "/api/telegram/webhook"] {
        assert_eq!(post(path, "guess", update.to_string()).await.0, 401);
        assert_eq!(post(path, SECRET, update.to_string()).await.0, 200);
    }
    for _ in 0..30 {
        post(path, "guess", update.to_string()).await;
    }
    assert_eq!(post(path, "guess", update.to_string()).await, (429, true));
    assert_eq!(post(path, SECRET, update.to_string()).await.0, 200, "right ones are not counted");
    database.run("ALTER TABLE elsewhere RENAME TO channels");

    let button =
        json!({ "update_id": 2, "callback_query": { "id": "q1", "from": { "id": 5001 }, "data": "yes", "chat_instance": "1" } });
    assert_eq!(post(path, SECRET, button.to_string()).await.0, 200);
    until("answerCallbackQuery", || count(&telegram, "answerCallbackQuery") == 1).await;
    until("last event", || !database.text("SELECT last_event_at FROM channels").is_empty()).await;

    database.run("UPDATE channels SET enabled = FALSE");
    connectors.changed(CHANNEL).await;
    until("deleteWebhook", || count(&telegram, "deleteWebhook") == 1).await;
    assert_eq!(database.text("SELECT health_state FROM channels"), "disabled");
    assert_eq!(post(path, SECRET, update.to_string()).await, (503, true));
    assert!(connectors.ports().outlets.get(CHANNEL).is_none());
}

#[actix_web::test]
async fn sends_are_paced_answered_and_refused_in_telegrams_words() {
    let (telegram, url) = telegram();
    let (database, hub) = (Database::new("webhook").await, Arc::new(Hub::default()));
    let connectors = start(ports(&database, &hub), &url);
    until("health", || database.text("SELECT health_state FROM channels") == "ok").await;

    assert!(ready(&connectors, Duration::from_secs(2)).await);
    assert!(matches!(deliver(&connectors, text("сәлем")).await, SendOutcome::Sent { provider_id: Some(_) }));
    let asked = last(&telegram, "sendMessage");
    assert_eq!(asked["chat_id"], 5001);
    assert_eq!(asked["reply_parameters"], json!({ "message_id": 71, "allow_sending_without_reply": true }));
    assert!(asked.get("parse_mode").is_none());

    let stored = connectors.ports().files.put(Box::pin(futures_util::stream::iter([Ok(PICTURE.into())]))).await.expect("put");
    let mut file = text("");
    let storage_key = stored.key;
    file.content = OutboundContent::File {
        kind: "image".into(),
        name: "сурет.png".into(),
        mime: "image/png".into(),
        storage_key,
        caption: "мынау".into(),
    };
    let refusal = json!({ "ok": false, "error_code": 400, "description": "Bad Request: PHOTO_INVALID_DIMENSIONS" });
    say(&telegram, "sendPhoto", 400, refusal);
    assert!(matches!(deliver(&connectors, file).await, SendOutcome::Sent { .. }));
    let form = last(&telegram, "sendDocument")["form"].as_str().expect("form").to_owned();
    assert!(form.contains("filename=\"сурет.png\"") && form.contains("мынау") && form.contains("name=\"document\""), "{form}");

    say(
        &telegram,
        "sendMessage",
        403,
        json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user" }),
    );
    match deliver(&connectors, text("x")).await {
        SendOutcome::Failed { code: "customer_blocked", detail } => assert!(detail.ends_with("bot was blocked by the user")),
        other => panic!("{other:?}"),
    }
    say(
        &telegram,
        "sendMessage",
        400,
        json!({ "ok": false, "error_code": 400, "description": "moved", "parameters": { "migrate_to_chat_id": -1009 } }),
    );
    assert!(matches!(deliver(&connectors, text("x")).await, SendOutcome::Sent { .. }));
    assert_eq!(last(&telegram, "sendMessage")["chat_id"], -1009);

    say(
        &telegram,
        "sendMessage",
        429,
        json!({ "ok": false, "error_code": 429, "description": "wait", "parameters": { "retry_after": 2 } }),
    );
    assert_eq!(deliver(&connectors, text("x")).await, SendOutcome::Paced { after: 2 * SECOND });
    assert!(!ready(&connectors, Duration::from_millis(500)).await, "the whole bot is silent");
    assert!(matches!(deliver(&connectors, text("x")).await, SendOutcome::Paced { .. }));
    assert!(ready(&connectors, Duration::from_secs(5)).await, "and speaks again");

    say(&telegram, "sendMessage", 401, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    say(&telegram, "getMe", 401, json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    assert!(matches!(deliver(&connectors, text("x")).await, SendOutcome::Failed { code: "channel_unauthorized", .. }));
    until("asks for a token", || database.text("SELECT health_state FROM channels") == "unauthorized").await;
    connectors.changed(CHANNEL).await;
    until("healed", || database.text("SELECT health_state FROM channels") == "ok").await;
    connectors.drain(Duration::from_secs(2)).await;
    assert!(matches!(deliver(&connectors, text("x")).await, SendOutcome::Paced { .. }));
}

#[actix_web::test]
async fn polling_confirms_only_what_is_committed() {
    let (telegram, url) = telegram();
    let (database, hub) = (Database::new("polling").await, Arc::new(Hub::default()));
    let message = |id: i64, chat: i64| json!({ "update_id": id, "message": { "message_id": id, "date": 1, "text": format!("{id}"), "chat": { "id": chat, "type": "private" } } });
    telegram.lock().expect("lock").updates =
        vec![message(11, 1), message(12, 2), message(13, 1), json!({ "update_id": 14, "poll": {} })];
    hub.refusals.lock().expect("lock").extend([ReceiveError::Busy, ReceiveError::Unavailable("away".into())]);
    let connectors = start(ports(&database, &hub), &url);
    until("offset", || database.text("SELECT poll_offset FROM channels") == "15").await;
    assert_eq!(count(&telegram, "deleteWebhook"), 1);
    let received = hub.received.lock().expect("lock").clone();
    let of_chat = |key: &str| -> Vec<String> {
        let said = |i: &crate::domain::channel::Inbound| match &i.what {
            InboundKind::Message(m) => m.text.clone(),
            other => panic!("{other:?}"),
        };
        received.iter().filter(|i| i.key == key).map(said).collect()
    };
    assert_eq!((of_chat("1"), of_chat("2")), (vec!["11".to_owned(), "13".into()], vec!["12".to_owned()]));
    assert_eq!(database.text("SELECT external_id FROM inbound_raw"), "u:14");
    until("confirmed", || telegram.lock().expect("lock").updates.is_empty()).await;

    connectors.drain(Duration::from_secs(1)).await;
}

#[actix_web::test]
async fn a_file_comes_from_the_bot_that_its_message_came_to() {
    let (telegram, url) = telegram();
    let (database, hub) = (Database::new("webhook").await, Arc::new(Hub::default()));
    let files = Files::default();
    let full_for = files.full_for.clone();
    let connectors = start(Ports { files: Arc::new(files), ..ports(&database, &hub) }, &url);
    until("health", || database.text("SELECT health_state FROM channels") == "ok").await;
    let file = RemoteFile {
        id: 40,
        company_id: CompanyId::new(1),
        kind: "image".into(),
        name: "photo.jpg".into(),
        mime: "image/jpeg".into(),
        size: 0,
        status: AttachmentStatus::Pending,
        provider_file_id: Some("big".into()),
    };
    let fetchers = connectors.ports().fetchers.clone();
    assert!(fetchers.get(ChannelId::new(8)).is_none(), "a channel that does not run here");
    let fetch = async || fetchers.get(CHANNEL).expect("a fetcher").fetch(file.clone()).await;
    say(&telegram, "getFile", 502, json!({ "ok": false, "error_code": 502, "description": "Bad Gateway" }));
    assert!(matches!(fetch().await, Err(FetchError::Later(_))), "the provider's trouble");
    full_for.store(1, std::sync::atomic::Ordering::SeqCst);
    assert!(matches!(fetch().await, Err(FetchError::Ours(_))), "a full disk of ours fails no file");
    let come = fetch().await;
    assert!(matches!(&come, Ok(MediaResult::Ready { mime, size: 12, .. }) if mime == "image/png"), "{come:?}");
    say(&telegram, "getFile", 400, json!({ "ok": false, "error_code": 400, "description": "Bad Request: wrong file_id" }));
    assert!(matches!(fetch().await, Err(FetchError::Never(_))));
    database.run("UPDATE channels SET enabled = FALSE");
    connectors.changed(CHANNEL).await;
    assert!(fetchers.get(CHANNEL).is_none(), "nobody fetches for a channel that is switched off");
    connectors.drain(Duration::from_secs(1)).await;
}

#[actix_web::test]
async fn no_error_shows_the_token_and_a_silent_server_is_uncertain() {
    // Nobody listens there.
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let url = format!("http://{}", free.local_addr().expect("address"));
    let files = Files::default();
    let api = Api::new(http().expect("client"), &url, TOKEN);
    let outbound = text("x");
    let silent = super::telegram::send::send(&api, &files, &outbound);
    let cut = async {
        let accepted = tokio::task::spawn_blocking(move || free.accept());
        let (stream, _) = accepted.await.expect("task").expect("accept");
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(stream);
    };
    let (report, ()) = tokio::join!(silent, cut);
    let outcome = report.outcome;
    assert!(matches!(&outcome, SendOutcome::Uncertain { .. }) && !format!("{outcome:?}").contains(TOKEN), "{outcome:?}");
    let refused = super::telegram::send::send(&api, &files, &text("x")).await.outcome;
    assert!(matches!(&refused, SendOutcome::Retry { .. }) && !format!("{refused:?}").contains(TOKEN), "{refused:?}");
    let error = api.get_me().await.expect_err("refused").to_string();
    assert!(!error.contains(TOKEN) && !error.contains("/bot"), "{error}");
}
