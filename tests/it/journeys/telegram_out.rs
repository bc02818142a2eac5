//! Answers on their way to Telegram: order, limits, refusals, and what is not known.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::{Backend, Deed, World, on_both_databases};

async fn an_answer_arrives(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let text = "Здравствуйте! <b>5 < 6</b> & _yes_ *no* `x`";
    let message = world.owner.answer(conversation, text).await;
    assert_eq!(message["direction"], "out");
    assert_eq!(message["author"]["type"], "operator");
    let call = world.telegram.shown(501, text).await;
    assert!(call.params.get("parse_mode").is_none_or(Value::is_null), "text is text: {}", call.params);
    let sent = world.feed.status(id(&message), "sent").await;
    assert_eq!(sent["data"]["error"], Value::Null);
    world.owner.say(conversation, json!({"text": ""})).await.refused(422, "validation");
}

async fn a_long_text_is_split(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(502, "L"), "tell me all").await;
    let paragraph = "Дом из газоблока 🏠 с гарантией. ".repeat(40);
    let text = (0..8).map(|n| format!("{n}. {paragraph}")).collect::<Vec<_>>().join("\n\n");
    let message = world.owner.answer(conversation, &text).await;
    world.feed.status(id(&message), "sent").await;
    let parts = world.telegram.screen_of(502);
    assert!(parts.len() >= 2, "one part of {} units", text.encode_utf16().count());
    for part in &parts {
        assert!(part.text().encode_utf16().count() <= 4096, "a part is too long");
    }
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let whole: String = parts.iter().map(|part| bare(part.text())).collect();
    assert_eq!(whole, bare(&text), "nothing lost, in order");
    let shown = world.owner.messages(conversation).await;
    assert_eq!(shown.last().unwrap()["text"], text, "one message for us");
}

async fn too_many_requests_hold_the_whole_bot(backend: Backend) {
    let world = World::new(backend).await;
    let first = world.begin(&world.customer(503, "One"), "one").await;
    let second = world.begin(&world.customer(504, "Two"), "two").await;
    world.telegram.script("sendMessage", 1, Deed::TooMany(2));
    let a = world.owner.answer(first, "a").await;
    let limited = world.telegram.called("sendMessage", 1).await[0].at;
    let b = world.owner.answer(second, "b").await;
    world.feed.status(id(&a), "sent").await;
    world.feed.status(id(&b), "sent").await;
    let window = limited + Duration::from_millis(1950);
    let early: Vec<_> = world
        .telegram
        .calls_of("sendMessage")
        .into_iter()
        // What had left before the 429 came back is nobody's fault.
        .filter(|call| call.at > limited + Duration::from_millis(300) && call.at < window)
        .collect();
    assert!(early.is_empty(), "sent inside the provider's pause: {early:#?}");
    assert_eq!((world.telegram.screen_of(503).len(), world.telegram.screen_of(504).len()), (1, 1));
}

async fn a_refusal_is_final_and_says_why(backend: Backend) {
    let world = World::new(backend).await;
    let cases = [
        (505, Deed::BLOCKED, "customer_blocked", "Forbidden: bot was blocked by the user"),
        (506, Deed::CHAT_NOT_FOUND, "chat_not_found", "Bad Request: chat not found"),
        (507, Deed::Refuse(400, "Bad Request: message text is weird"), "provider_refused", "Bad Request: message text is weird"),
    ];
    for (chat, deed, code, words) in cases {
        let conversation = world.begin(&world.customer(chat, code), &format!("hi {chat}")).await;
        world.telegram.script_chat("sendMessage", chat, 1, deed);
        let message = world.owner.answer(conversation, "hello").await;
        let failed = world.feed.status(id(&message), "failed").await;
        let error = &failed["data"]["error"];
        assert_eq!(error["code"], code, "{error}");
        assert!(error["detail"].as_str().is_some_and(|text| text.ends_with(words)), "{error}");
        assert_eq!(world.telegram.screen_of(chat).len(), 0);
        // A refusal of one does not hold the next.
        let next = world.owner.answer(conversation, "next").await;
        world.feed.status(id(&next), "sent").await;
        let again = world.owner.ask(Method::POST, &format!("/api/messages/{}/resend", id(&message)), None).await;
        assert_eq!(again.expect(201)["id"], message["id"], "the same message, a new delivery");
        world.telegram.shown(chat, "hello").await;
    }
}

/// Makes the database refuse deliveries that would become so.
async fn refuse_deliveries(world: &World, condition: &str) {
    let sql = match world.hub.backend {
        Backend::Sqlite => format!(
            "DROP TRIGGER IF EXISTS refuses; CREATE TRIGGER refuses BEFORE UPDATE ON deliveries WHEN NEW.{condition} \
             BEGIN SELECT RAISE(ABORT, 'refused'); END"
        ),
        Backend::Postgres => format!(
            "ALTER TABLE deliveries DROP CONSTRAINT IF EXISTS refuses; \
             ALTER TABLE deliveries ADD CONSTRAINT refuses CHECK (({condition}) IS NOT TRUE) NOT VALID"
        ),
    };
    world.hub.sql(&sql).await;
}

async fn an_outcome_that_cannot_be_stored_holds_nothing(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(520, "N"), "hi").await;
    refuse_deliveries(&world, "error_detail LIKE '%odd%'").await;
    world.telegram.script("sendMessage", 1, Deed::Refuse(400, "Bad Request: odd"));
    let message = world.owner.answer(conversation, "one").await;
    let failed = world.feed.status(id(&message), "failed").await;
    assert_eq!(
        failed["data"]["error"],
        json!({"code": "provider_refused", "detail": "The provider refused the message"}),
        "the fact without the words"
    );
    refuse_deliveries(&world, "state = 'failed'").await;
    world.telegram.script("sendMessage", 1, Deed::Refuse(400, "Bad Request: odd"));
    let message = world.owner.answer(conversation, "two").await;
    world.feed.status(id(&message), "uncertain").await;
    let next = world.owner.answer(conversation, "three").await;
    world.feed.status(id(&next), "sent").await;
}

async fn no_answer_is_uncertain(backend: Backend) {
    let world = World::new(backend).await;
    let cases = [(508, Deed::Hang), (509, Deed::AcceptThenDrop), (510, Deed::Gateway(502)), (511, Deed::Garbage)];
    let mut sent = vec![];
    for (chat, deed) in cases {
        let conversation = world.begin(&world.customer(chat, &format!("U{chat}")), &format!("hi {chat}")).await;
        world.telegram.script_chat("sendMessage", chat, 1, deed.clone());
        let text = format!("once {chat}");
        let message = id(&world.owner.answer(conversation, &text).await);
        sent.push((message, text, deed));
    }
    for (message, ..) in &sent {
        world.feed.status(*message, "uncertain").await;
    }
    let tried = |text: &str| {
        let calls = world.telegram.calls_of("sendMessage");
        calls.iter().filter(|call| call.text() == text).count()
    };
    // Nobody sends it again but a person, with one click.
    tokio::time::sleep(Duration::from_secs(1)).await;
    for (message, text, deed) in &sent {
        assert_eq!(tried(text), 1, "{deed:?} was sent again by itself");
        let again = world.owner.ask(Method::POST, &format!("/api/messages/{message}/resend"), None).await.expect(201);
        assert_eq!(id(&again), *message);
        world.feed.status(*message, "sent").await;
        assert_eq!(tried(text), 2);
    }
}

async fn what_surely_did_not_go_is_tried_again(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(512, "R"), "hi").await;
    // Telegram's own error body says: not sent.
    world.telegram.script("sendMessage", 1, Deed::OWN_500);
    let message = world.owner.answer(conversation, "after a 500").await;
    world.feed.status(id(&message), "sent").await;
    // Nobody listens: not a byte left us.
    world.telegram.listen(false);
    let message = world.owner.answer(conversation, "after a refusal").await;
    tokio::time::sleep(Duration::from_millis(700)).await;
    let shown = world.owner.messages(conversation).await;
    let status = shown.last().unwrap()["status"].clone();
    assert!(status == "queued" || status == "sending", "{status} while nobody listens");
    world.telegram.listen(true);
    world.feed.status(id(&message), "sent").await;
    let texts: Vec<String> = world.telegram.screen_of(512).iter().map(|c| c.text().into()).collect();
    assert_eq!(texts, ["after a 500", "after a refusal"]);
}

async fn a_conversation_keeps_its_order(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(513, "O"), "hi").await;
    world.telegram.script("sendMessage", 1, Deed::Slow(Duration::from_millis(600)));
    world.telegram.script("sendMessage", 1, Deed::OWN_500);
    let wanted: Vec<String> = (0..8).map(|n| format!("part {n}")).collect();
    let mut last = Value::Null;
    for text in &wanted {
        last = world.owner.answer(conversation, text).await;
    }
    world.feed.status(id(&last), "sent").await;
    let texts: Vec<String> = world.telegram.screen_of(513).iter().map(|c| c.text().into()).collect();
    assert_eq!(texts, wanted);
}

async fn a_queued_message_is_cancelled(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(514, "C"), "hi").await;
    world.telegram.listen(false);
    let first = world.owner.answer(conversation, "first").await;
    let second = world.owner.answer(conversation, "second").await;
    let path = format!("/api/messages/{}/cancel", id(&second));
    let cancelled = world.owner.ask(Method::POST, &path, None).await.expect(200);
    assert_eq!(cancelled["status"], "cancelled");
    world.telegram.listen(true);
    world.feed.status(id(&first), "sent").await;
    let third = world.owner.answer(conversation, "third").await;
    world.feed.status(id(&third), "sent").await;
    let texts: Vec<String> = world.telegram.screen_of(514).iter().map(|c| c.text().into()).collect();
    assert_eq!(texts, ["first", "third"]);
}

on_both_databases!(
    an_answer_arrives,
    a_long_text_is_split,
    too_many_requests_hold_the_whole_bot,
    a_refusal_is_final_and_says_why,
    an_outcome_that_cannot_be_stored_holds_nothing,
    no_answer_is_uncertain,
    what_surely_did_not_go_is_tried_again,
    a_conversation_keeps_its_order,
    a_queued_message_is_cancelled,
);
