//! Words and what they find: however they are written, wherever in a message they stand.

use serde_json::{Value, json};

use super::{ask, found, names, search, texts};
use crate::journeys::agent::Office;
use crate::journeys::agent::voice::ogg;
use crate::support::api::id;
use crate::support::openai::Hearing;
use crate::support::{Backend, World, on_both_databases};

async fn words_find_messages(backend: Backend) {
    let world = World::new(backend).await;
    let (owner, person) = (&world.owner, world.customer(501, "Канат"));
    let conversation = world.begin(&person, "Хочу ТЁПЛЫЙ дом, и чтобы с баней").await;
    owner.answer(conversation, "Тёплых домов у нас много, site.kz").await;
    owner.say(conversation, json!({"text": "Спросить про баню", "note": true})).await.expect(201);
    let (first, second, note) = ("Хочу ТЁПЛЫЙ дом, и чтобы с баней", "Тёплых домов у нас много, site.kz", "Спросить про баню");
    found(owner, "спросить", &[note]).await;
    for (q, expected) in [
        ("теплый", &[first][..]),
        ("ТЕПЛЫЙ", &[first]),
        ("тёпл", &[second, first]),
        ("дом теплый", &[first]),
        ("дом тепл", &[first]),
        ("тёплых дом", &[second]),
        ("тепл дом", &[]),
        ("бан", &[note, first]),
        ("KZ", &[second]),
        ("site.kz", &[second]),
        ("дом гараж", &[]),
        ("плый", &[]),
    ] {
        assert_eq!(texts(&search(owner, q).await), expected, "{q}");
    }
    let answer = search(owner, "дом тепл").await;
    let hit = &answer["messages"][0];
    let brief = json!({"id": conversation, "channel_kind": "telegram", "status": "open", "handler": "operator",
        "customer": {"id": hit["conversation"]["customer"]["id"], "number": 1, "name": "Канат"}});
    assert_eq!((&hit["conversation"], &hit["matched"], &hit["snippet"]), (&brief, &json!("text"), &json!(first)));
    assert_eq!(hit["marks"], json!([[5, 6], [12, 3]]));
    let messages = owner.messages(conversation).await;
    assert_eq!(hit["message"], messages[0], "the message as its thread shows it");
    // One conversation only.
    let other = world.begin(&world.customer(502, "Дана"), "дом").await;
    found(owner, "дом", &["дом", second, first]).await;
    assert_eq!(texts(&ask(owner, "дом", &format!("&conversation_id={other}")).await.expect(200)), ["дом"]);
    assert_eq!(texts(&ask(owner, "дом", &format!("&conversation_id={}", other + 1)).await.expect(200)), [""; 0]);
}

async fn what_changes_is_found_as_it_is(backend: Backend) {
    let world = World::new(backend).await;
    let (owner, person) = (&world.owner, world.customer(501, "A"));
    let message = person.says("сначала так");
    world.feed.message("сначала так").await;
    found(owner, "сначала", &["сначала так"]).await;
    person.edits(message, "потом иначе");
    found(owner, "потом", &["потом иначе"]).await;
    found(owner, "сначала", &[]).await;
    // Deleted, it is gone at once, before the index knows.
    world.hub.sql("UPDATE messages SET deleted_at = 1 WHERE text = 'потом иначе'").await;
    assert_eq!(texts(&search(owner, "потом").await), [""; 0]);
}

async fn recordings_and_files_are_found(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.hear(Hearing::Text("Хочу дом в Алматы, с гаражом".into()));
    let part = reqwest::multipart::Part::bytes(ogg()).file_name("audio_file.ogg");
    let form = reqwest::multipart::Form::new().text("user_id", "client_1").part("audio_file", part);
    let request = office.owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
    let conversation = office.owner.send(request).await.expect("an answer").expect(200)["conversation_id"].as_i64().unwrap();
    let answer = found(&office.owner, "гаражом", &[""]).await;
    let hit = &answer["messages"][0];
    assert_eq!((&hit["matched"], &hit["message"]["kind"]), (&json!("transcript"), &json!("voice")), "{hit}");
    assert_eq!(hit["snippet"], "Хочу дом в Алматы, с гаражом");
    assert_eq!(hit["marks"], json!([[21, 7]]));

    let file = id(&office.owner.upload("Смета_2026.txt", "text/plain", b"x".to_vec()).await.expect(201));
    office.owner.say(conversation, json!({"text": "вот", "attachments": [file]})).await.expect(201);
    let answer = found(&office.owner, "смета", &["вот"]).await;
    assert_eq!(
        (&answer["messages"][0]["matched"], &answer["messages"][0]["snippet"]),
        (&json!("file"), &json!("Смета_2026.txt"))
    );
}

async fn people_are_found(backend: Backend) {
    let world = World::new(backend).await;
    let owner = &world.owner;
    let conversation = world.begin(&world.customer(501, "Алёна Ким"), "привет").await;
    world.begin(&world.customer(502, "Олег"), "привет").await;
    let customer = id(&owner.get(&format!("/api/conversations/{conversation}")).await["customer"]);
    let edit = json!({"phone": "8 776 877-66-37", "email": "Alyona@Mail.kz"});
    owner.patch(&format!("/api/customers/{customer}"), edit).await.expect(200);
    for q in ["алена", "АЛЁНА", "ким ал", "лён", "776 877", "+7 776 8776637", "8776877", "alyona@mail"] {
        assert_eq!(names(&search(owner, q).await), ["Алёна Ким"], "{q}");
    }
    for q in ["алана", "ким олег", "7012"] {
        assert_eq!(names(&search(owner, q).await), [""; 0], "{q}");
    }
    let whole = owner.get(&format!("/api/customers/{customer}")).await;
    assert_eq!(search(owner, "алёна").await["customers"], json!([whole]));
    let only = ask(owner, "привет", "&kind=customers").await.expect(200);
    assert_eq!((&only["messages"], &only["customers"]), (&json!([]), &json!([])));
}

async fn pages_follow_each_other(backend: Backend) {
    let world = World::new(backend).await;
    let (owner, person) = (&world.owner, world.customer(501, "слово"));
    let conversation = world.begin(&person, "слово 0").await;
    for n in 1..25 {
        owner.say(conversation, json!({"text": format!("слово {n}"), "note": true})).await.expect(201);
    }
    let all: Vec<String> = (0..25).rev().map(|n| format!("слово {n}")).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    found(owner, "слово", &all).await;
    let pages = owner.pages("/api/search?q=%D1%81%D0%BB%D0%BE%D0%B2%D0%BE&limit=7", "messages").await;
    let paged: Vec<&str> = pages.iter().map(|hit| hit["message"]["text"].as_str().expect("a text")).collect();
    assert_eq!(paged, all);
    let people = owner.pages("/api/search?q=%D1%81%D0%BB%D0%BE%D0%B2%D0%BE&limit=7", "customers").await;
    assert_eq!(people.len(), 1, "on the first page only");
    let last = ask(owner, "слово", "&limit=25").await.expect(200);
    assert_eq!(last["next_cursor"], Value::Null);
    ask(owner, "слово", "&cursor=MQ").await.refused(422, "validation");
}

async fn no_query_breaks_it(backend: Backend) {
    let world = World::new(backend).await;
    let owner = &world.owner;
    world.begin(&world.customer(501, "A"), "near and or not \"quoted\" 'single' x* drop table messages").await;
    let text = "near and or not \"quoted\" 'single' x* drop table messages";
    found(owner, "quoted", &[text]).await;
    for q in [
        "NEAR(",
        "NEAR(quoted single)",
        "AND",
        "quoted AND",
        "not OR",
        "\"quoted",
        "\"\"\"quoted",
        "'single",
        "quoted*",
        "^near",
        "words:quoted quoted",
        "'; DROP TABLE messages; --",
        "quoted & single",
        "single:*",
        "\\quoted\\",
        "%quot",
        "-quoted",
        "(quoted",
        "quoted)",
        "{quoted}",
        "quoted\u{1}single",
        "quoted \u{202e} single",
        "1§quoted",
    ] {
        let answer = ask(owner, q, "").await;
        assert_eq!(answer.status, 200, "{q}: {answer:?}");
    }
    assert_eq!(texts(&search(owner, "\"quoted\" 'SINGLE' (ne").await), [text]);
    assert_eq!(texts(&search(owner, "quoted OR nothing").await), [""; 0], "OR is a word");
    assert_eq!(texts(&search(owner, "quoted NOT nothing").await), [""; 0], "NOT is a word");
    for q in ["", " ", "a", "*", "\"", "'; --", "§", "%", "_"] {
        ask(owner, q, "").await.refused(422, "validation");
    }
    for q in ["a".repeat(10_000), "a ".repeat(5_000), "\0".into(), "quo\0ted".into(), "quoted".repeat(40)] {
        ask(owner, &q, "").await.refused(422, "validation");
    }
    ask(owner, &"ab ".repeat(66), "").await.expect(200);
    ask(owner, "quoted", "&kind=deals").await.refused(422, "validation");
    owner.ask(reqwest::Method::GET, "/api/search", None).await.refused(422, "validation");
}

on_both_databases!(
    words_find_messages,
    what_changes_is_found_as_it_is,
    recordings_and_files_are_found,
    people_are_found,
    pages_follow_each_other,
    no_query_breaks_it,
);
