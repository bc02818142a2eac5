//! A turn always ends: whatever the model does, a person takes over and knows why.

use serde_json::json;

use super::Office;
use crate::support::openai::Reply;
use crate::support::{Backend, on_both_databases};

async fn every_failure_hands_over_with_a_reason(backend: Backend) {
    let office = Office::open(backend).await;
    let cases: Vec<(&str, Reply, &str)> = vec![
        ("u-refusal", Reply::refusal("I can't"), "refused"),
        ("u-empty", Reply::empty(), "empty"),
        ("u-money", Reply::no_money(), "no_money"),
        ("u-key", Reply::bad_key(), "bad_key"),
        ("u-cut", Reply::text("В каком").cut(), "model_unavailable"),
    ];
    for (user, reply, why) in cases {
        office.model.behave();
        office.model.otherwise(reply);
        let answer = office.chat(user, "Хочу дом").await;
        assert!(!answer["response"].as_str().unwrap().is_empty(), "{user}: the customer gets one honest sentence: {answer}");
        let conversation = answer["conversation_id"].as_i64().unwrap();
        let told = office.told(conversation).await;
        let handed = told.iter().find(|e| e["event"] == "handed_over").unwrap_or_else(|| panic!("{user}: {told:?}"));
        assert_eq!(handed["why"], why, "{user}: {handed}");
        assert!(!handed["note"].as_str().unwrap().is_empty(), "{handed}");
        let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
        assert_eq!(shown["handler"], "queue", "{user}: {shown}");
        // A person has it now: no model is asked, nothing automatic is said.
        let asked = office.model.chats().len();
        let again = office.chat(user, "Алло?").await;
        assert_eq!((again["status"].as_str(), again["response"].as_str()), (Some("handed_over"), Some("")), "{again}");
        assert_eq!(office.model.chats().len(), asked);
    }
    let ai = office.owner.get("/api/ai").await;
    assert_eq!(ai["last_error"]["code"], "bad_key", "the owner sees what only they can mend: {ai}");
}

async fn nonsense_of_the_model_ends_with_people(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::calls(&[
        ("no_such_tool", "{}"),
        ("register_lead", "{\"name\":"),
        ("register_lead", "{\"phone\":\"1\"}"),
    ]));
    let answer = office.chat("u1", "Хочу дом").await;
    let conversation = answer["conversation_id"].as_i64().unwrap();
    assert_eq!(office.told(conversation).await.iter().find(|e| e["event"] == "handed_over").unwrap()["why"], "nonsense");
    assert!(office.leads().await.is_empty());
}

async fn a_silent_model_does_not_keep_a_customer_waiting(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::hang());
    let begun = std::time::Instant::now();
    let visitor = crate::support::Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    let frame = office.feed.message("Хочу дом").await;
    let conversation = frame["conversation_id"].as_i64().unwrap();
    let handed = crate::support::eventually("the hand-over", || async {
        office.told(conversation).await.into_iter().find(|e| e["event"] == "handed_over")
    });
    assert_eq!(handed.await["why"], "timeout");
    println!("handed over after {:?}", begun.elapsed());
}

async fn bad_input_gets_a_sentence_and_nothing_is_stored(backend: Backend) {
    let office = Office::open(backend).await;
    let form = |fields: &[(&str, &str)]| {
        let mut form = reqwest::multipart::Form::new();
        for (name, value) in fields {
            form = form.text(name.to_string(), value.to_string());
        }
        form
    };
    let send = |form| office.owner.send(office.owner.request(reqwest::Method::POST, "/api/chat").multipart(form));
    send(form(&[("text", "hi")])).await.unwrap().refused(422, "validation");
    send(form(&[("user_id", "u1")])).await.unwrap().refused(422, "validation");
    send(form(&[("user_id", ""), ("text", "hi")])).await.unwrap().refused(422, "validation");
    let audio = |bytes: Vec<u8>| {
        let part = reqwest::multipart::Part::bytes(bytes).file_name("voice.ogg");
        form(&[("user_id", "u1")]).part("audio_file", part)
    };
    send(audio(vec![])).await.unwrap().refused(422, "validation");
    send(audio(b"this is no recording at all".to_vec())).await.unwrap().refused(422, "validation");
    let mut large = b"OggS".to_vec();
    large.resize(26 * 1024 * 1024, 0);
    send(audio(large)).await.unwrap().refused(413, "too_large");
    assert!(office.owner.conversations("").await.is_empty(), "nothing is stored");
    assert_eq!(office.hub.count("SELECT COUNT(*) FROM attachments").await, 0);
    assert!(office.model.chats().is_empty());
    let _ = json!(null);
}

on_both_databases!(
    every_failure_hands_over_with_a_reason,
    nonsense_of_the_model_ends_with_people,
    a_silent_model_does_not_keep_a_customer_waiting,
    bad_input_gets_a_sentence_and_nothing_is_stored,
);
