//! Work reaches the person it is for: a conversation that is given to them, a note that names them, and what the thread says.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::{Api, Backend, Feed, World, on_both_databases};

async fn kept(api: &Api) -> Vec<Value> {
    api.pages("/api/notifications?limit=1", "notifications").await
}

async fn events(world: &World, conversation: i64) -> Vec<Value> {
    let all = world.owner.messages(conversation).await;
    all.into_iter().filter(|message| message["direction"] == "event").collect()
}

async fn who_was_away_finds_what_is_theirs(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana Ospanova").await;
    let aida = world.owner.invite("operator", "aida@stroika.kz", "Aida").await;
    let (owner_id, dana_id) = (id(&world.owner.me().await), id(&dana.me().await));
    let conversation = world.begin(&world.customer(501, "Marat"), "hi").await;
    let path = format!("/api/conversations/{conversation}");
    world.owner.post(&format!("{path}/assign"), json!({"assignee_id": dana_id})).await.expect(200);
    let note = world.owner.say(conversation, json!({"text": "@dana ospanova, a discount?", "note": true})).await.expect(201);
    let found = kept(&dana).await;
    let codes: Vec<&str> = found.iter().filter_map(|it| it["code"].as_str()).collect();
    assert_eq!(codes, ["mentioned", "assigned"], "newest first: {found:?}");
    assert_eq!(found[0]["params"]["message_id"], note["id"]);
    assert_eq!(found[1]["params"]["conversation_id"], conversation);
    assert_eq!(found[1]["params"]["by"]["id"], owner_id);
    assert_eq!(found[1]["params"]["customer"]["name"], "Marat");
    assert!(found.iter().all(|it| it["read_at"].is_null()), "{found:?}");
    assert!(kept(&aida).await.is_empty() && kept(&world.owner).await.is_empty());
    assert_eq!(dana.get("/api/notifications").await["unread"], 2);
    // Reading the conversation reads what was told of it.
    dana.ask(Method::POST, &format!("{path}/read"), Some(json!({}))).await.expect(204);
    assert_eq!(dana.get("/api/notifications").await["unread"], 0);
    let mentions = dana.conversations("view=mentions").await;
    assert_eq!(mentions.iter().map(id).collect::<Vec<_>>(), [conversation]);
    assert!(aida.conversations("view=mentions").await.is_empty());
    world.owner.say(conversation, json!({"text": "@Dana again", "note": true})).await.expect(201);
    world.owner.say(conversation, json!({"text": "@Dana is a customer's word too"})).await.expect(201);
    assert_eq!(dana.get("/api/notifications").await["unread"], 1, "only notes name colleagues");
    let stranger = world.hub.api().owner("rival@rival.kz", "Rival").await;
    stranger.ask(Method::POST, "/api/notifications/read", None).await.expect(204);
    assert_eq!(dana.get("/api/notifications").await["unread"], 1);
    dana.ask(Method::POST, "/api/notifications/read", Some(json!({"up_to": found[0]["id"]}))).await.expect(204);
    assert_eq!(dana.get("/api/notifications").await["unread"], 1, "the newer one is not read");
    dana.ask(Method::POST, "/api/notifications/read", None).await.expect(204);
    assert_eq!(dana.get("/api/notifications").await["unread"], 0);
}

async fn only_the_one_it_is_for_is_told(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let conversation = world.begin(&world.customer(502, "A"), "hi").await;
    let assign = format!("/api/conversations/{conversation}/assign");
    let hers = Feed::open(&world.hub.url(), dana.token()).await;
    // Taking it oneself tells nobody.
    dana.post(&assign, json!({"assignee_id": dana_id})).await.expect(200);
    world.owner.post(&assign, json!({"assignee_id": null})).await.expect(200);
    world.owner.post(&assign, json!({"assignee_id": dana_id})).await.expect(200);
    let frame = hers.wait("notification.created", |frame| frame["data"]["code"] == "assigned").await;
    assert_eq!((&frame["data"]["params"]["conversation_id"], &frame["data"]["detail"]), (&json!(conversation), &json!("")));
    assert_eq!(frame["data"]["id"], kept(&dana).await[0]["id"]);
    world.owner.answer(conversation, "the last").await;
    world.feed.message("the last").await;
    hers.message("the last").await;
    let told = |feed: &Feed| feed.durable().iter().filter(|frame| frame["type"] == "notification.created").count();
    assert_eq!((told(&hers), told(&world.feed)), (1, 0));
    // A screen that comes back is told the same.
    let again = Feed::resume(&world.hub.url(), dana.token(), &hers.cursor_after(&[])).await;
    again.wait("notification.created", |again| again["data"] == frame["data"]).await;
}

async fn the_thread_tells_what_people_did(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let conversation = world.begin(&world.customer(503, "A"), "hi").await;
    let path = format!("/api/conversations/{conversation}");
    let until = (chrono::Utc::now() + chrono::Duration::hours(1)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let acts = [
        ("assign", json!({"assignee_id": dana_id})),
        ("assign", json!({"assignee_id": null})),
        ("status", json!({"status": "snoozed", "until": until})),
        ("status", json!({"status": "open"})),
        ("status", json!({"status": "closed"})),
        ("status", json!({"status": "closed"})),
    ];
    for (verb, body) in acts {
        world.owner.post(&format!("{path}/{verb}"), body).await.expect(200);
    }
    dana.post(&format!("{path}/assign"), json!({"assignee_id": dana_id})).await.expect(200);
    let told = events(&world, conversation).await;
    let lines: Vec<(&str, &str)> = told
        .iter()
        .map(|it| (it["payload"]["event"].as_str().unwrap_or_default(), it["author"]["name"].as_str().unwrap_or_default()))
        .collect();
    let owner = world.owner.me().await["name"].as_str().expect("a name").to_owned();
    let by = |event: &'static str| (event, owner.as_str());
    let expected = [by("assigned"), by("released"), by("snoozed"), by("reopened"), by("closed"), ("taken", "Dana")];
    assert_eq!(lines, expected, "{told:#?}");
    assert_eq!(told[0]["payload"]["to"]["name"], "Dana");
    assert!(told[2]["payload"]["until"].is_string(), "{}", told[2]);
}

/// A conversation of the owner's, and notes in it that name her.
async fn named(world: &World, number: i64, notes: usize) -> (i64, Vec<Value>) {
    let conversation = world.begin(&world.customer(number, "A"), "hi").await;
    let mut written = vec![];
    for n in 0..notes {
        written.push(world.owner.say(conversation, json!({"text": format!("@Dana {n}"), "note": true})).await.expect(201));
    }
    (conversation, written)
}

async fn what_is_read_on_one_device_is_read_on_the_others(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let other = Feed::open(&world.hub.url(), dana.token()).await;
    let (conversation, notes) = named(&world, 504, 3).await;
    let read = format!("/api/conversations/{conversation}/read");
    // As far as somebody has read, and no further.
    dana.ask(Method::POST, &read, Some(json!({"message_id": notes[0]["id"]}))).await.expect(204);
    assert_eq!(dana.get("/api/notifications").await["unread"], 2);
    other.wait("unread.updated", |frame| frame["data"]["read_up_to"] == notes[0]["id"]).await;
    // Read up to there already: what has come since is not read by that.
    dana.ask(Method::POST, &read, Some(json!({"message_id": notes[0]["id"]}))).await.expect(204);
    assert_eq!(dana.get("/api/notifications").await["unread"], 2);
    let kept = kept(&dana).await;
    let up_to = |at: usize| Some(json!({"up_to": kept[at]["id"]}));
    dana.ask(Method::POST, "/api/notifications/read", up_to(1)).await.expect(204);
    let told = other.wait("notifications.read", |_| true).await;
    assert_eq!((&told["data"]["up_to"], &told["conversation_id"]), (&kept[1]["id"], &Value::Null), "{told}");
    // Nothing new is no news.
    dana.ask(Method::POST, "/api/notifications/read", up_to(1)).await.expect(204);
    dana.ask(Method::POST, "/api/notifications/read", None).await.expect(204);
    dana.ask(Method::POST, "/api/notifications/read", None).await.expect(204);
    other.wait("notifications.read", |frame| frame["data"]["up_to"] == kept[0]["id"]).await;
    world.owner.answer(conversation, "the last").await;
    other.message("the last").await;
    world.feed.message("the last").await;
    let told = |feed: &Feed| feed.durable().iter().filter(|frame| frame["type"] == "notifications.read").count();
    assert_eq!((told(&other), told(&world.feed)), (2, 0), "it is personal");
    let again = Feed::resume(&world.hub.url(), dana.token(), &other.cursor_after(&[])).await;
    again.wait("notifications.read", |frame| frame["data"]["up_to"] == kept[0]["id"]).await;
    // What is read once more says what it was that was not read.
    let (second, _) = named(&world, 505, 1).await;
    let her_id = id(&dana.me().await);
    dana.ask(Method::POST, &format!("/api/conversations/{second}/read"), None).await.expect(204);
    let assign = format!("/api/conversations/{second}/assign");
    world.owner.post(&assign, json!({"assignee_id": her_id})).await.expect(200);
    let before = other.wait("notification.created", |frame| frame["data"]["code"] == "assigned").await;
    dana.ask(Method::POST, &format!("/api/conversations/{second}/read"), Some(json!({"message_id": 0}))).await.expect(204);
    let read = |frame: &Value| frame["data"]["conversation_id"] == second && frame["seq"].as_i64() > before["seq"].as_i64();
    other.wait("unread.updated", read).await;
    assert_eq!(dana.get("/api/notifications").await["unread"], 0);
}

async fn a_note_goes_along_with_the_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let aida = world.owner.invite("operator", "aida@stroika.kz", "Aida").await;
    let dana_id = id(&dana.me().await);
    let load = async |who: &Value| {
        let all = world.owner.pages("/api/operators?limit=2", "operators").await;
        all.into_iter().find(|it| it["id"] == *who).expect("a person")["open_conversations"].clone()
    };
    let conversation = world.begin(&world.customer(506, "A"), "hi").await;
    let path = format!("/api/conversations/{conversation}");
    assert_eq!(load(&json!(dana_id)).await, 0);
    let given = json!({"assignee_id": dana_id, "note": "@Dana, wants a discount, @Aida knows", "client_id": "g1"});
    let give = async |body: Value| world.owner.post(&format!("{path}/assign"), body).await;
    give(given.clone()).await.expect(200);
    let all = world.owner.messages(conversation).await;
    let notes: Vec<&Value> = all.iter().filter(|it| it["direction"] == "note").collect();
    assert_eq!(notes.len(), 1, "{all:#?}");
    assert_eq!((&notes[0]["text"], &notes[0]["author"]["name"]), (&given["note"], &world.owner.me().await["name"]));
    let told = kept(&dana).await;
    assert_eq!((told.len(), &told[0]["code"]), (1, &json!("assigned")), "named and given, told once");
    assert_eq!(told[0]["params"]["message_id"], notes[0]["id"], "it leads to the note");
    assert_eq!(kept(&aida).await[0]["code"], "mentioned");
    // Asked again, as after an answer that was lost, it is not written twice.
    give(given.clone()).await.expect(200);
    assert_eq!(load(&json!(dana_id)).await, 1);
    give(json!({"assignee_id": dana_id, "note": "another", "client_id": "g1"})).await.refused(422, "validation");
    give(json!({"assignee_id": dana_id, "note": "x", "client_id": ""})).await.refused(422, "validation");
    let count = "SELECT COUNT(*) FROM messages WHERE direction = 'note'";
    assert_eq!(world.hub.count(count).await, 1);
    // Whoever has it already is told of another word all the same, which is written once, however it comes.
    let more = json!({"assignee_id": dana_id, "note": "and soon", "client_id": "g2"});
    let (one, two) = futures_util::join!(give(more.clone()), give(more));
    assert_eq!((one.status, two.status), (200, 200), "{one:?} {two:?}");
    assert_eq!(world.hub.count(count).await, 2);
    assert_eq!(kept(&dana).await.len(), 2);
    give(json!({"assignee_id": null, "note": " "})).await.expect(200);
    give(json!({"assignee_id": dana_id, "note": "x".repeat(65_537)})).await.expect(413);
    assert_eq!(world.hub.count(count).await, 2);
    dana.post(&format!("{path}/assign"), json!({"assignee_id": dana_id})).await.expect(200);
    world.owner.post(&format!("{path}/status"), json!({"status": "closed"})).await.expect(200);
    assert_eq!(load(&json!(dana_id)).await, 0, "what is closed is no load");
}

on_both_databases!(
    who_was_away_finds_what_is_theirs,
    only_the_one_it_is_for_is_told,
    the_thread_tells_what_people_did,
    what_is_read_on_one_device_is_read_on_the_others,
    a_note_goes_along_with_the_conversation,
);
