//! What a bot's description says of an agent, against a small Telegram over real HTTP.
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use super::double::*;
use super::until;
use crate::connectors::ports::{AgentOf, Ports};

#[actix_web::test]
async fn a_bot_says_beforehand_that_an_agent_answers_and_takes_it_back() {
    let (telegram, url) = telegram();
    let (database, hub) = (Database::new("webhook").await, Arc::new(Hub::default()));
    let own = |field: &str, text: &str| json!({ "ok": true, "result": { field: text } });
    say(&telegram, "getMyDescription", 200, own("description", "We build houses."));
    say(&telegram, "getMyShortDescription", 200, own("short_description", ""));
    let answers = Arc::new(Mutex::new("agent"));
    let read = answers.clone();
    let agent_of: AgentOf = Arc::new(move |_| {
        let settings = json!({ "answers_first": *read.lock().expect("lock"), "languages": ["en"] });
        Box::pin(std::future::ready(serde_json::from_value(settings).ok()))
    });
    let connectors = start(Ports { agent_of, ..ports(&database, &hub) }, &url);
    until("a short description", || count(&telegram, "setMyShortDescription") == 1).await;
    let said = last(&telegram, "setMyDescription")["description"].as_str().expect("text").to_owned();
    assert!(said.starts_with("We build houses.\n") && said.contains("ИИ") && said.contains("ЖИ"), "{said}");
    let short = last(&telegram, "setMyShortDescription")["short_description"].as_str().expect("text").to_owned();
    assert!(short.contains("AI assistant"), "{short}");
    *answers.lock().expect("lock") = "people";
    say(&telegram, "getMyDescription", 200, own("description", &said));
    say(&telegram, "getMyShortDescription", 200, own("short_description", &short));
    connectors.changed(CHANNEL).await;
    until("the short description is taken back", || count(&telegram, "setMyShortDescription") == 2).await;
    assert_eq!(last(&telegram, "setMyDescription")["description"], "We build houses.");
    assert_eq!(last(&telegram, "setMyShortDescription")["short_description"], "");
    connectors.changed(CHANNEL).await;
    assert_eq!(database.text("SELECT health_state FROM channels"), "ok", "nothing depends on it");
    connectors.drain(Duration::from_secs(1)).await;
}
