//! The whole way over Telegram, in Kazakh, half of it by voice: one lead, one notice in the company's own chat.

use serde_json::json;

use super::voice::ogg;
use crate::journeys::notices::{code, connected};
use crate::support::openai::{Ask, Gate, Hearing, OpenAi, Reply};
use crate::support::{Backend, World, eventually, on_both_databases};

fn kazakh(ask: &Ask) -> Option<Reply> {
    if ask.after_tools() {
        return Some(Reply::text("Рахмет, Айгүл! Менеджеріміз сізге қоңырау шалады."));
    }
    let said = ask.last_user();
    if said.contains("87051234567") {
        let lead = json!({"name": "Айгүл", "phone": "87051234567", "city": "Астана", "object_type": "пәтер", "area": "80 м²",
            "summary": "Пәтер жөндеу", "language": "kk"});
        return Some(Reply::call("register_lead", lead));
    }
    Some(Reply::text(if said.contains("Астана") {
        "Атыңыз кім, телефон нөміріңіз қандай?"
    } else {
        "Қай қалада?"
    }))
}

async fn a_dialogue_in_kazakh_by_voice(backend: Backend) {
    let model = OpenAi::start().await;
    model.rule(kazakh);
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
    let world = World::with(backend, "webhook", &settings).await;
    // The owner connects the chat that hears of leads.
    let boss = world.customer(900, "Boss");
    boss.says(&code(&world.owner, "/api/notices/code").await);
    connected(&world.owner).await;

    let customer = world.customer(901, "Айгүл");
    customer.says("/start");
    let greeting = world.telegram.until("a greeting", || world.telegram.screen_of(901).pop()).await;
    let says_ai = ["ИИ", "ЖИ", "AI"].iter().any(|word| greeting.text().contains(word));
    assert!(says_ai, "the customer learns beforehand that an AI answers: {}", greeting.text());
    customer.says("Сәлем! Пәтерге жөндеу керек");
    world.telegram.shown(901, "Қай қалада?").await;
    model.hear(Hearing::Text("Астана қаласында, сексен шаршы метр".into()));
    let bytes = ogg();
    let file = world.telegram.store_file("voice.oga", &bytes);
    customer.voice(&file, bytes.len());
    world.telegram.shown(901, "Атыңыз кім, телефон нөміріңіз қандай?").await;
    customer.says("Айгүл, 87051234567");
    world.telegram.shown(901, "Рахмет, Айгүл! Менеджеріміз сізге қоңырау шалады.").await;

    let leads = world.owner.leads("").await;
    assert_eq!(leads.len(), 1, "{leads:#?}");
    assert_eq!((&leads[0]["language"], &leads[0]["phone_e164"]), (&json!("kk"), &json!("+77051234567")));
    let told = || world.telegram.screen_of(900).into_iter().filter(|call| call.text().contains("87051234567")).count();
    eventually("the notice", || async { (told() == 1).then_some(()) }).await;
    let sent = eventually("the notice to be recorded", || async {
        world.owner.leads("").await.into_iter().find(|l| l["notice"]["state"] == "sent")
    });
    sent.await;
    tokio::time::sleep(std::time::Duration::from_millis(1_500)).await;
    assert_eq!(told(), 1, "one notice");
    let shown = world.owner.get("/api/conversations?status=any").await;
    let conversation = shown["conversations"].as_array().unwrap().iter().find(|c| c["customer"]["name"] == "Айгүл").unwrap();
    assert_eq!(conversation["customer"]["language"], "kk", "remembered: {conversation}");
}

async fn office(backend: Backend) -> (World, OpenAi) {
    let model = OpenAi::start().await;
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
    (World::with(backend, "webhook", &settings).await, model)
}

async fn what_is_quoted_and_passed_on_reaches_the_model(backend: Backend) {
    let (world, model) = office(backend).await;
    model.otherwise(Reply::text("Поняла."));
    let anna = world.customer(901, "Анна");
    let asked = json!({"message_id": 5, "date": 1, "chat": anna.chat(), "text": "150 м² или 200?",
        "from": {"id": 4242, "is_bot": true, "first_name": "Айжан"}});
    anna.sends(json!({"text": "вот это", "reply_to_message": asked, "quote": {"text": "200", "position": 11}}));
    let heard = model.asked(1).await.remove(0);
    let words = "<in_reply_to author=\"Айжан\">\n200\n</in_reply_to>\nвот это";
    assert!(heard.last_user().contains(words), "{}", heard.last_user());
    world.telegram.shown(901, "Поняла.").await;
    anna.sends(json!({"text": "скидка 50%", "forward_origin": {"type": "hidden_user", "date": 1, "sender_user_name": "Аня"}}));
    let heard = model.asked(2).await.remove(1);
    assert!(heard.last_user().contains("<forwarded from=\"Аня\">\nскидка 50%\n</forwarded>"), "{}", heard.last_user());
}

async fn what_happens_in_the_chat_stops_no_answer(backend: Backend) {
    let (world, model) = office(backend).await;
    let gate = Gate::new();
    model.queue(Reply::text("Дом стоит от 10 млн.").held_by(&gate));
    let anna = world.customer(901, "Анна");
    anna.says("сколько стоит дом?");
    model.asked(1).await;
    anna.sends(json!({"pinned_message": {"message_id": 1, "date": 1, "chat": anna.chat(), "text": "x"}}));
    world.telegram.all_acknowledged().await;
    gate.open();
    world.telegram.shown(901, "Дом стоит от 10 млн.").await;
    assert_eq!(model.chats().len(), 1, "nothing new was to be answered");
}

async fn round_videos_and_sound_as_a_file_are_heard(backend: Backend) {
    let (world, model) = office(backend).await;
    model.otherwise(Reply::text("Поняла."));
    let anna = world.customer(901, "Анна");
    let film = [&b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"[..], &[7; 400]].concat();
    let sound = [&b"ID3\x04\0\0\0\0\0\0\xff\xfb\x90\x00"[..], &[7; 400]].concat();
    let note = world.telegram.store_file("note.mp4", &film);
    let song = world.telegram.store_file("song", &sound);
    let sent = [
        json!({"video_note": {"file_id": note, "file_unique_id": "un", "length": 240, "duration": 3, "file_size": film.len()}}),
        json!({"document": {"file_id": song, "file_unique_id": "us", "file_name": "запись.mp3", "file_size": sound.len()}}),
    ];
    for (n, message) in sent.into_iter().enumerate() {
        let words = format!("хочу дом, этаж {n}");
        model.hear(Hearing::Text(words.clone()));
        anna.sends(message);
        let heard = model.asked(n + 1).await.remove(n);
        assert!(heard.last_user().contains(&words), "{}", heard.last_user());
        let frame = world.feed.wait("message.updated", |f| f["data"]["attachments"][0]["transcript"] == words.as_str()).await;
        assert_eq!(frame["data"]["attachments"][0]["transcript_state"], "done");
    }
    assert_eq!(model.recordings().len(), 2);
}

on_both_databases!(
    a_dialogue_in_kazakh_by_voice,
    what_is_quoted_and_passed_on_reaches_the_model,
    what_happens_in_the_chat_stops_no_answer,
    round_videos_and_sound_as_a_file_are_heard,
);
