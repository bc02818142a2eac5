//! A number is found wherever it stands and however it is written.

use serde_json::json;

use super::{found, names, search, texts};
use crate::journeys::agent::Office;
use crate::journeys::agent::voice::ogg;
use crate::support::api::id;
use crate::support::openai::Hearing;
use crate::support::{Backend, World, on_both_databases};

/// The first row of the list: one number, in its spellings.
fn spellings() -> Vec<&'static str> {
    let list = include_str!("../../../fixtures/reports/numbers.txt");
    let row = list.lines().find(|line| !line.starts_with('#')).expect("a number");
    row.split('|').map(str::trim).collect()
}

async fn a_number_in_any_message_is_found_in_any_spelling(backend: Backend) {
    let world = World::new(backend).await;
    let owner = &world.owner;
    let person = world.customer(501, "Канат");
    let conversation = world.begin(&person, "дом 150 м² за 45 000").await;
    let said: Vec<String> =
        spellings().iter().step_by(3).enumerate().map(|(n, s)| format!("{n}: мой номер {s}, звоните")).collect();
    for text in &said {
        owner.say(conversation, json!({"text": text, "note": true})).await.expect(201);
    }
    owner.say(conversation, json!({"text": "другой номер 8 707 111 22 33", "note": true})).await.expect(201);
    let newest: Vec<&str> = said.iter().rev().map(String::as_str).collect();
    found(owner, "87051112233", &newest).await;
    for q in spellings().into_iter().chain(["8705 111", "+7 705 111 22", "705 111 22 3", "номер 8 705 111 22 33"]) {
        let answer = search(owner, q).await;
        assert_eq!(texts(&answer), newest, "{q}");
        for hit in answer["messages"].as_array().expect("messages") {
            assert!(!hit["marks"].as_array().expect("marks").is_empty(), "{q}: {hit}");
        }
    }
    for q in ["87051112234", "8 705 111 22 33 гараж", "705 999"] {
        assert_eq!(texts(&search(owner, q).await), [""; 0], "{q}");
    }
    assert_eq!(texts(&search(owner, "45 000").await), ["дом 150 м² за 45 000"], "as words");
}

async fn a_number_in_any_field_is_found(backend: Backend) {
    let world = World::new(backend).await;
    let owner = &world.owner;
    let customer_of = async |chat: i64, name: &str| {
        let conversation = world.begin(&world.customer(chat, name), &format!("привет {chat}")).await;
        (conversation, id(&owner.get(&format!("/api/conversations/{conversation}")).await["customer"]))
    };
    let (first, phone) = customer_of(501, "Анна").await;
    let (_, noted) = customer_of(502, "Борис").await;
    let (second, _) = customer_of(503, "Вера 8-705-111-22-33").await;
    customer_of(504, "Галя").await;
    owner.patch(&format!("/api/customers/{phone}"), json!({"phone": "+7 (705) 111-22-33"})).await.expect(200);
    owner.patch(&format!("/api/customers/{noted}"), json!({"notes": "муж: 8 705 111 22 33"})).await.expect(200);
    for q in spellings() {
        assert_eq!(names(&search(owner, q).await), ["Вера 8-705-111-22-33", "Борис", "Анна"], "{q}");
    }
    assert_eq!(names(&search(owner, "анна 87051112").await), ["Анна"]);
    // A field of the company's own.
    world.hub.sql("UPDATE customers SET fields = '{\"second\":\"8 (777) 333 44 55\"}' WHERE name = 'Галя'").await;
    for q in ["+77773334455", "8 777 333-44-55"] {
        assert_eq!(names(&search(owner, q).await), ["Галя"], "{q}");
    }
    assert_eq!(names(&search(owner, "87051112234").await), [""; 0]);
    let add = async |conversation: i64, name: &str, phone: &str, summary: &str| {
        let body = json!({"conversation_id": conversation, "name": name, "phone": phone, "summary": summary});
        id(&owner.post("/api/leads", body).await.expect(201))
    };
    let own = add(first, "Анна", "8 (705) 111-22-33", "дом").await;
    let other = add(second, "Вера", "87771234567", "второй номер +7 705 111 22 33").await;
    for q in spellings().into_iter().chain(["705 111-22"]) {
        let q: String = url::form_urlencoded::byte_serialize(q.as_bytes()).collect();
        let ids: Vec<i64> = owner.leads(&format!("q={q}")).await.iter().map(id).collect();
        assert_eq!(ids, [other, own], "{q}");
    }
    let q: String = url::form_urlencoded::byte_serialize("вера 87051112233".as_bytes()).collect();
    assert_eq!(owner.leads(&format!("q={q}")).await.iter().map(id).collect::<Vec<_>>(), [other]);
}

async fn a_spoken_number_is_found(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.hear(Hearing::Text("Мой номер 8 705 111 22 33".into()));
    let part = reqwest::multipart::Part::bytes(ogg()).file_name("audio_file.ogg");
    let form = reqwest::multipart::Form::new().text("user_id", "client_1").part("audio_file", part);
    let request = office.owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
    office.owner.send(request).await.expect("an answer").expect(200);
    let answer = found(&office.owner, "+77051112233", &[""]).await;
    assert_eq!(answer["messages"][0]["matched"], "transcript", "{answer}");
}

/// What was taken in by an older version is taken in again.
async fn older_messages_are_found_too(backend: Backend) {
    let world = World::new(backend).await;
    world.begin(&world.customer(501, "Канат"), "мой номер 8 705 111 22 33").await;
    let (owner, text) = (&world.owner, "мой номер 8 705 111 22 33");
    found(owner, "87051112233", &[text]).await;
    world.hub.sql("DELETE FROM message_words").await;
    assert_eq!(texts(&search(owner, "87051112233").await), [""; 0]);
    world.hub.sql("UPDATE search_cursors SET fill_below = 9223372036854775807").await;
    found(owner, "87051112233", &[text]).await;
}

on_both_databases!(
    a_number_in_any_message_is_found_in_any_spelling,
    a_number_in_any_field_is_found,
    a_spoken_number_is_found,
    older_messages_are_found_too,
);
