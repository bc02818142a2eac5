//! People come first: whoever takes over stops the agent at once.

use serde_json::json;

use super::Office;
use crate::support::openai::{Gate, Reply};
use crate::support::{Backend, Visitor, eventually, on_both_databases};

async fn a_persons_reply_stops_the_agent(backend: Backend) {
    let office = Office::open(backend).await;
    let gate = Gate::new();
    office.model.queue(Reply::text("Я робот и отвечаю поздно").held_by(&gate));
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    let conversation = office.feed.message("Хочу дом").await["conversation_id"].as_i64().unwrap();
    office.model.asked(1).await;
    office.owner.answer(conversation, "Здравствуйте, я Аида").await;
    visitor.sees("Здравствуйте, я Аида").await;
    // The call is ended at the model's side too.
    eventually("the model's call to be dropped", || async { office.model.chats()[0].gone.then_some(()) }).await;
    // It was asked, so it is paid for, whoever answered instead.
    let counted = async || office.hub.count("SELECT COUNT(*) FROM ai_spend WHERE tokens_in > 0 AND runs = 0").await;
    eventually("the dropped call in the books", || async { (counted().await == 1).then_some(()) }).await;
    gate.open();
    visitor.says("c2", "Вы человек?").await;
    office.feed.message("Вы человек?").await;
    tokio::time::sleep(std::time::Duration::from_millis(2_500)).await;
    let texts: Vec<String> =
        office.owner.messages(conversation).await.iter().map(|m| m["text"].as_str().unwrap_or_default().to_owned()).collect();
    assert!(!texts.iter().any(|t| t.contains("робот")), "{texts:?}");
    assert_eq!(office.model.chats().len(), 1, "the agent stays out of it");
    // Given back, it answers what is open.
    office.model.otherwise(Reply::text("Чем помочь?"));
    office.owner.post(&format!("/api/conversations/{conversation}/assign"), json!({"agent": true})).await.expect(200);
    visitor.sees("Чем помочь?").await;
}

async fn who_asks_for_a_person_gets_one(backend: Backend) {
    let office = Office::open(backend).await;
    for (i, words) in ["оператор", "адам", "human"].iter().enumerate() {
        let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
        visitor.says("c1", words).await;
        let frame = office.feed.message(words).await;
        let conversation = frame["conversation_id"].as_i64().unwrap();
        let told = eventually("the hand-over", || async {
            office.told(conversation).await.into_iter().find(|e| e["event"] == "handed_over")
        });
        assert_eq!(told.await["why"], "asked", "{i}");
        let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
        assert_eq!(shown["handler"], "queue", "{shown}");
    }
    assert!(office.model.chats().is_empty(), "the model was not asked");
}

async fn a_draft_waits_for_approval(backend: Backend) {
    let office = Office::open(backend).await;
    let channels = office.owner.channels().await;
    let channel = channels.iter().find(|c| c["kind"] == "webchat").unwrap()["id"].as_i64().unwrap();
    let shown = office.owner.get(&format!("/api/channels/{channel}/agent")).await;
    let mut settings = shown["settings"].clone();
    settings["answers_first"] = json!("drafts");
    settings["debounce_ms"] = json!(0);
    let path = format!("/api/channels/{channel}/agent");
    office.owner.ask(reqwest::Method::PUT, &path, Some(settings)).await.expect(200);
    office.model.otherwise(Reply::text("В каком городе?"));
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    let conversation = office.feed.message("Хочу дом").await["conversation_id"].as_i64().unwrap();
    let waiting = || async {
        let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
        shown["suggestion"].is_object().then_some(shown)
    };
    let shown = eventually("the suggestion", waiting).await;
    assert_eq!(shown["suggestion"]["text"], "В каком городе?", "{shown}");
    assert_eq!(shown["handler"], "queue");
    // It dies when the customer goes on, and comes anew.
    let before = shown["suggestion"]["run_id"].as_i64().unwrap();
    visitor.says("c2", "в Алматы").await;
    let renewed = || async {
        let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
        shown["suggestion"]["run_id"].as_i64().filter(|run| *run != before)
    };
    let run = eventually("a new suggestion", renewed).await;
    let stale = json!({"text": "old", "run_id": before});
    office.owner.say(conversation, stale).await.refused(409, "changed_since");
    let sent = office.owner.say(conversation, json!({"text": "В каком городе?", "run_id": run})).await.expect(201);
    assert_eq!(sent["author"]["type"], "operator", "{sent}");
    assert_eq!(sent["agent_run_id"], run);
    visitor.sees("В каком городе?").await;
    let shown = office.owner.get(&format!("/api/conversations/{conversation}")).await;
    assert!(shown["suggestion"].is_null(), "{shown}");
}

on_both_databases!(a_persons_reply_stops_the_agent, who_asks_for_a_person_gets_one, a_draft_waits_for_approval);
