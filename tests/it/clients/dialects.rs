//! Chat with servers that take less than OpenAI's, or want more: what is learnt of them, and what goes back to them.

use std::sync::Arc;

use serde_json::{Value, json};
use switchboard::clients::openai::{ChatRequest, ErrorKind, Model};

use super::openai::{access, ask, request, scene};
use crate::support::openai::{Ask, Reply};

fn refused(message: &str) -> Reply {
    Reply::status(400, json!({"error": {"message": message, "type": "invalid_request_error"}}))
}

/// The second request of a turn: a tool was called, and it answered.
fn after_a_call(extras: Value) -> ChatRequest {
    let mut second = request(10);
    let mut called = json!({"role": "assistant", "content": null, "tool_calls": [
        {"id": "a", "type": "function", "function": {"name": "handoff", "arguments": "{}"}},
    ]});
    for (key, value) in extras.as_object().unwrap() {
        called[key] = value.clone();
    }
    let messages = Arc::make_mut(&mut second.messages);
    messages.push(called);
    messages.push(json!({"role": "tool", "tool_call_id": "a", "content": "ok"}));
    second
}

#[tokio::test]
async fn a_server_without_tools_gets_the_turn_without_them() {
    for complaint in ["\"auto\" tool choice requires --enable-auto-tool-choice", "Function calling is not enabled"] {
        let (server, client) = scene([]).await;
        let complaint = complaint.to_owned();
        server.rule(move |ask| Some(if ask.tools().is_empty() { Reply::text("Да") } else { refused(&complaint) }));
        assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
        assert_eq!(server.chats().len(), 2);
        let asked = server.chats().remove(1);
        assert_eq!(asked.body["tools"], json!(null));
        assert!(asked.system().starts_with("You sell houses.") && asked.system().contains("<tool_call>"), "{}", asked.system());
        // Another model of the same server, in the middle of a turn.
        let second = ChatRequest { model: "other".into(), ..after_a_call(json!({})) };
        assert_eq!(client.chat(&access(&server), second, Arc::new(|_| {})).await.unwrap().text, "Да");
        assert_eq!(server.chats().len(), 3, "learnt for the server");
        let asked = server.chats().remove(2);
        let roles: Vec<&str> = asked.messages().iter().map(|message| message["role"].as_str().unwrap()).collect();
        assert_eq!(roles, ["system", "user", "assistant", "user"]);
        assert!(asked.said_by("assistant")[0].contains("<tool_call>"));
        // Whoever looks at the server may have set it up anew.
        client.check(&access(&server), "gpt-test").await.unwrap();
        assert!(ask(&client, &server).await.1.is_ok());
        assert_eq!(server.chats().len(), 5);
    }
}

#[tokio::test]
async fn a_model_without_tools_leaves_them_to_the_others() {
    let (server, client) = scene([]).await;
    server.rule(|ask| {
        let refuses = ask.model() == "gpt-test" && !ask.tools().is_empty();
        Some(if refuses { refused("registry.ollama.ai/library/gpt-test does not support tools") } else { Reply::text("Да") })
    });
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
    assert_eq!(server.chats().len(), 3);
    let other = ChatRequest { model: "other".into(), ..request(10) };
    client.chat(&access(&server), other, Arc::new(|_| {})).await.unwrap();
    assert_eq!(server.chats().remove(3).tools(), ["handoff"]);
}

#[tokio::test]
async fn what_a_server_refuses_in_a_message_is_left_out_and_remembered() {
    let called = |ask: &Ask| ask.messages().iter().find(|message| !message["tool_calls"].is_null()).cloned().unwrap();
    let (server, client) = scene([]).await;
    server.rule(move |ask| {
        let called = called(ask);
        let complaint = match () {
            () if !called["reasoning_content"].is_null() => "messages.2.reasoning_content: Extra inputs are not permitted",
            () if called["content"].is_null() => "messages[2].content must be a string",
            () => return Some(Reply::text("Да")),
        };
        Some(refused(complaint))
    });
    let second = || after_a_call(json!({"reasoning_content": "Клиент хочет дом"}));
    assert_eq!(client.chat(&access(&server), second(), Arc::new(|_| {})).await.unwrap().text, "Да");
    assert_eq!(server.chats().len(), 3);
    let other = ChatRequest { model: "other".into(), ..second() };
    assert_eq!(client.chat(&access(&server), other, Arc::new(|_| {})).await.unwrap().text, "Да");
    assert_eq!(server.chats().len(), 5, "null is the server's matter, what another server sent is the model's");
    let (first, last) = (called(&server.chats()[3]), called(&server.chats()[4]));
    assert_eq!((&first["content"], first["reasoning_content"].is_null()), (&json!(""), false));
    assert_eq!((&last["content"], last.get("reasoning_content")), (&json!(""), None));
}

#[tokio::test]
async fn a_refusal_keeps_the_servers_reason_without_keys() {
    let (server, client) = scene([refused("Function call is missing a thought_signature, key sk-secret-key")]).await;
    let error = ask(&client, &server).await.1.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Refused);
    assert_eq!(error.said.as_deref(), Some("Function call is missing a thought_signature, key …"));
    assert!(!error.to_string().contains("thought_signature"), "what goes to logs is ours");
    assert_eq!(server.chats().len(), 1);
}

#[tokio::test]
async fn a_stream_with_a_hole_or_half_an_emoji_is_an_answer() {
    let event = |content: &str| format!("data: {{\"choices\":[{{\"delta\":{{\"content\":\"{content}\"}}}}]}}\n\n");
    let stream =
        [event("Дом "), "data: {oops\n\n".into(), event("\\ud83c"), event("\\udfe0!"), "data: [DONE]\n\n".into()].concat();
    let (server, client) = scene([Reply::raw("text/event-stream", &[stream.as_bytes()])]).await;
    let (shown, answer) = ask(&client, &server).await;
    assert_eq!(answer.unwrap().text, "Дом 🏠!");
    assert_eq!(shown, ["Дом ", "Дом ", "Дом 🏠!"]);
}
