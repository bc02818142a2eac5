//! Voice: heard, shown under the player, answered; what is not understood goes to a person with the recording.

use serde_json::{Value, json};

use super::{Office, sales_manager};
use crate::support::openai::{Hearing, Reply};
use crate::support::{Backend, Visitor, on_both_databases};

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

/// A machine that hears nothing says what stands beneath films, in any language: nobody takes it for the customer's.
async fn an_invented_transcript_changes_nothing(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::text("В каком городе?"));
    for (n, invented) in ["Назар аударғандарыңызға рахмет!", "[BLANK_AUDIO]", "Thanks for watching!"].into_iter().enumerate()
    {
        let client = format!("client_5{n}");
        let begun = office.chat(&client, "Здравствуйте, хочу построить дом").await;
        let conversation = begun["conversation_id"].as_i64().unwrap();
        let asked = office.model.chats().len();
        office.model.hear(Hearing::Text(invented.into()));
        assert_eq!(speak(&office, &client).await["conversation_id"], begun["conversation_id"]);
        let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
        assert_eq!((&shown["handler"], &shown["customer"]["language"]), (&json!("queue"), &json!("ru")), "{invented}: {shown}");
        let messages = office.owner.messages(conversation).await;
        let voice = messages.iter().rev().find(|m| m["kind"] == "voice").expect("the recording");
        let file = &voice["attachments"][0];
        assert_eq!((&file["transcript"], &file["transcript_state"]), (&json!(invented), &json!("doubtful")), "{file}");
        assert_eq!(office.model.chats().len(), asked, "nobody guesses");
    }
}

/// Who says it is heard like who writes it, and no model is asked.
async fn a_spoken_wish_for_a_person_is_a_wish(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.hear(Hearing::Text("Адам керек".into()));
    let answer = speak(&office, "client_4").await;
    let conversation = answer["conversation_id"].as_i64().unwrap();
    let told = office.told(conversation).await;
    assert_eq!(told.iter().find(|e| e["event"] == "handed_over").expect("a hand-over")["why"], "asked", "{told:?}");
    assert!(office.model.chats().is_empty(), "no model was asked");
    let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!((&shown["handler"], &shown["customer"]["language"]), (&json!("queue"), &json!("kk")), "{shown}");
}

/// A visitor's recording is theirs alone, is a recording, and is sent once.
async fn a_visitors_recording_is_guarded(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::text("В каком городе?"));
    let (api, key) = (office.hub.api(), office.owner.webchat_key().await);
    let anna = Visitor::open(&office.hub.url(), &key).await;
    let boris = Visitor::open(&office.hub.url(), &key).await;
    anna.records(&api, "no-such-chat", ogg()).await.refused(404, "not_found");
    anna.records(&api, &key, b"<script>alert(1)</script>".to_vec()).await.refused(422, "validation");
    anna.records(&api, &key, vec![]).await.refused(422, "validation");
    let mut huge = ogg();
    huge.resize(5 << 20, 7);
    anna.records(&api, &key, huge).await.refused(413, "too_large");
    let form = reqwest::multipart::Form::new().part("file", reqwest::multipart::Part::bytes(ogg()));
    let request = api.request(reqwest::Method::POST, &format!("/c/recordings?channel_key={key}")).header("x-visitor", "made.up");
    api.send(request.multipart(form)).await.expect("an answer").refused(404, "not_found");
    // Nobody else's page can name it, and no operator's file can be named.
    let recording = anna.records(&api, &key, ogg()).await.expect(201)["recording"].clone();
    let operators = office.owner.upload("secret.ogg", "audio/ogg", ogg()).await.expect(201);
    for forged in [recording.clone(), operators["id"].clone(), json!(format!("{}.x", operators["id"]))] {
        let answer = boris.speaks("b1", &json!(forged.to_string().trim_matches('"'))).await;
        assert_eq!((&answer["type"], &answer["problem"]["code"]), (&json!("nack"), &json!("validation")), "{answer}");
    }
    // The same page in another company's chat: its token is as good there, the recording is not.
    let rival = office.hub.api().owner("rival@rival.kz", "Rival").await;
    let elsewhere = Visitor::back(&office.hub.url(), &rival.webchat_key().await, anna.token()).await;
    let answer = elsewhere.speaks("r1", &recording).await;
    assert_eq!((&answer["type"], &answer["problem"]["code"]), (&json!("nack"), &json!("validation")), "{answer}");
    assert!(rival.conversations("").await.is_empty(), "nothing is stored there");
    office.model.hear(Hearing::Text("Хочу дом".into()));
    let sent = anna.speaks("a1", &recording).await;
    assert_eq!((&sent["type"], &sent["message"]["kind"]), (&json!("ack"), &json!("voice")), "{sent}");
    // The acknowledgement was lost: the page repeats itself and nothing is said twice.
    assert_eq!(anna.speaks("a1", &recording).await["message"]["id"], sent["message"]["id"]);
    let again = anna.speaks("a2", &recording).await;
    assert_eq!((&again["type"], &again["problem"]["code"]), (&json!("nack"), &json!("validation")), "{again}");
    anna.sees("В каком городе?").await;
    let voices = office.owner.conversations("").await;
    assert_eq!(voices.len(), 1, "{voices:#?}");
    let messages = office.owner.messages(voices[0]["id"].as_i64().expect("an id")).await;
    let heard: Vec<_> = messages.iter().filter(|m| m["kind"] == "voice").collect();
    assert_eq!(heard.len(), 1, "{heard:#?}");
    assert_eq!(heard[0]["attachments"][0]["transcript"], "Хочу дом");
    let file = anna.welcome["messages"].as_array().map(Vec::len);
    assert_eq!(file, Some(0));
    let url = sent["message"]["attachments"][0]["url"].as_str().expect("an address").to_owned();
    let request = api.request(reqwest::Method::GET, &url).header("x-visitor", anna.token());
    assert_eq!(api.send(request).await.expect("an answer").bytes, ogg(), "the visitor hears themselves");
}

/// Without money nobody listens: people get the recording.
async fn over_budget_nobody_listens(backend: Backend) {
    let office = Office::open(backend).await;
    let channels = office.owner.channels().await;
    let api = channels.iter().find(|c| c["kind"] == "api").expect("the way in for programs");
    let path = format!("/api/channels/{}/agent", api["id"]);
    let mut settings = office.owner.get(&path).await["settings"].clone();
    settings["budget_per_day"] = json!(0);
    office.owner.ask(reqwest::Method::PUT, &path, Some(settings)).await.expect(200);
    // What is remembered of a channel is looked up again within a second.
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let answer = speak(&office, "client_3").await;
    let told = office.told(answer["conversation_id"].as_i64().unwrap()).await;
    assert_eq!(told.iter().find(|e| e["event"] == "handed_over").expect("a hand-over")["why"], "over_budget", "{told:?}");
    assert!(office.model.recordings().is_empty(), "nobody listened");
    let trying = json!({"messages": [{"role": "customer", "text": "Хочу дом"}]});
    office.owner.post(&format!("{path}/try"), trying).await.refused(409, "conflict");
    assert!(office.model.chats().is_empty(), "a try-out costs as much as a turn");
    // The budget is the channel's own: the others go on.
    office.model.otherwise(Reply::text("В каком городе?"));
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    visitor.sees("В каком городе?").await;
}

on_both_databases!(
    a_recording_is_heard_and_answered,
    what_is_not_understood_goes_to_a_person,
    an_invented_transcript_changes_nothing,
    a_spoken_wish_for_a_person_is_a_wish,
    a_visitors_recording_is_guarded,
    over_budget_nobody_listens,
);
