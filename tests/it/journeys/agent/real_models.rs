//! The agent with a real small model and a real speech server, which `make test-models` brings: what no double knows is whether
//! real servers take what we send and whether we read what they answer.
//!
//! A model of 135 million parameters says what it likes, and on a busy machine it may say it too late. Asked here is how its
//! turns end: with an answer or with a hand-over that names a reason, and at least once with an answer.

use reqwest::multipart::{Form, Part};
use serde_json::Value;

use crate::support::front::{Front, Passed};
use crate::support::{Api, Backend, Feed, Hub, eventually, on_both_databases};

/// The first turn reads the whole prompt, which may take longer than a turn may; the server remembers it for the next one.
const ATTEMPTS: usize = 5;

fn setting(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| panic!("{name} is not set (`make test-models` does)"))
}

struct Office {
    front: Front,
    hub: Hub,
    owner: Api,
    feed: Feed,
}

#[derive(Debug)]
enum End {
    /// The agent's message.
    Answer(Value),
    /// What the operators are told.
    HandOver(Value),
}

impl Office {
    async fn open(backend: Backend) -> Office {
        let front = Front::start(&setting("TEST_MODELS_CHAT_URL"), &setting("TEST_MODELS_SPEECH_URL")).await;
        let (url, model, ears) = (front.url(), setting("TEST_MODELS_CHAT_MODEL"), setting("TEST_MODELS_SPEECH_MODEL"));
        let settings = [
            ("OPENAI_API_KEY", "none-is-asked-for"),
            ("OPENAI_BASE_URL", url.as_str()),
            ("OPENAI_MODEL", model.as_str()),
            ("OPENAI_TRANSCRIBE_MODEL", ears.as_str()),
            ("AI_DAILY_BUDGET", "1000"),
        ];
        let hub = Hub::start(backend, &settings).await;
        let owner = hub.api().owner("manager@houses.kz", "Wooden Houses").await;
        let feed = Feed::open(&hub.url(), owner.token()).await;
        Office { front, hub, owner, feed }
    }

    /// Says it in `/api/chat` and waits for the turn's end, which always comes.
    async fn turn(&self, form: Form) -> (i64, End) {
        // What it still does for a turn that is over is not this turn's time.
        self.front.idle().await;
        let begun = std::time::Instant::now();
        let request = self.owner.request(reqwest::Method::POST, "/api/chat").multipart(form);
        let said = self.owner.send(request).await.expect("an answer").expect(200);
        let conversation = said["conversation_id"].as_i64().expect("a conversation");
        let end = eventually("the turn's end", || async {
            let all = self.owner.messages(conversation).await;
            let handed = all.iter().find(|m| m["payload"]["event"] == "handed_over").map(|m| End::HandOver(m["payload"].clone()));
            handed.or_else(|| all.into_iter().find(|m| m["direction"] == "out").map(End::Answer))
        })
        .await;
        println!("after {:.1?}, {}: {end:?}", begun.elapsed(), said["status"]);
        if let End::HandOver(told) = &end {
            assert!(told["why"].as_str().is_some_and(|why| !why.is_empty()), "{told}");
            assert!(told["note"].as_str().is_some_and(|note| !note.is_empty()), "{told}");
        }
        (conversation, end)
    }

    /// No server has complained about a request.
    fn nothing_was_refused(&self) {
        for passed in self.front.passed() {
            assert!(passed.status.is_none_or(|status| status == 200), "{passed:#?}");
            if passed.is_chat() {
                assert!(passed.asked["tools"].as_array().is_some_and(|tools| !tools.is_empty()), "our tools: {passed:#?}");
                assert_eq!(passed.asked["stream"], true);
            }
        }
    }
}

fn text(user: &str, text: &str) -> Form {
    Form::new().text("user_id", user.to_owned()).text("text", text.to_owned())
}

async fn a_text_is_answered(backend: Backend) {
    let office = Office::open(backend).await;
    let mut answered = None;
    for attempt in 0..ATTEMPTS {
        let (_, end) = office.turn(text(&format!("client_{attempt}"), "Hello! Do you build wooden houses?")).await;
        office.nothing_was_refused();
        if let End::Answer(message) = end {
            answered = Some(message);
            break;
        }
    }
    let message = answered.unwrap_or_else(|| panic!("{ATTEMPTS} turns and no answer\n{}", office.hub.log()));
    let words = message["text"].as_str().unwrap_or_default();
    assert!(!words.trim().is_empty(), "{message}");
    assert_eq!(message["author"]["type"], "agent", "{message}");
    // Where it comes from: the run, its model, its tokens, its version.
    let run = message["agent_run_id"].as_i64().expect("a run");
    let run = office.owner.get(&format!("/api/agent-runs/{run}")).await;
    assert_eq!((run["state"].as_str(), run["reply"].as_str()), (Some("answered"), Some(words)), "{run}");
    assert_eq!(run["model"], setting("TEST_MODELS_CHAT_MODEL"), "{run}");
    for number in ["tokens_in", "tokens_out", "latency_ms", "agent_version"] {
        assert!(run[number].as_i64().is_some_and(|n| n > 0), "{number}: {run}");
    }
    // It came in pieces with comments between them, and grew on the operators' screens.
    let stream = office.front.passed().into_iter().rfind(Passed::is_chat).expect("a chat").answered;
    assert!(stream.matches("data: {").count() > 2 && stream.contains("[DONE]"), "{stream}");
    assert!(stream.contains(": ping"), "the server has not pinged: {stream}");
    let shown = office.feed.message(words).await;
    assert_eq!(shown["data"]["id"], message["id"], "{shown}");
    let signs = office.feed.socket.frames();
    assert!(signs.iter().any(|f| f["type"] == "message.draft" && f["text"].is_string()), "no draft was shown");
}

async fn a_recording_is_heard(backend: Backend) {
    let office = Office::open(backend).await;
    // The second time the model knows the prompt.
    for user in ["client_1", "client_2"] {
        if matches!(heard(&office, user).await, End::Answer(_)) {
            break;
        }
    }
}

async fn heard(office: &Office, user: &str) -> End {
    let before = office.front.passed().len();
    let note = std::fs::read(setting("TEST_MODELS_VOICE")).expect("a voice note");
    let part = Part::bytes(note).file_name("note.ogg");
    let (conversation, end) = office.turn(Form::new().text("user_id", user.to_owned()).part("audio_file", part)).await;
    // Perhaps later than the turn's end: then people read it.
    let file = eventually("the transcript", || async {
        let all = office.owner.messages(conversation).await;
        let voice = all.into_iter().find(|m| m["kind"] == "voice")?;
        let file = voice["attachments"][0].clone();
        file["transcript"].is_string().then_some(file)
    })
    .await;
    let words = file["transcript"].as_str().unwrap_or_default().to_lowercase();
    assert!(["test order", "main street", "monday"].iter().any(|heard| words.contains(heard)), "{file}");
    assert_eq!(file["transcript_state"], "done", "{file}");
    office.nothing_was_refused();
    let passed = office.front.passed().split_off(before);
    assert!(passed.iter().any(|p| p.path.ends_with("/audio/transcriptions") && p.status == Some(200)), "{passed:#?}");
    match (&end, passed.iter().rfind(|p| p.is_chat())) {
        (_, Some(chat)) => {
            let told = chat.asked["messages"].to_string().to_lowercase();
            assert!(told.contains(words.trim_end_matches('.')), "the model reads what was said: {told}");
        }
        (End::HandOver(told), None) => assert_eq!(told["why"], "voice", "{told}"),
        (End::Answer(message), None) => panic!("an answer of nobody: {message}"),
    }
    end
}

/// The model is made to call a tool; its own arguments, our result and the history of both go back to it.
async fn a_called_tool_and_its_result_are_taken(backend: Backend) {
    let office = Office::open(backend).await;
    let after_a_tool = |passed: &Passed| passed.roles().ends_with(&["assistant", "tool"]) && passed.status == Some(200);
    for attempt in 0..ATTEMPTS {
        office.front.force("update_customer");
        office.turn(text(&format!("client_{attempt}"), "My name is John, my e-mail is john@example.com.")).await;
        office.nothing_was_refused();
        if office.front.passed().iter().any(after_a_tool) {
            break;
        }
    }
    let passed = office.front.passed();
    let second = passed.iter().find(|passed| after_a_tool(passed)).unwrap_or_else(|| panic!("no call of a tool: {passed:#?}"));
    let messages = second.asked["messages"].as_array().expect("messages");
    let (call, result) = (&messages[messages.len() - 2]["tool_calls"][0], &messages[messages.len() - 1]);
    assert_eq!(call["function"]["name"], "update_customer", "{call}");
    assert_eq!(result["tool_call_id"], call["id"], "{result}");
}

on_both_databases!(
    #[ignore = "wants a model and a speech server: make test-models"]
    a_text_is_answered,
    #[ignore = "wants a model and a speech server: make test-models"]
    a_recording_is_heard,
    #[ignore = "wants a model and a speech server: make test-models"]
    a_called_tool_and_its_result_are_taken,
);
