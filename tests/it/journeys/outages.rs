//! The database goes away and comes back: 503 meanwhile, nothing acknowledged is lost.

use std::process::Command;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::postgres::Database;
use crate::support::proxy::Proxy;
use crate::support::world::{TOKEN, add_telegram};
use crate::support::{Backend, Feed, Hub, Telegram, Visitor, World, eventually, on_both_databases, run};

#[test]
fn an_unreachable_postgres_is_503_and_heals() {
    run(Backend::Postgres, |_| async {
        let database = Database::create().await;
        let proxy = Proxy::start(database.server()).await.unwrap();
        let telegram = Telegram::start().await;
        telegram.bot(TOKEN, "b");
        let url = database.url_via(proxy.address);
        let settings = [("TELEGRAM_API_URL", telegram.url()), ("DATABASE_URL", url)];
        let settings: Vec<_> = settings.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let hub = Hub::start(Backend::Postgres, &settings).await;
        let owner = hub.api().owner("a@a.kz", "A").await;
        add_telegram(&owner, TOKEN, "webhook").await;
        let (webhook, secret) = telegram.registered(TOKEN).await;
        let feed = Feed::open(&hub.url(), owner.token()).await;
        let person = telegram.person(TOKEN, 1, "P");
        person.says("before");
        let conversation = feed.message("before").await["conversation_id"].as_i64().unwrap();
        let cursor = feed.cursor();
        for (outage, break_it) in [("cut", Proxy::cut as fn(&Proxy)), ("silent", Proxy::half_open)] {
            break_it(&proxy);
            person.says(&format!("during {outage}"));
            let path = format!("/api/conversations/{conversation}/messages");
            let refused = owner.post(&path, json!({"text": "x"})).await;
            assert_eq!(refused.status, 503, "{outage}: {}", refused.body);
            assert!(!refused.header("retry-after").is_empty());
            let body = json!({"update_id": 1}).to_string();
            assert_eq!(telegram.post(&webhook, secret.as_deref(), body).await, 503, "{outage}: acknowledged");
            // What was said of the health just before holds for a second.
            tokio::time::sleep(Duration::from_millis(1100)).await;
            let health = hub.api().ask(Method::GET, "/api/health", None).await;
            assert_eq!(health.status, 503, "{outage}");
            proxy.heal();
            eventually("a healthy hub", || async {
                let health = hub.api().ask(Method::GET, "/api/health", None).await;
                (health.status == 200).then_some(())
            })
            .await;
            telegram.all_acknowledged().await;
        }
        assert!(hub.exited().is_none(), "the hub gave up");
        let feed = Feed::resume(&hub.url(), owner.token(), &cursor).await;
        feed.message("during cut").await;
        feed.message("during silent").await;
        let incoming = owner.messages(conversation).await;
        assert_eq!(incoming.iter().filter(|m| m["direction"] == "in").count(), 3, "{incoming:#?}");
    });
}

/// Every connection is at work: whoever waits for one is told so, and not when one comes free some time.
#[test]
fn who_finds_no_connection_is_told_503_in_time() {
    run(Backend::Postgres, |backend| async move {
        let world = World::new(backend).await;
        let conversation = world.begin(&world.customer(501, "A"), "hi").await;
        let path = format!("/api/conversations/{conversation}/messages");
        // A read waits two seconds for this lock, with one of the six connections in its hands.
        let locked =
            world.hub.database.as_ref().expect("a database").hold("LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE").await;
        let begun = Instant::now();
        let (reads, writes) = tokio::join!(
            join_all((0..40).map(|_| world.owner.ask(Method::GET, "/api/conversations", None))),
            join_all((0..20).map(|n| world.owner.post(&path, json!({"text": format!("n{n}"), "note": true})))),
        );
        // If they had waited for each other, the reads alone would have taken a quarter of a minute.
        let took = begun.elapsed();
        assert!(took < Duration::from_secs(8), "{took:?}");
        for answer in reads.into_iter().chain(writes) {
            assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
            answer.refused(503, "overloaded");
        }
        drop(locked);
        eventually("answers again", || async {
            let read = world.owner.ask(Method::GET, "/api/conversations", None).await;
            let written = world.owner.post(&path, json!({"text": "again", "note": true})).await;
            (read.status == 200 && written.status == 201).then_some(())
        })
        .await;
    });
}

/// The page sends again and again; that makes nobody one of those who begin too much.
#[test]
fn an_outage_locks_no_visitor_out() {
    run(Backend::Postgres, |_| async {
        let database = Database::create().await;
        let proxy = Proxy::start(database.server()).await.unwrap();
        let url = database.url_via(proxy.address);
        let hub = Hub::start(Backend::Postgres, &[("DATABASE_URL", &url)]).await;
        let key = hub.api().owner("a@a.kz", "A").await.webchat_key().await;
        let visitor = Visitor::come(&hub.url(), &key, Value::Null, &[("x-forwarded-for", "203.0.113.9")]).await;
        proxy.cut();
        for _ in 0..5 {
            let nack = visitor.says("c1", "hello").await;
            assert_eq!(nack["problem"]["status"], 503, "{nack}");
        }
        proxy.heal();
        let ack = eventually("the message is taken", || async {
            let said = visitor.says("c1", "hello").await;
            assert_ne!(said["problem"]["status"], 429, "{said}");
            (said["type"] == "ack").then_some(said)
        })
        .await;
        assert_eq!(ack["message"]["text"], "hello");
    });
}

/// A small file system of its own, so that "disk full" is real.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(at: &std::path::Path, size: &str) -> SmallDisk {
        std::fs::create_dir_all(at).unwrap();
        let size = format!("size={size}");
        let status = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(at).status();
        assert!(status.is_ok_and(|s| s.success()), "mounting a tmpfs needs root, as `make test` has it");
        SmallDisk(at.into())
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_full_disk_is_503_and_heals() {
    run(Backend::Sqlite, |backend| async move {
        let telegram = Telegram::start().await;
        telegram.bot(TOKEN, "b");
        let hub = Hub::prepare(backend, &[("TELEGRAM_API_URL", &telegram.url())]).await;
        let data = hub.dir.join("data");
        let _disk = SmallDisk::mount(&data, "12m");
        hub.restart().await;
        let owner = hub.api().owner("a@a.kz", "A").await;
        add_telegram(&owner, TOKEN, "webhook").await;
        telegram.registered(TOKEN).await;
        let feed = Feed::open(&hub.url(), owner.token()).await;
        let person = telegram.person(TOKEN, 1, "P");
        person.says("before");
        let conversation = feed.message("before").await["conversation_id"].as_i64().unwrap();
        let ballast = data.join("ballast");
        let fill = || {
            use std::io::Write;
            let mut file = std::fs::File::options().create(true).append(true).open(&ballast).unwrap();
            while file.write_all(&[0; 4096]).is_ok() {}
        };
        fill();
        let path = format!("/api/conversations/{conversation}/messages");
        let long = "x".repeat(3_000);
        let mut refused = 0;
        for n in 0..200 {
            person.says(&format!("full {n} {long}"));
            let answer = owner.post(&path, json!({"text": format!("{n} {long}"), "note": true})).await;
            if answer.status == 503 {
                refused += 1;
                if refused >= 3 {
                    break;
                }
            } else {
                answer.expect(201);
            }
            fill();
        }
        assert!(refused >= 3, "a full disk refused {refused} writes");
        let health = hub.api().ask(Method::GET, "/api/health", None).await;
        assert_eq!(health.status, 503);
        std::fs::remove_file(&ballast).unwrap();
        eventually("a healthy hub", || async {
            let health = hub.api().ask(Method::GET, "/api/health", None).await;
            (health.status == 200).then_some(())
        })
        .await;
        telegram.all_acknowledged().await;
        let stored = owner.messages(conversation).await;
        let said = telegram.deliveries().len();
        assert_eq!(stored.iter().filter(|m| m["direction"] == "in").count(), said);
        tokio::time::sleep(Duration::from_millis(50)).await;
        hub.kill();
        hub.restart().await;
        assert_eq!(owner.messages(conversation).await.len(), stored.len());
    });
}

async fn an_upload_finds_the_disk_full_and_later_room(backend: Backend) {
    let mut hub = Hub::prepare(backend, &[]).await;
    let files = hub.dir.join("small");
    let _disk = SmallDisk::mount(&files, "1m");
    hub.set("STORAGE", files.to_str().unwrap());
    hub.restart().await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let refused = owner.upload("big.bin", "application/octet-stream", vec![7; 3 << 20]).await;
    assert!(!refused.header("retry-after").is_empty(), "{refused:?}");
    refused.refused(503, "overloaded");
    // What was half written is gone.
    owner.upload("small.bin", "application/octet-stream", vec![7; 700 << 10]).await.expect(201);
}

on_both_databases!(an_upload_finds_the_disk_full_and_later_room);
