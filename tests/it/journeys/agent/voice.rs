//! Voice: heard, shown under the player, answered; what is not understood goes to a person with the recording.

use serde_json::Value;

use super::{Office, sales_manager};
use crate::support::openai::Hearing;
use crate::support::{Backend, on_both_databases};

/// The beginning of an Ogg/Opus file: what a voice note of Telegram looks like to whoever judges by bytes.
pub fn ogg() -> Vec<u8> {
    let mut bytes =
        b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\x13OpusHead\x01\x01\x38\x01\x80\xbb\0\0\0\0\0".to_vec();
    bytes.resize(400, 7);
    bytes
}

async fn speak(office: &Office, user: &str) -> Value {
    let part = reqwest::multipart::Part::bytes(ogg()).file_name("audio_file.ogg");
    let form = reqwest::multipart::Form::new().text("user_id", user.to_owned()).part("audio_file", part);
    let request = office.owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
    office.owner.send(request).await.expect("an answer").expect(200)
}

async fn a_recording_is_heard_and_answered(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.rule(sales_manager);
    office.model.hear(Hearing::Text("Хочу дом в Алматы".into()));
    let answer = speak(&office, "client_1").await;
    assert_eq!(answer["response"], "Какую площадь рассматриваете?", "{answer}");
    let conversation = answer["conversation_id"].as_i64().unwrap();
    let messages = office.owner.messages(conversation).await;
    let voice = messages.iter().find(|m| m["kind"] == "voice").expect("the recording");
    let file = &voice["attachments"][0];
    assert_eq!(file["transcript"], "Хочу дом в Алматы", "{voice}");
    assert_eq!(file["transcript_state"], "done", "{voice}");
    assert_eq!(office.model.recordings().len(), 1, "heard once");
}

async fn what_is_not_understood_goes_to_a_person(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.hear(Hearing::Silence("Продолжение".into()));
    let answer = speak(&office, "client_2").await;
    assert!(!answer["response"].as_str().unwrap().is_empty(), "never silence: {answer}");
    let conversation = answer["conversation_id"].as_i64().unwrap();
    let told = office.told(conversation).await;
    assert_eq!(told.iter().find(|e| e["event"] == "handed_over").expect("a hand-over")["why"], "voice", "{told:?}");
    assert!(office.model.chats().is_empty(), "nobody guesses");
}

on_both_databases!(a_recording_is_heard_and_answered, what_is_not_understood_goes_to_a_person);
