//! Local models think aloud, between `<think>` and `</think>`: neither customers nor operators read it.

use std::time::Duration;

use super::Office;
use crate::support::openai::Reply;
use crate::support::{Backend, Visitor, on_both_databases};

async fn thoughts_are_read_by_nobody(backend: Backend) {
    let office = Office::open(backend).await;
    let answer = "В каком городе вы хотите построить дом, и сколько в нём этажей?";
    let text = format!("<think>\nКлиент хочет дом. Тайна: бюджет.\n</think>\n\n{answer}");
    // Slowly: a draft is shown five times a second at most.
    office.model.otherwise(Reply::text(&text).paced(Duration::from_millis(70)));
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    visitor.sees(answer).await;
    let frame = office.feed.message(answer).await;
    let frames = office.feed.socket.frames();
    let drafts: Vec<&str> = frames.iter().filter(|f| f["type"] == "message.draft").filter_map(|f| f["text"].as_str()).collect();
    assert!(!drafts.is_empty(), "the growing draft was shown");
    assert!(drafts.iter().all(|draft| answer.starts_with(draft)), "{drafts:#?}");
    let run = frame["data"]["agent_run_id"].as_i64().expect("a run");
    let run = office.owner.get(&format!("/api/agent-runs/{run}")).await;
    assert_eq!(run["reply"], answer, "{run}");
}

/// It ran out of tokens before it came to the point.
async fn thoughts_alone_are_no_answer(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::text("<think>Клиент хочет дом. Что же").finishing(Some("length")));
    let answer = office.chat("u1", "Хочу дом").await;
    assert!(!answer["response"].as_str().unwrap().contains("Клиент"), "{answer}");
    let told = office.told(answer["conversation_id"].as_i64().unwrap()).await;
    assert_eq!(told.iter().find(|e| e["event"] == "handed_over").expect("a hand-over")["why"], "empty", "{told:?}");
}

/// The template began the thought, and only its end tells: after the first answer nothing is shown before it.
async fn a_thought_that_nothing_announces_is_known_by_the_model(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.queue(Reply::text("Спросить город.</think>В каком городе?"));
    office.chat("u1", "Хочу дом").await;
    let answer = "Сколько в нём этажей, и какая площадь?";
    let text = format!("Тайна: город большой, спросить площадь.</think>{answer}");
    office.model.otherwise(Reply::text(&text).paced(Duration::from_millis(70)));
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Хочу дом").await;
    visitor.sees(answer).await;
    office.feed.message(answer).await;
    let frames = office.feed.socket.frames();
    let drafts: Vec<&str> = frames.iter().filter(|f| f["type"] == "message.draft").filter_map(|f| f["text"].as_str()).collect();
    let shown: Vec<&&str> = drafts.iter().filter(|draft| !"Спросить город.В каком городе?".contains(**draft)).collect();
    assert!(!shown.is_empty() && shown.iter().all(|draft| answer.starts_with(**draft)), "{drafts:#?}");
}

on_both_databases!(
    thoughts_are_read_by_nobody,
    thoughts_alone_are_no_answer,
    a_thought_that_nothing_announces_is_known_by_the_model
);
