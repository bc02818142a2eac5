//! Clients that vanish in the middle of a write, then kill -9: what was acknowledged is stored
//! exactly once, and a retry with the same key never doubles.

use std::collections::HashMap;
use std::time::Duration;

use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::dice::rounds;
use crate::support::{Api, Backend, Dice, World, run_for};

/// Writes the request by hand and breaks the line after some of its bytes.
async fn torn(api: &Api, conversation: i64, text: &str, share: u64) {
    let body = json!({"text": text, "note": true}).to_string();
    let host = api.base.trim_start_matches("http://");
    let request = format!(
        "POST /api/conversations/{conversation}/messages HTTP/1.1\r\nhost: {host}\r\n\
         authorization: Bearer {}\r\ncontent-type: application/json\r\nidempotency-key: {text}\r\n\
         content-length: {}\r\n\r\n{body}",
        api.token(),
        body.len()
    );
    let bytes = &request.as_bytes()[..request.len() * share as usize / 100];
    if let Ok(mut stream) = TcpStream::connect(host).await {
        let _ = stream.write_all(bytes).await;
        let _ = stream.set_zero_linger();
    }
}

async fn vanishing_clients(backend: Backend, short: usize) {
    let writes = rounds("FAULT_WRITES", short).max(100);
    let mut dice = Dice::new();
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let path = format!("/api/conversations/{conversation}/messages");
    let mut acked = Vec::new();
    for n in 0..writes {
        let text = format!("note {n}");
        if dice.between(0, 3) == 0 {
            torn(&world.owner, conversation, &text, dice.between(10, 101)).await;
        } else {
            let body = json!({"text": text, "note": true});
            let request = world.owner.request(reqwest::Method::POST, &path);
            let request = request.header("idempotency-key", &text).json(&body);
            let patience = Duration::from_micros(dice.between(200, 30_000));
            let answer = tokio::time::timeout(patience, world.owner.send(request)).await;
            if matches!(answer, Ok(Ok(answer)) if answer.status == 201) {
                acked.push(text);
            }
        }
        if n % (writes / 4) == writes / 8 {
            world.hub.kill();
            world.hub.restart().await;
        }
    }
    world.hub.kill();
    world.hub.restart().await;
    let count = async || {
        let mut count: HashMap<String, usize> = HashMap::new();
        for message in world.owner.messages(conversation).await {
            *count.entry(message["text"].as_str().unwrap_or_default().into()).or_default() += 1;
        }
        count
    };
    let before = count().await;
    let stored = before.len() - 1;
    for text in &acked {
        assert_eq!(before.get(text), Some(&1), "seed {}: {text} was acknowledged", dice.seed);
    }
    let acked = acked.len();
    assert!(acked > writes / 20, "only {acked} of {writes} were patient enough to say anything");
    // Everyone comes back and insists.
    for n in 0..writes {
        let text = format!("note {n}");
        let body = json!({"text": text, "note": true});
        let answer = world.owner.say_once(conversation, &text, body).await;
        assert!(matches!(answer.status, 200 | 201), "{} {}", answer.status, answer.body);
    }
    let after = count().await;
    let doubled: Vec<_> = after.iter().filter(|(_, n)| **n > 1).collect();
    println!(
        "aborted {backend:?} seed {}: {writes} writes, {acked} acknowledged, {stored} stored before the retries, \
         {} after, {} doubled",
        dice.seed,
        after.len() - 1,
        doubled.len()
    );
    assert!(doubled.is_empty(), "seed {}: {doubled:?}", dice.seed);
    assert_eq!(after.len() - 1, writes);
}

#[test]
fn sqlite() {
    run_for(Duration::from_secs(900), vanishing_clients(Backend::Sqlite, 1000));
}

#[test]
fn postgres() {
    if crate::support::postgres::wanted() {
        run_for(Duration::from_secs(900), vanishing_clients(Backend::Postgres, 1000));
    }
}
