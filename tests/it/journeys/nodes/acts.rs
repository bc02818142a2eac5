//! Two nodes look, one acts: conversations, polls, turns, timers.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::openai::{OpenAi, Reply};
use crate::support::world::TOKEN;
use crate::support::{Backend, Cluster, Deed, World, eventually, run};

/// The parts of an album of a new customer come to both nodes at the same moment.
#[test]
fn a_newcomers_album_is_one_conversation() {
    run(Backend::Postgres, |_| async {
        let cluster = Cluster::with_redis("webhook", &[]).await;
        let (url, secret) = cluster.world.telegram.registered(TOKEN).await;
        for newcomer in 0..8 {
            let chat = 7_000 + newcomer;
            let photo = |n: i64| {
                let file = cluster.world.telegram.store_file(&format!("{chat}-{n}.jpg"), b"a photo");
                json!({"update_id": chat * 100 + n, "message": {"message_id": n, "date": 1, "media_group_id": format!("g{chat}"),
                    "photo": [{"file_id": file, "file_unique_id": format!("u{file}"), "width": 90, "height": 90, "file_size": 7}],
                    "chat": {"id": chat, "type": "private"},
                    "from": {"id": chat, "is_bot": false, "first_name": format!("N{chat}")}}})
            };
            let album: Vec<Value> = (1..=10).map(photo).collect();
            let posts = album.iter().enumerate().map(|(n, update)| {
                let (cluster, url, secret) = (&cluster, url.clone(), secret.clone());
                async move {
                    // Whom one node turns away comes again, as Telegram does.
                    while cluster.post(n % 2 == 1, &url, secret.as_deref(), update).await != 200 {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                }
            });
            join_all(posts).await;
            let all = cluster.world.owner.conversations("status=any&limit=200").await;
            let name = format!("N{chat}");
            let theirs: Vec<&Value> = all.iter().filter(|c| c["customer"]["name"] == name.as_str()).collect();
            assert_eq!(theirs.len(), 1, "{theirs:#?}");
            let messages = cluster.there.messages(theirs[0]["id"].as_i64().unwrap()).await;
            assert_eq!(messages.iter().filter(|m| m["direction"] == "in").count(), 10, "{messages:#?}");
        }
    });
}

#[test]
fn one_node_polls_and_the_other_takes_over() {
    run(Backend::Postgres, |_| async {
        let cluster = Cluster::with_redis("polling", &[]).await;
        let world = &cluster.world;
        let person = world.customer(501, "P");
        for n in 0..10 {
            person.says(&format!("m{n}"));
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        world.telegram.all_acknowledged().await;
        // Over the rebalancing too: whoever had polled alone gave the bot up between two polls.
        let conflicts = || world.telegram.calls_of("getUpdates").iter().filter(|call| call.answered == Some(409)).count();
        assert_eq!(conflicts(), 0, "two nodes polled at once");
        let poller = eventually("somebody to poll", || async {
            for hub in cluster.both() {
                if cluster.polls(hub).await {
                    return Some(hub);
                }
            }
            None
        })
        .await;
        let survivor = cluster.both().into_iter().find(|hub| hub.port != poller.port).unwrap();
        let at = Instant::now();
        poller.kill();
        person.says("after the kill");
        world.telegram.all_acknowledged().await;
        println!("a killed poller's bot was polled again after {:.1} s", at.elapsed().as_secs_f64());
        // The dead one's last poll is told so by the double, and nobody else's.
        assert!(conflicts() <= 1);
        let there = survivor.api().with_token(world.owner.token());
        let all = there.conversations("status=any").await;
        let messages = there.messages(all[0]["id"].as_i64().unwrap()).await;
        let texts: Vec<&str> = messages.iter().filter_map(|m| m["text"].as_str()).collect();
        let wanted: Vec<String> = (0..10).map(|n| format!("m{n}")).chain(["after the kill".to_owned()]).collect();
        assert_eq!(texts, wanted);
    });
}

#[test]
fn a_turn_is_asked_and_paid_once() {
    run(Backend::Postgres, |_| async {
        let model = OpenAi::start().await;
        model.rule(|ask| Some(Reply::text(&format!("answer to {}", ask.last_line())).after(Duration::from_secs(5))));
        let url = model.url();
        let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
        let cluster = Cluster::with_redis("webhook", &settings).await;
        let (url, secret) = cluster.world.telegram.registered(TOKEN).await;
        for chat in 601..=608 {
            let update = json!({"update_id": chat, "message": {"message_id": 1, "date": 1, "text": format!("question {chat}"),
                "chat": {"id": chat, "type": "private"}, "from": {"id": chat, "is_bot": false, "first_name": format!("Q{chat}")}}});
            assert_eq!(cluster.post(chat % 2 == 0, &url, secret.as_deref(), &update).await, 200);
        }
        for chat in 601..=608 {
            cluster
                .world
                .telegram
                .until("an answer", || {
                    cluster
                        .world
                        .telegram
                        .screen_of(chat)
                        .iter()
                        .any(|call| call.text().contains(&format!("question {chat}")))
                        .then_some(())
                })
                .await;
        }
        assert_eq!(model.chats().len(), 8, "each question was asked once");
        let runs = cluster.world.hub.count("SELECT COUNT(*) FROM agent_runs").await;
        let paid = cluster.world.hub.count("SELECT SUM(runs)::bigint FROM ai_spend").await;
        assert_eq!((runs, paid), (8, 8), "each turn was paid once");
        for chat in 601..=608 {
            assert_eq!(cluster.world.telegram.screen_of(chat).len(), 1, "chat {chat}");
        }
    });
}

/// A node is killed while it fetches a customer's file: the other fetches it when the lease of the job ends.
#[test]
fn a_dead_nodes_jobs_are_taken_up() {
    run(Backend::Postgres, |_| async {
        let world = World::with(Backend::Postgres, "webhook", &[]).await;
        world.telegram.script("getFile", 1, Deed::Hang);
        let file = world.telegram.store_file("plan.pdf", b"%PDF-1.4 the plan");
        world.customer(501, "J").document(&file, "plan.pdf", "application/pdf", 17);
        world.telegram.called("getFile", 1).await;
        let other = world.hub.twin(&[("PUBLIC_URL", &world.hub.url())]);
        other.restart().await;
        let held = "SELECT COUNT(*) FROM jobs WHERE kind = 'fetch_media' AND state = 'running'";
        assert_eq!(world.hub.count(held).await, 1, "the first node is still at it");
        let at = Instant::now();
        world.hub.kill();
        let there = other.api().with_token(world.owner.token());
        let all = there.conversations("status=any").await;
        let conversation = all[0]["id"].as_i64().expect("a conversation");
        eventually("the file", || async {
            let messages = there.messages(conversation).await;
            (messages[0]["attachments"][0]["status"] == "ready").then_some(())
        })
        .await;
        let took = at.elapsed();
        println!("a killed node's job was done by the other after {:.1} s", took.as_secs_f64());
        assert!(took < Duration::from_secs(30), "{took:?}");
        assert_eq!(world.telegram.calls_of("getFile").len(), 2, "asked once by each");
    });
}

#[test]
fn each_timer_fires_once() {
    run(Backend::Postgres, |_| async {
        let cluster = Cluster::with_redis("webhook", &[]).await;
        let world = &cluster.world;
        let mut conversations = vec![];
        for n in 0..16 {
            conversations.push(world.begin(&world.customer(800 + n, &format!("T{n}")), &format!("hi {n}")).await);
        }
        let until = chrono::Utc::now() + chrono::Duration::seconds(3);
        for (n, conversation) in conversations.iter().enumerate() {
            let api = if n % 2 == 0 { &world.owner } else { &cluster.there };
            let body = json!({"status": "snoozed", "until": until.to_rfc3339()});
            api.ask(reqwest::Method::POST, &format!("/api/conversations/{conversation}/status"), Some(body)).await.expect(200);
        }
        let head = world.hub.count("SELECT MAX(seq) FROM events").await;
        eventually("all timers to have fired", || async {
            (world.hub.count("SELECT COUNT(*) FROM timers").await == 0).then_some(())
        })
        .await;
        tokio::time::sleep(Duration::from_secs(2)).await;
        for conversation in &conversations {
            let fired = format!("SELECT COUNT(*) FROM events WHERE conversation_id = {conversation} AND seq > {head}");
            assert_eq!(world.hub.count(&fired).await, 1, "conversation {conversation}");
            let shown = cluster.there.get(&format!("/api/conversations/{conversation}")).await;
            assert_eq!(shown["status"], "open", "{shown}");
        }
    });
}
