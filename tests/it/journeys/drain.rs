//! SIGTERM under load, and rest: nothing lost, nothing uncertain, everything revived.

use std::time::Duration;

use serde_json::Value;

use crate::support::api::id;
use crate::support::{Backend, Feed, World, on_both_databases};

async fn a_drain_loses_nothing(backend: Backend) {
    let world = World::new(backend).await;
    let people: Vec<_> = (0..10).map(|n| world.customer(700 + n, &format!("P{n}"))).collect();
    let mut conversations = Vec::new();
    for person in &people {
        conversations.push(world.begin(person, &format!("hello from {}", person.name)).await);
    }
    let cursor = world.feed.cursor();
    let load = {
        let people = people.clone();
        let (owner, conversations) = (world.owner.clone(), conversations.clone());
        tokio::spawn(async move {
            let mut sent = Vec::new();
            for n in 0..600 {
                people[n % people.len()].says(&format!("load {n}"));
                if n % 20 == 0 {
                    let body = serde_json::json!({"text": format!("answer {n}")});
                    let path = format!("/api/conversations/{}/messages", conversations[n % people.len()]);
                    let request = owner.request(reqwest::Method::POST, &path).json(&body);
                    if let Ok(answer) = owner.send(request).await
                        && answer.status == 201
                    {
                        sent.push(id(&answer.body));
                    }
                }
                tokio::time::sleep(Duration::from_millis(4)).await;
            }
            sent
        })
    };
    tokio::time::sleep(Duration::from_millis(700)).await;
    let (status, took) = world.hub.terminate().await;
    assert!(status.success(), "the drain ended with {status}\n{}", world.hub.log());
    assert!(took <= Duration::from_secs(10), "the drain took {took:?}");
    assert_eq!(world.feed.socket.end().await, 1012, "sockets are told: restarting");
    world.hub.restart().await;
    let accepted = load.await.unwrap();
    world.telegram.all_acknowledged().await;
    let mut texts = Vec::new();
    for conversation in &conversations {
        for message in world.owner.messages(*conversation).await {
            assert_ne!(message["status"], "uncertain", "{message}");
            texts.push(message["text"].as_str().unwrap_or_default().to_string());
        }
    }
    for n in 0..600 {
        assert_eq!(texts.iter().filter(|t| **t == format!("load {n}")).count(), 1, "load {n}");
    }
    let feed = Feed::resume(&world.hub.url(), world.owner.token(), &cursor).await;
    for message in accepted {
        feed.status(message, "sent").await;
    }
}

async fn the_sleeping_wake_up(backend: Backend) {
    // More conversations than anyone keeps awake, then each is spoken to again.
    let world = World::new(backend).await;
    let people: Vec<_> = (0..60).map(|n| world.customer(8000 + n, &format!("S{n}"))).collect();
    for round in 0..2 {
        for person in &people {
            person.says(&format!("{} round {round}", person.name));
        }
        world.telegram.all_acknowledged().await;
        // Over a kill nothing of an actor's memory is left.
        world.hub.kill();
        world.hub.restart().await;
    }
    let all = world.owner.conversations("limit=200&status=any").await;
    assert_eq!(all.len(), 60);
    for conversation in &all[..10] {
        let name = conversation["customer"]["name"].as_str().unwrap();
        let messages = world.owner.messages(id(conversation)).await;
        let texts: Vec<&Value> = messages.iter().map(|m| &m["text"]).collect();
        assert_eq!(texts, [&format!("{name} round 0"), &format!("{name} round 1")]);
        let answer = world.owner.answer(id(conversation), &format!("hello {name}")).await;
        world.status(id(conversation), id(&answer), "sent").await;
    }
}

on_both_databases!(a_drain_loses_nothing, the_sleeping_wake_up);
