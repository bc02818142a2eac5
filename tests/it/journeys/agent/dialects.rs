//! Models that write their calls as text, think aloud, run out of tokens; servers that want back what they sent, and such
//! without tools. Whatever it is, it becomes an act, an answer or a hand-over, and no machine's word reaches a person.

use std::time::Duration;

use serde_json::{Value, json};

use super::Office;
use crate::support::openai::{Ask, Reply};
use crate::support::{Backend, Visitor, on_both_databases};

const THANKS: &str = "Спасибо, Канат! Менеджер перезвонит.";

fn lead() -> Value {
    json!({"name": "Канат", "phone": "87768776637", "city": "Алматы", "object_type": "дом", "area": "150 м²", "summary": "с нуля"})
}

async fn handed_over(office: &Office, answer: &Value) -> Value {
    let told = office.told(answer["conversation_id"].as_i64().unwrap()).await;
    told.iter().find(|event| event["event"] == "handed_over").unwrap_or_else(|| panic!("{answer}: {told:?}")).clone()
}

async fn a_call_as_text_is_a_call(backend: Backend) {
    let office = Office::open(backend).await;
    let forms = [
        format!("Записываю.\n<tool_call>\n{}\n</tool_call>", json!({"name": "register_lead", "arguments": lead()})),
        format!("```json\n{}\n```", json!({"name": "functions.register_lead", "parameters": lead()})),
        format!("[TOOL_CALLS]register_lead[ARGS]{}", lead()),
        format!("<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>register_lead<｜tool▁sep｜>{}<｜tool▁call▁end｜>", lead()),
    ];
    for (at, form) in forms.into_iter().enumerate() {
        office.model.behave();
        office.model.rule(move |ask| Some(if ask.after_tools() { Reply::text(THANKS) } else { Reply::text(&form) }));
        let answer = office.chat(&format!("u{at}"), "Канат, 87768776637").await;
        assert_eq!((&answer["response"], &answer["function_called"]), (&json!(THANKS), &json!("register_lead")), "{answer}");
        assert_eq!(office.leads().await.len(), at + 1);
    }
    // By the book, but with a namespace before the name, a raw line end and a comma too many.
    office.model.behave();
    let arguments = "{'name': 'Канат', 'phone': '87768776637', 'summary': 'дом\nс нуля',}".to_owned();
    office.model.rule(move |ask| {
        let call = Reply::calls(&[("functions.register_lead", arguments.as_str())]);
        Some(if ask.after_tools() { Reply::text(THANKS) } else { call })
    });
    let answer = office.chat("u9", "Канат, 87768776637").await;
    assert_eq!((&answer["response"], &answer["function_called"]), (&json!(THANKS), &json!("register_lead")), "{answer}");
}

async fn what_only_a_machine_could_read_goes_to_a_person(backend: Backend) {
    let office = Office::open(backend).await;
    let forms = [
        "<tool_call>\n{\"name\": \"web_search\", \"arguments\": {\"query\": \"дом\"}}\n</tool_call>",
        "Сейчас посмотрю. {\"name\": \"register_lead\", \"arguments\": {\"name\": \"Кан",
        "<tool\u{200b}_call>{\"na\u{200b}me\": \"web_search\", \"arguments\": {\"query\": \"дом\"}}</tool_call>",
    ];
    for (at, form) in forms.into_iter().enumerate() {
        office.model.behave();
        office.model.otherwise(Reply::text(form));
        let answer = office.chat(&format!("u{at}"), "Хочу дом").await;
        let said = answer["response"].as_str().unwrap();
        assert!(!said.is_empty() && !said.contains(['{', '<']) && !said.contains("search"), "{answer}");
        assert_eq!(handed_over(&office, &answer).await["why"], "nonsense");
    }
    assert!(office.leads().await.is_empty());
    // A snippet that is no call is words.
    office.model.behave();
    office.model.otherwise(Reply::text("Пример: {\"city\": \"Алматы\", \"area\": 150}"));
    assert_eq!(office.chat("u9", "Покажите пример").await["response"], "Пример: {\"city\": \"Алматы\", \"area\": 150}");
}

async fn no_machines_word_is_seen_growing(backend: Backend) {
    let office = Office::open(backend).await;
    let form = format!(
        "<|channel|>analysis<|message|>Тайна: бюджет.<|end|><|start|>assistant<|channel|>final<|message|>Минутку, записываю. \
         <tool_call> {} </tool_call>",
        json!({"name": "register_lead", "arguments": lead()})
    );
    office.model.rule(move |ask| {
        let gap = Duration::from_millis(60);
        Some(if ask.after_tools() { Reply::text(THANKS).paced(gap) } else { Reply::text(&form).paced(gap) })
    });
    let visitor = Visitor::open(&office.hub.url(), &office.owner.webchat_key().await).await;
    visitor.says("c1", "Канат, 87768776637").await;
    visitor.sees(THANKS).await;
    let frames = office.feed.socket.frames();
    let drafts: Vec<&str> = frames.iter().filter(|f| f["type"] == "message.draft").filter_map(|f| f["text"].as_str()).collect();
    assert!(drafts.contains(&"Минутку, записываю."), "{drafts:#?}");
    let is_of = |whole: &str, draft: &str| whole.starts_with(draft);
    assert!(drafts.iter().all(|draft| is_of("Минутку, записываю.", draft) || is_of(THANKS, draft)), "{drafts:#?}");
}

async fn a_cut_answer_is_asked_for_once_more(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.rule(|ask| {
        let again = ask.last_user().contains("cut off");
        Some(if again {
            Reply::text("В каком городе?")
        } else {
            Reply::text("Мы строим дома, а ещё").finishing(Some("length"))
        })
    });
    let answer = office.chat("u1", "Хочу дом").await;
    assert_eq!((&answer["response"], office.model.chats().len()), (&json!("В каком городе?"), 2), "{answer}");
    // And no more than once.
    office.model.behave();
    let before = office.model.chats().len();
    office.model.otherwise(Reply::text("Мы строим дома, а ещё").finishing(Some("length")));
    let answer = office.chat("u2", "Хочу дом").await;
    assert!(!answer["response"].as_str().unwrap().contains("а ещё"), "{answer}");
    assert_eq!(handed_over(&office, &answer).await["why"], "cut_short");
    assert_eq!(office.model.chats().len() - before, 2);
}

/// Gemini and DeepSeek: the second request is refused without what came with the first answer.
async fn what_came_with_a_call_goes_back_with_it(backend: Backend) {
    let office = Office::open(backend).await;
    let signature = json!({"google": {"thought_signature": "c2lnbmF0dXJl"}});
    let call = json!({"index": 0, "id": "a", "type": "function", "extra_content": signature,
        "function": {"name": "register_lead", "arguments": lead().to_string()}});
    let deltas =
        [json!({"reasoning_content": "Клиент "}), json!({"reasoning_content": "дал номер"}), json!({"tool_calls": [call]})];
    let events: String = deltas.iter().map(|delta| format!("data: {}\n\n", json!({"choices": [{"delta": delta}]}))).collect();
    let stream = format!("{events}data: [DONE]\n\n");
    office.model.rule(move |ask: &Ask| {
        if !ask.after_tools() {
            return Some(Reply::raw("text/event-stream", &[stream.as_bytes()]));
        }
        let called = ask.messages().iter().find(|message| !message["tool_calls"].is_null())?;
        let is_whole = called["tool_calls"][0]["extra_content"] == signature
            && called["reasoning_content"] == "Клиент дал номер"
            && called["content"].is_null();
        let missing = "Function call is missing a thought_signature in functionCall parts";
        Some(if is_whole { Reply::text(THANKS) } else { Reply::status(400, json!({"error": {"message": missing}})) })
    });
    let answer = office.chat("u1", "Канат, 87768776637").await;
    assert_eq!(answer["response"], THANKS, "{answer}");
    assert!(!answer.to_string().contains("дал номер"));
}

async fn the_note_tells_the_servers_reason(backend: Backend) {
    let office = Office::open(backend).await;
    let reason = "The prompt is longer than this server takes, key sk-test";
    office.model.otherwise(Reply::status(400, json!({"error": {"message": reason, "code": null}})));
    let answer = office.chat("u1", "Хочу дом").await;
    assert!(!answer["response"].as_str().unwrap().contains("prompt"), "{answer}");
    let handed = handed_over(&office, &answer).await;
    let note = handed["note"].as_str().unwrap();
    assert!(note.contains("The prompt is longer than this server takes") && !note.contains("sk-test"), "{note}");
}

async fn a_server_without_tools_still_registers_leads(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.rule(|ask| {
        if !ask.tools().is_empty() {
            return Some(Reply::status(400, json!({"error": "registry.ollama.ai/library/gemma3:4b does not support tools"})));
        }
        let is_done = ask.last_user().contains("registered");
        let call = json!({"name": "register_lead", "arguments": lead()});
        Some(if is_done { Reply::text(THANKS) } else { Reply::text(&format!("<tool_call>{call}</tool_call>")) })
    });
    let answer = office.chat("u1", "Канат, 87768776637").await;
    assert_eq!((&answer["response"], &answer["function_called"]), (&json!(THANKS), &json!("register_lead")), "{answer}");
    assert_eq!(office.model.chats().iter().filter(|ask| !ask.tools().is_empty()).count(), 1, "once told is enough");
    assert_eq!(office.leads().await.len(), 1);
}

on_both_databases!(
    a_call_as_text_is_a_call,
    what_only_a_machine_could_read_goes_to_a_person,
    no_machines_word_is_seen_growing,
    a_cut_answer_is_asked_for_once_more,
    what_came_with_a_call_goes_back_with_it,
    the_note_tells_the_servers_reason,
    a_server_without_tools_still_registers_leads,
);
