//! The whole way over Telegram, in Kazakh, half of it by voice: one lead, one notice in the company's own chat.

use serde_json::json;

use super::voice::ogg;
use crate::journeys::notices::{code, connected};
use crate::support::openai::{Ask, Hearing, OpenAi, Reply};
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

on_both_databases!(a_dialogue_in_kazakh_by_voice);
