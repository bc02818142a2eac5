//! R2: kill -9 around sends. What the provider carried out and we did not hear of is marked
//! uncertain; nothing is sent twice by itself, nothing is silently lost.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use serde_json::json;

use super::people;
use crate::support::dice::rounds;
use crate::support::{Api, Backend, Deed, Dice, World, run_for};

/// Sends until it is acknowledged: the key makes the repeats harmless.
pub(super) async fn insist(api: &Api, conversation: i64, text: &str) {
    let path = format!("/api/conversations/{conversation}/messages");
    loop {
        let request = api
            .request(reqwest::Method::POST, &path)
            .timeout(Duration::from_secs(5))
            .header("idempotency-key", text)
            .json(&json!({"text": text}));
        match api.send(request).await {
            Ok(answer) if answer.status == 201 || answer.status == 200 => return,
            Ok(answer) if matches!(answer.status, 429 | 503) => {}
            Ok(answer) => panic!("{text} was answered {} {}", answer.status, answer.body),
            Err(_) => {}
        }
        tokio::time::sleep(Duration::from_millis(30)).await;
    }
}

async fn kills_around_sends(backend: Backend, short: usize) {
    let kills = rounds("FAULT_KILLS", short);
    let mut dice = Dice::new();
    let world = World::new(backend).await;
    let people = people(&world, 24);
    let mut conversations = Vec::new();
    for person in &people {
        conversations.push(world.begin(person, &format!("hello from {}", person.name)).await);
    }
    let mut expected = Vec::new();
    for round in 0..kills {
        // Slow answers keep many sends between their two marks when the kill comes.
        for _ in 0..24 {
            world.telegram.script("sendMessage", 1, Deed::Slow(Duration::from_millis(dice.between(5, 120))));
        }
        let mut writers = Vec::new();
        for conversation in &conversations {
            let text = format!("answer {round} in {conversation}");
            expected.push((*conversation, text.clone()));
            let (api, conversation) = (world.owner.clone(), *conversation);
            writers.push(tokio::spawn(async move { insist(&api, conversation, &text).await }));
        }
        tokio::time::sleep(Duration::from_millis(dice.between(5, 350))).await;
        world.hub.kill();
        world.hub.restart().await;
        for writer in writers {
            writer.await.expect("an acknowledged send");
        }
    }
    world.telegram.behave();
    let statuses = settle(&world, &conversations).await;

    let mut wrong = Vec::new();
    let mut count: HashMap<&str, usize> = HashMap::new();
    for (conversation, text) in &expected {
        let chat = people[conversations.iter().position(|c| c == conversation).unwrap()].id;
        let performed = world.telegram.screen_of(chat).iter().filter(|c| c.text() == text).count();
        let found: Vec<&String> = statuses.iter().filter(|(t, _)| t == text).map(|(_, s)| s).collect();
        match found[..] {
            [status] => {
                *count.entry(status.as_str()).or_default() += 1;
                let right = match status.as_str() {
                    "sent" => performed == 1,
                    "uncertain" => performed <= 1,
                    _ => false,
                };
                if !right {
                    wrong.push(format!("{text}: {status}, and the customer has it {performed} times"));
                }
            }
            _ => wrong.push(format!("{text}: stored {} times", found.len())),
        }
    }
    for person in &people {
        let seen: Vec<String> = world.telegram.screen_of(person.id).iter().map(|c| c.text().into()).collect();
        let round = |text: &String| text.split(' ').nth(1).and_then(|n| n.parse::<usize>().ok());
        if seen.windows(2).any(|pair| round(&pair[0]) > round(&pair[1])) {
            wrong.push(format!("{}: out of order: {seen:?}", person.name));
        }
    }
    println!("R2 {backend:?} seed {}: {kills} kills, {} sends, {count:?}, {} wrong", dice.seed, expected.len(), wrong.len());
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", dice.seed);
}

/// Waits until nothing is on its way any more; an uncertain head may hold its successors for 30 s.
pub(super) async fn settle(world: &World, conversations: &[i64]) -> Vec<(String, String)> {
    let deadline = Instant::now() + Duration::from_secs(900);
    loop {
        let mut all = Vec::new();
        for conversation in conversations {
            for message in world.owner.messages(*conversation).await {
                if message["direction"] == "out" {
                    let field = |name: &str| message[name].as_str().unwrap_or_default().to_string();
                    all.push((field("text"), field("status")));
                }
            }
        }
        let moving = all.iter().filter(|(_, s)| s == "queued" || s == "sending").count();
        if moving == 0 {
            return all;
        }
        assert!(Instant::now() < deadline, "{moving} sends never end: {all:#?}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

#[test]
fn sqlite() {
    run_for(Duration::from_secs(2400), kills_around_sends(Backend::Sqlite, 12));
}

#[test]
fn postgres() {
    if crate::support::postgres::wanted() {
        run_for(Duration::from_secs(2400), kills_around_sends(Backend::Postgres, 6));
    }
}
