//! Two nodes behind nginx, as the compose profile `cluster` has them: one address, whichever node is there.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use crate::support::api::PASSWORD;
use crate::support::cluster::figure;
use crate::support::hub::free_port;
use crate::support::nginx::Nginx;
use crate::support::postgres::redis_url;
use crate::support::world::TOKEN;
use crate::support::{Api, Backend, Feed, Hub, Visitor, World, eventually, run};

fn texts(feed: &Feed) -> Vec<String> {
    let frames = feed.durable();
    let created = frames.iter().filter(|frame| frame["type"] == "message.created");
    created.filter_map(|frame| frame["data"]["text"].as_str().map(str::to_owned)).collect()
}

/// How many messages came in at this node.
async fn taken(hub: &Hub) -> u64 {
    figure(hub, "switchboard_inbound_total{channel=\"telegram\",outcome=\"stored\"}").await
}

#[test]
fn nginx_is_one_address_before_both() {
    run(Backend::Postgres, |backend| async move {
        let port = free_port();
        let (address, redis) = (format!("http://127.0.0.1:{port}"), redis_url());
        let world = World::with(backend, "webhook", &[("PUBLIC_URL", &address), ("REDIS_URL", &redis)]).await;
        let other = world.hub.twin(&[]);
        other.restart().await;
        let _nginx = Nginx::start(port, [world.hub.port, other.port]).await;

        // A browser signs in: its Origin is ours, although the node listens elsewhere.
        let front = Api::new(address.clone());
        let form = format!("username=owner%40stroika.kz&password={}", PASSWORD.replace(' ', "+"));
        let request = front.request(Method::POST, "/api/auth/login").header("origin", &address);
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(form);
        let signed_in = front.send(request).await.expect("an answer");
        assert!(signed_in.headers.contains_key("set-cookie"), "{signed_in:?}");
        let owner = front.with_token(signed_in.expect(200)["access_token"].as_str().expect("a token"));
        // The upgrade passes, and screens at all three addresses show what comes to the one webhook.
        let through = Feed::open(&address, owner.token()).await;
        let far = Feed::open(&other.url(), owner.token()).await;
        let (webhook, _) = world.telegram.registered(TOKEN).await;
        assert!(webhook.starts_with(&address), "{webhook}");
        let person = world.customer(501, "A");
        person.says("hello");
        let conversation = through.message("hello").await["conversation_id"].as_i64().expect("a conversation");
        for feed in [&world.feed, &far] {
            feed.message("hello").await;
        }
        for answer in ["one", "two", "three", "four"] {
            owner.answer(conversation, answer).await;
            world.telegram.shown(501, answer).await;
        }
        // What a chat page sends, and files larger than nginx's own limit of a megabyte.
        let key = owner.webchat_key().await;
        let visitor = Visitor::open(&address, &key).await;
        assert_eq!(visitor.says("v1", "from the site").await["type"], "ack");
        far.message("from the site").await;
        owner.upload("plan.bin", "application/octet-stream", vec![7; 5 << 20]).await.expect(201);

        // Both nodes take webhooks; one is killed in the middle, and whoever writes does not notice.
        let people: Vec<_> = (0..10).map(|n| world.customer(600 + n, &format!("P{n}"))).collect();
        let before = world.telegram.deliveries().len();
        let (mut said, begun) = (vec![], Instant::now());
        let cursor = through.cursor();
        for round in 0..30 {
            if round == 15 {
                for hub in [&world.hub, &other] {
                    assert!(taken(hub).await > 0, "the node at {} took none", hub.port);
                }
                world.hub.kill();
            }
            for person in &people {
                let text = format!("{} {round}", person.name);
                person.says(&text);
                said.push(text);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        world.telegram.all_acknowledged().await;
        println!("{} webhooks through nginx in {} ms, one node killed among them", said.len(), begun.elapsed().as_millis());
        let deliveries = world.telegram.deliveries();
        let attempts = deliveries[before..].iter().flat_map(|delivery| &delivery.attempts);
        let failed: Vec<u16> = attempts.copied().filter(|status| *status != 200).collect();
        assert_eq!(failed, Vec::<u16>::new(), "nginx asks the other node");
        // The screen comes back where it was, whichever node it was at.
        let back = Feed::resume(&address, owner.token(), &cursor).await;
        // Whose last words come last to a screen is open: people write side by side.
        for feed in [&far, &back] {
            for last in &said[said.len() - people.len()..] {
                feed.message(last).await;
            }
        }
        let mut shown = texts(&back);
        for person in &people {
            let of = |all: &[String]| {
                all.iter().filter(|text| text.starts_with(&format!("{} ", person.name))).cloned().collect::<Vec<_>>()
            };
            assert_eq!(of(&shown), of(&said), "in order, once");
        }
        shown.sort();
        said.sort();
        assert_eq!(shown, said);
        // Who was with the dead node signs in, answers and is answered by the other.
        let owner = front.signed_in("owner@stroika.kz").await;
        owner.answer(conversation, "still here").await;
        world.telegram.shown(501, "still here").await;
        // A node that is back gets its share.
        world.hub.restart().await;
        eventually("requests at the node that is back", || async {
            person.says("and again");
            (taken(&world.hub).await > 0).then_some(())
        })
        .await;
        let health = owner.get("/api/health").await;
        assert_eq!(health["status"], json!("healthy"), "{health}");
    });
}
