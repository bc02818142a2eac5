//! Two processes: refused on one SQLite file, one hub on PostgreSQL, with Redis or without.

mod acts;
mod balanced;
mod signals;

use serde_json::json;

use crate::support::postgres::redis_url;
use crate::support::proxy::Proxy;
use crate::support::world::TOKEN;
use crate::support::{Backend, Feed, Hub, World, run};

#[test]
fn a_second_process_on_the_same_file_is_refused() {
    run(Backend::Sqlite, |backend| async move {
        let hub = Hub::start(backend, &[]).await;
        let owner = hub.api().owner("a@a.kz", "A").await;
        let second = hub.twin(&[]);
        second.spawn();
        second.wait_end().await;
        assert!(!second.exited().unwrap().success());
        let log = second.log();
        assert!(log.contains("data/switchboard.db"), "the line does not say what is taken: {log}");
        owner.me().await;
        hub.kill();
        // The lock died with its holder.
        second.restart().await;
        second.api().with_token(owner.token()).me().await;
    });
}

#[test]
fn two_nodes_are_one_hub() {
    run(Backend::Postgres, |backend| async move {
        let redis = redis_url();
        let world = World::with(backend, "webhook", &[("REDIS_URL", &redis)]).await;
        let other = world.hub.twin(&[("PUBLIC_URL", &world.hub.url())]);
        other.restart().await;
        let there = other.api().with_token(world.owner.token());
        let far = Feed::open(&other.url(), world.owner.token()).await;
        let person = world.customer(501, "A");
        let conversation = world.begin(&person, "by the first node").await;
        far.message("by the first node").await;
        // The answer goes in at the second node; one node delivers it, once.
        let message = there.answer(conversation, "by the second node").await;
        world.feed.status(message["id"].as_i64().unwrap(), "sent").await;
        assert_eq!(world.telegram.screen_of(501).len(), 1);
        // Webhooks at either node: one conversation, one order.
        let (url, secret) = world.telegram.registered(TOKEN).await;
        let elsewhere = url.replace(&world.hub.port.to_string(), &other.port.to_string());
        for n in 0..20 {
            let update = json!({"update_id": 50 + n, "message": {"message_id": 9000 + n, "date": 1, "text": format!("n{n}"),
                "chat": {"id": 501, "type": "private"}, "from": {"id": 501, "is_bot": false, "first_name": "A"}}});
            let to = if n % 2 == 0 { &url } else { &elsewhere };
            assert_eq!(world.telegram.post(to, secret.as_deref(), update.to_string()).await, 200);
        }
        world.feed.message("n19").await;
        far.message("n19").await;
        let texts = |feed: &Feed| {
            let frames = feed.durable();
            let texts = frames.iter().filter(|f| f["type"] == "message.created");
            texts.filter_map(|f| f["data"]["text"].as_str().map(str::to_string)).collect::<Vec<_>>()
        };
        assert_eq!(texts(&world.feed), texts(&far), "both screens show the same");
        // A logout counts everywhere.
        let colleague = world.owner.invite("operator", "d@stroika.kz", "D").await;
        let feed = Feed::open(&other.url(), colleague.token()).await;
        colleague.ask(reqwest::Method::POST, "/api/auth/logout", None).await.expect(204);
        assert_eq!(feed.socket.end().await, 4401);
        // The first node dies: the second goes on alone.
        world.hub.kill();
        let update = json!({"update_id": 99, "message": {"message_id": 9999, "date": 1, "text": "alone",
            "chat": {"id": 501, "type": "private"}, "from": {"id": 501, "is_bot": false, "first_name": "A"}}});
        let mut status = 0;
        for _ in 0..100 {
            status = world.telegram.post(&elsewhere, secret.as_deref(), update.to_string()).await;
            if status == 200 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        assert_eq!(status, 200);
        far.message("alone").await;
        there.answer(conversation, "taken over").await;
        world.telegram.shown(501, "taken over").await;
    });
}

#[test]
fn without_redis_the_nodes_only_get_slower() {
    run(Backend::Postgres, |backend| async move {
        let redis = url::Url::parse(&redis_url()).expect("TEST_REDIS_URL is a URL");
        let server = format!("{}:{}", redis.host_str().unwrap(), redis.port().unwrap_or(6379));
        let proxy = Proxy::start(server.parse().expect("an address, not a name")).await.unwrap();
        let through = format!("redis://{}/", proxy.address);
        let world = World::with(backend, "webhook", &[("REDIS_URL", &through)]).await;
        let other = world.hub.twin(&[("PUBLIC_URL", &world.hub.url())]);
        other.restart().await;
        let far = Feed::open(&other.url(), world.owner.token()).await;
        let person = world.customer(501, "R");
        world.begin(&person, "with redis").await;
        far.message("with redis").await;
        for (outage, break_it) in [("cut", Proxy::cut as fn(&Proxy)), ("silent", Proxy::half_open)] {
            break_it(&proxy);
            let text = format!("while redis is {outage}");
            person.says(&text);
            world.feed.message(&text).await;
            far.message(&text).await;
            proxy.heal();
            let text = format!("after {outage}");
            person.says(&text);
            far.message(&text).await;
        }
        far.durable();
    });
}
