//! Chat with a server in trouble: what is repeated, what is told, and when.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;
use switchboard::clients::openai::{Access, CallLimits, ChatRequest, ErrorKind, Model, OpenAi as Client};
use switchboard::config::Secret;

use super::openai::{access, ask, limits, request, scene};
use crate::support::openai::{Gate, OpenAi, Reply};

async fn fails(reply: Reply) -> ErrorKind {
    let (server, client) = scene([reply]).await;
    let error = ask(&client, &server).await.1.unwrap_err();
    assert!(!error.to_string().contains("sk-secret") && !error.detail.contains("double"), "{error}");
    assert_eq!(server.chats().len(), 1, "{error:?}: nothing to repeat here");
    error.kind
}

#[tokio::test]
async fn what_cannot_get_better_is_not_repeated() {
    use ErrorKind::*;
    assert_eq!(fails(Reply::no_money()).await, NoMoney);
    assert_eq!(fails(Reply::bad_key()).await, BadKey);
    assert_eq!(fails(Reply::error(403, "forbidden", json!(null))).await, BadKey);
    assert_eq!(fails(Reply::unknown_model()).await, UnknownModel);
    assert_eq!(fails(Reply::error(400, "invalid_request_error", json!("context_length_exceeded"))).await, Refused);
    assert_eq!(fails(Reply::status(302, "").with_header("location", "http://169.254.169.254/")).await, Refused);
    assert_eq!(fails(Reply::malformed()).await, Nonsense);
    assert_eq!(fails(Reply::raw("application/json", &[b"{\"choices\": ["])).await, Nonsense);
    assert_eq!(fails(Reply::raw("text/html", &[b"<html>hello</html>"])).await, Nonsense);
    assert_eq!(fails(Reply::raw("text/event-stream", &[b"data: {oops\n\ndata: [DONE]\n\n"])).await, Nonsense);
    assert_eq!(fails(Reply::text(&"x".repeat(300 << 10))).await, Nonsense);
    assert_eq!(fails(Reply::text("Уже показано").cut()).await, Unavailable);
    assert_eq!(fails(Reply::text("Уже").failing(json!({"message": "temperature", "code": 400}))).await, Refused);
    assert_eq!(fails(Reply::text("Уже показано").failing(json!({"message": "x", "code": 502}))).await, Unavailable);
    assert_eq!(fails(Reply::empty().failing(json!({"code": "insufficient_quota"}))).await, NoMoney);
    assert_eq!(fails(Reply::text("Уже показано").stalling()).await, Timeout);
}

#[tokio::test]
async fn passing_trouble_is_waited_out() {
    let passing = [
        Reply::broken(),
        Reply::drop(),
        Reply::too_many("0.05"),
        Reply::error(429, "requests", json!(null)).with_header("retry-after-ms", "30"),
        Reply::status(503, "<html>"),
        Reply::empty().cut(),
        Reply::calls(&[("handoff", "{\"reason\":\"x\"}")]).cut(),
        Reply::empty().without_done().finishing(None),
        Reply::empty().failing(json!("overloaded")),
        Reply::raw("text/event-stream", &[b"data: {\"choices\":[{\"delta\":{\"role\":\"assis"]),
    ];
    for reply in passing {
        let (server, client) = scene([reply.clone(), reply.clone(), Reply::text("Да")]).await;
        let (shown, answer) = ask(&client, &server).await;
        assert_eq!(answer.unwrap_or_else(|error| panic!("{reply:?}: {error}")).text, "Да");
        assert_eq!((shown.len(), server.chats().len()), (1, 3), "{reply:?}");
    }
}

#[tokio::test]
async fn it_is_repeated_three_times_and_no_more() {
    let (server, client) = scene([]).await;
    for (reply, kind) in [(Reply::broken(), ErrorKind::Unavailable), (Reply::too_many("0"), ErrorKind::RateLimited)] {
        let before = server.chats().len();
        server.otherwise(reply);
        assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, kind);
        assert_eq!(server.chats().len() - before, 4);
    }
    server.listen(false);
    assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, ErrorKind::Unavailable);
}

#[tokio::test]
async fn the_server_is_not_asked_before_the_time_it_names() {
    let (server, client) = scene([Reply::too_many("1"), Reply::text("Да")]).await;
    assert!(ask(&client, &server).await.1.is_ok());
    let asked = server.chats();
    assert!(asked[1].at - asked[0].at >= Duration::from_secs(1));

    // Longer than the deadline: told at once.
    server.queue(Reply::too_many("18446744073709551615"));
    let begun = Instant::now();
    assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, ErrorKind::RateLimited);
    assert!(begun.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn no_call_outlives_its_deadline() {
    for reply in
        [Reply::hang(), Reply::text("a b c d e f g h i j k l m n o p").paced(Duration::from_millis(200)), Reply::too_many("0")]
    {
        let (server, client) = scene([]).await;
        server.otherwise(reply.clone());
        let begun = Instant::now();
        let request = ChatRequest { deadline: begun + Duration::from_millis(1_200), ..request(0) };
        let error = client.chat(&access(&server), request, Arc::new(|_| {})).await.unwrap_err();
        assert!(matches!(error.kind, ErrorKind::Timeout | ErrorKind::RateLimited), "{reply:?}: {error:?}");
        assert!(begun.elapsed() < Duration::from_millis(2_500), "{reply:?}: {:?}", begun.elapsed());
    }
}

#[tokio::test]
async fn a_dropped_call_ends_at_the_server() {
    let gate = Gate::new();
    let (server, client) =
        scene([Reply::text("Да").held_by(&gate), Reply::text("a b c").paced(Duration::from_millis(100)).stalling()]).await;
    for _ in 0..2 {
        let call = tokio::spawn(client.chat(&access(&server), request(10), Arc::new(|_| {})));
        let before = server.chats().len();
        server.asked(before.max(1)).await;
        tokio::time::sleep(Duration::from_millis(150)).await;
        call.abort();
        server.until("the client to leave", || server.chats().last().filter(|ask| ask.gone).cloned()).await;
    }
    gate.open();
}

#[tokio::test]
async fn a_server_in_trouble_is_left_alone() {
    let server = OpenAi::start().await;
    let open_for = Duration::from_millis(600);
    let client = Client::with(CallLimits { open_after: 5, open_for, ..limits() }).unwrap();
    server.otherwise(Reply::text("Уже показано").cut());
    for _ in 0..5 {
        assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, ErrorKind::Unavailable);
    }
    let opened = Instant::now();
    assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, ErrorKind::CircuitOpen);
    assert_eq!(server.chats().len(), 5);
    let other_key = Access { api_key: Secret::new("sk-other".into()), ..access(&server) };
    assert_eq!(client.chat(&other_key, request(5), Arc::new(|_| {})).await.unwrap_err().kind, ErrorKind::Unavailable);

    tokio::time::sleep(open_for.saturating_sub(opened.elapsed())).await;
    assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, ErrorKind::Unavailable, "the probe");
    assert_eq!(ask(&client, &server).await.1.unwrap_err().kind, ErrorKind::CircuitOpen);
    server.otherwise(Reply::text("Да"));
    assert_eq!(client.check(&access(&server), "gpt-test").await, Ok(()), "a person sees that it works again");
    assert_eq!(ask(&client, &server).await.1.unwrap().text, "Да");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_know_neither_the_key_nor_what_was_said() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || writer.clone()).finish();
    let _listening = tracing::subscriber::set_default(lines);
    let words = "Уже показано";
    let replies = [
        Reply::text(words),
        Reply::malformed(),
        Reply::text(words).cut(),
        Reply::text(words).failing(json!(words)),
        Reply::status(400, words),
        Reply::status(401, json!({"error": {"message": "Incorrect API key provided: sk-secret-key", "code": "sk-secret-key"}})),
        Reply::status(500, words),
        Reply::raw("text/event-stream", &["data: {\"Уже показано\": oops}\n\n".as_bytes()]),
        Reply::raw("text/event-stream", &["data: \"Уже показано\"\n\n".as_bytes()]),
        Reply::raw("application/json", &["[\"Уже показано\"]".as_bytes()]),
    ];
    for reply in replies {
        let (server, client) = scene([]).await;
        server.otherwise(reply);
        let _ = ask(&client, &server).await;
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the model is asked again"), "the instrument itself");
    for secret in ["sk-secret", "Сәлем", words, "You sell houses", "oops"] {
        let line = log.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret}");
    }
}
