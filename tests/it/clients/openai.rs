//! Chat: what arrives from a good server and from a sloppy one.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use switchboard::clients::openai::{
    Access, CallLimits, ChatAnswer, ChatRequest, ErrorKind, Model, ModelError, OnText, OpenAi as Client, Usage,
};
use switchboard::config::Secret;

use crate::support::openai::{OpenAi, Reply};

/// As in production, but nobody waits long.
pub fn limits() -> CallLimits {
    let idle = Duration::from_millis(400);
    CallLimits {
        idle,
        pause: Duration::from_millis(10),
        open_after: 1_000,
        check: Duration::from_secs(5),
        ..CallLimits::default()
    }
}

pub fn access(server: &OpenAi) -> Access {
    Access { base_url: server.url().parse().unwrap(), api_key: Secret::new("sk-secret-key".into()), trusted: true }
}

pub fn request(seconds: u64) -> ChatRequest {
    ChatRequest {
        model: "gpt-test".into(),
        messages: vec![json!({"role": "system", "content": "You sell houses."}), json!({"role": "user", "content": "Сәлем!"})]
            .into(),
        tools: vec![json!({"type": "function", "function": {"name": "handoff", "parameters": {"type": "object"}}})].into(),
        temperature: 0.3,
        max_tokens: 200,
        deadline: Instant::now() + Duration::from_secs(seconds),
    }
}

/// What was shown while it grew, and the answer.
pub async fn ask(client: &Client, server: &OpenAi) -> (Vec<String>, Result<ChatAnswer, ModelError>) {
    let shown = Arc::new(Mutex::new(Vec::new()));
    let answer = client.chat(&access(server), request(10), keeping(&shown)).await;
    let shown = shown.lock().unwrap().clone();
    (shown, answer)
}

fn keeping(shown: &Arc<Mutex<Vec<String>>>) -> OnText {
    let shown = shown.clone();
    Arc::new(move |text| shown.lock().unwrap().push(text.to_owned()))
}

pub async fn scene(replies: impl IntoIterator<Item = Reply>) -> (OpenAi, Client) {
    let server = OpenAi::start().await;
    server.queue_all(replies);
    (server, Client::with(limits()).unwrap())
}

#[tokio::test]
async fn a_text_grows_on_the_screen() {
    let (server, client) = scene([Reply::text("Сәлем! Қай қалада?").with_usage(40, 6)]).await;
    let (shown, answer) = ask(&client, &server).await;
    assert_eq!(shown, ["Сәлем! ", "Сәлем! Қай ", "Сәлем! Қай қалада?"]);
    let answer = answer.unwrap();
    assert_eq!((answer.text.as_str(), answer.finish.as_deref(), answer.refusal), ("Сәлем! Қай қалада?", Some("stop"), None));
    assert_eq!((answer.usage, answer.model.as_str()), (Usage { tokens_in: 40, tokens_out: 6 }, "gpt-test"));
    let asked = server.chats().remove(0);
    assert_eq!((asked.key(), asked.path.as_str()), ("sk-secret-key", "/v1/chat/completions"));
    let body = asked.body;
    assert_eq!((&body["stream"], &body["stream_options"]), (&json!(true), &json!({"include_usage": true})));
    assert_eq!((&body["max_tokens"], &body["model"]), (&json!(200), &json!("gpt-test")));
    assert!((body["temperature"].as_f64().unwrap() - 0.3).abs() < 1e-6);
    assert_eq!(body["messages"], json!(request(1).messages));
    assert_eq!(body["tools"][0]["function"]["name"], "handoff");
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let (server, client) = scene([]).await;
    for text in ["Да", "Жоқ", "Да"] {
        server.queue(Reply::text(text));
        assert_eq!(ask(&client, &server).await.1.unwrap().text, text);
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn calls_in_fragments_become_whole() {
    let lead = json!({"name": "Айгүл", "phone": "8 701 123 45 67", "city": "Алматы"}).to_string();
    let (server, client) = scene([Reply::calls(&[("register_lead", &lead), ("handoff", "{no json")])]).await;
    let (shown, answer) = ask(&client, &server).await;
    let answer = answer.unwrap();
    assert_eq!((shown.len(), answer.text.as_str(), answer.finish.as_deref()), (0, "", Some("tool_calls")));
    let calls: Vec<_> = answer.tool_calls.iter().map(|call| (call.name.as_str(), call.arguments.as_str())).collect();
    assert_eq!(calls, [("register_lead", lead.as_str()), ("handoff", "{no json")]);
    assert_ne!(answer.tool_calls[0].id, answer.tool_calls[1].id);
}

#[tokio::test]
async fn a_tool_is_called_and_its_result_told() {
    let (server, client) = scene([]).await;
    server.rule(|ask| ask.after_tools().then(|| Reply::text("Менеджер перезвонит.")));
    server.rule(|ask| {
        let wanted = ask.last_user() == "Сәлем!" && ask.tools() == ["handoff"] && ask.system().contains("houses");
        (wanted && !ask.after_tools()).then(|| Reply::call("handoff", json!({"reason": "asked"})))
    });
    let answer = ask(&client, &server).await.1.unwrap();
    let call = &answer.tool_calls[0];
    let called = json!({"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}});
    let mut second = request(10);
    Arc::make_mut(&mut second.messages).push(json!({"role": "assistant", "content": null, "tool_calls": [called]}));
    Arc::make_mut(&mut second.messages).push(json!({"role": "tool", "tool_call_id": call.id, "content": "{\"ok\":true}"}));
    let answer = client.chat(&access(&server), second, Arc::new(|_| {})).await.unwrap();
    assert_eq!(answer.text, "Менеджер перезвонит.");
}

#[tokio::test]
async fn sloppy_servers_are_understood() {
    let bom: &[&[u8]] =
        &[b"\xef\xbb", b"\xbfdata: {\"choices\":[{\"delta\":{\"content\":\"\xd0", b"\x94\xd0\xb0\"}}]}\n\ndata: [DO", b"NE]"];
    let whole = json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": "Да"}, "finish_reason": "stop"}]});
    let replies = [
        Reply::text("Да").with_pings(),
        Reply::text("Да").with_crlf().with_pings(),
        Reply::text("Да").without_usage().without_done(),
        Reply::text("Да").finishing(None),
        Reply::raw("text/event-stream", bom),
        Reply::raw("application/json", &[whole.to_string().as_bytes()]),
        Reply::raw(
            "text/plain",
            &[b"data: null\ndata: {\"choices\":[{\"delta\":{\"content\":\"\xd0\x94\xd0\xb0\"}}],\"error\":null}\ndata: [DONE]\n"],
        ),
    ];
    for reply in replies {
        let (server, client) = scene([reply.clone()]).await;
        let answer = ask(&client, &server).await.1.unwrap_or_else(|error| panic!("{reply:?}: {error}"));
        assert_eq!(answer.text, "Да", "{reply:?}");
        assert!(answer.usage.tokens_in > 0 && answer.usage.tokens_out > 0, "{reply:?}");
    }
}

#[tokio::test]
async fn nothing_said_and_a_refusal_are_answers() {
    let (server, client) =
        scene([Reply::empty(), Reply::refusal("I cannot help with that."), Reply::text("x").finishing(Some("content_filter"))])
            .await;
    let empty = ask(&client, &server).await.1.unwrap();
    assert_eq!((empty.text.as_str(), empty.tool_calls.len(), empty.refusal), ("", 0, None));
    let refusal = ask(&client, &server).await.1.unwrap();
    assert_eq!((refusal.text.as_str(), refusal.refusal.as_deref()), ("", Some("I cannot help with that.")));
    assert_eq!(ask(&client, &server).await.1.unwrap().finish.as_deref(), Some("content_filter"));
}

#[tokio::test]
async fn a_slow_beginning_is_no_silence() {
    // Longer than `idle`, with pings in between.
    let slow = Reply::text("Да").with_pings().after(Duration::from_millis(900));
    let pinging = Reply::raw(
        "text/event-stream",
        &[
            b": ping\n\n",
            b": ping\n\n",
            b"data: {\"choices\":[{\"delta\":{\"content\":\"\xd0\x94\xd0\xb0\"}}]}\n\ndata: [DONE]\n\n",
        ],
    );
    let (server, client) = scene([slow, pinging.paced(Duration::from_millis(600))]).await;
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
}

#[tokio::test]
async fn what_a_server_does_not_take_is_left_out_and_remembered() {
    let (server, client) = scene([]).await;
    server.rule(|ask| {
        let complaint =
            |text: &str| Some(Reply::status(400, json!({"error": {"message": text, "type": "invalid_request_error"}})));
        if !ask.body["max_tokens"].is_null() {
            return complaint(
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            );
        }
        if !ask.body["stream_options"].is_null() {
            return Some(Reply::status(422, json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "stream_options"]}]})));
        }
        if !ask.body["temperature"].is_null() {
            return complaint("Unsupported value: 'temperature' does not support 0.3 with this model.");
        }
        Some(Reply::text("Да"))
    });
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
    assert_eq!(server.chats().len(), 4);
    assert_eq!(server.chats()[3].body["max_completion_tokens"], 200);
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
    assert_eq!(server.chats().len(), 5, "learnt");
}

#[tokio::test]
async fn a_key_is_tried_with_one_small_call() {
    let (server, client) = scene([Reply::text("not for checks")]).await;
    server.only_key("sk-secret-key");
    server.only_models(&["gpt-test"]);
    assert_eq!(client.check(&access(&server), "gpt-test").await, Ok(()));
    let kind = |result: Result<(), ModelError>| result.unwrap_err().kind;
    assert_eq!(kind(client.check(&access(&server), "gpt-9").await), ErrorKind::UnknownModel);
    let wrong = Access { api_key: Secret::new("sk-wrong".into()), ..access(&server) };
    assert_eq!(kind(client.check(&wrong, "gpt-test").await), ErrorKind::BadKey);
    let odd = Access { api_key: Secret::new("ключ\n".into()), ..access(&server) };
    assert_eq!(kind(client.check(&odd, "gpt-test").await), ErrorKind::BadKey);
    let elsewhere = Access { base_url: server.url().replace("/v1", "/").parse().unwrap(), ..access(&server) };
    assert_eq!(client.check(&elsewhere, "gpt-test").await, Ok(()), "the base URL is taken as it is");
    assert_eq!((server.checks().len(), server.chats().len()), (4, 0));
    server.answer_checks(Reply::no_money());
    assert_eq!(kind(client.check(&access(&server), "gpt-test").await), ErrorKind::NoMoney);
    server.behave();
    let keyless = Access { api_key: Secret::new(String::new()), ..access(&server) };
    assert_eq!(client.check(&keyless, "any").await, Ok(()));
    assert_eq!(server.checks().last().unwrap().header("authorization"), None);
    assert!(!format!("{:?}", access(&server)).contains("sk-secret"));
}
