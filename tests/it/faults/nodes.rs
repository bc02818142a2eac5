//! Two nodes, and one of them stands still (R3), Redis goes (R5), or one after the other is restarted under load (R15).

use std::collections::{BTreeMap, HashMap};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::json;

use super::outbound::{insist, settle};
use super::{Crowd, differences, people, stored};
use crate::support::cluster::figure;
use crate::support::dice::rounds;
use crate::support::openai::{OpenAi, Reply};
use crate::support::world::TOKEN;
use crate::support::{Cluster, Deed, Dice, Feed, eventually, postgres, run_for};

/// Longer than a lease lasts and the other node needs to take over.
const PAUSE: Duration = Duration::from_secs(9);

/// So many pauses more are tried while the fence was not needed yet.
const MORE_CYCLES: usize = 8;

/// R3: whoever was paused past its lease finds somebody else in its place: nothing is said twice.
async fn paused_owners(short: usize) {
    let cycles = rounds("FAULT_CYCLES", short);
    let mut dice = Dice::new();
    let model = OpenAi::start().await;
    model.rule(|ask| Some(Reply::text(&format!("re: {}", ask.last_line())).after(Duration::from_secs(3))));
    let url = model.url();
    let settings = [("OPENAI_API_KEY", "sk-test"), ("OPENAI_BASE_URL", url.as_str()), ("AI_DAILY_BUDGET", "1000")];
    let cluster = Cluster::with_redis("webhook", &settings).await;
    let world = &cluster.world;
    let (url, secret) = world.telegram.registered(TOKEN).await;
    let say = |at_other: bool, chat: i64, n: i64, text: String| {
        let update = json!({"update_id": chat * 1_000 + n, "message": {"message_id": n, "date": 1, "text": text,
            "chat": {"id": chat, "type": "private"}, "from": {"id": chat, "is_bot": false, "first_name": format!("C{chat}")}}});
        let (cluster, url, secret) = (&cluster, &url, &secret);
        async move { assert_eq!(cluster.post(at_other, url, secret.as_deref(), &update).await, 200) }
    };
    // Half are answered by the agent, half by a person.
    let (asking, answered): (Vec<i64>, Vec<i64>) = ((20_000..20_012).collect(), (21_000..21_012).collect());
    let mut conversations = Vec::new();
    for chat in &answered {
        say(false, *chat, 1, format!("hello from {chat}")).await;
        let frame = world.feed.message(&format!("hello from {chat}")).await;
        conversations.push(frame["conversation_id"].as_i64().unwrap());
        insist(&world.owner, conversations[conversations.len() - 1], "I am a person").await;
    }
    let fences = || async {
        figure(&world.hub, "switchboard_fenced_writes_total").await
            + figure(&cluster.other, "switchboard_fenced_writes_total").await
    };
    let mut expected: Vec<(i64, String)> = Vec::new();
    // Who wakes may learn that its slot is gone before it tries to write: then there is nothing to fence, and it is paused again.
    for cycle in 0..cycles + MORE_CYCLES {
        if cycle >= cycles && fences().await > 0 {
            break;
        }
        let stop_other = cycle % 2 == 1;
        let (victim, runs) = if stop_other { (&cluster.other, &world.owner) } else { (&world.hub, &cluster.there) };
        for _ in 0..12 {
            world.telegram.script("sendMessage", 1, Deed::Slow(Duration::from_millis(dice.between(5, 400))));
        }
        for chat in &asking {
            let text = format!("question {cycle} of {chat}");
            say(!stop_other, *chat, 100 + cycle as i64, text.clone()).await;
            expected.push((*chat, format!("re: {text}")));
        }
        for (chat, conversation) in answered.iter().zip(&conversations) {
            let text = format!("answer {cycle} in {conversation}");
            insist(runs, *conversation, &text).await;
            expected.push((*chat, text));
        }
        tokio::time::sleep(Duration::from_millis(dice.between(50, 2_500))).await;
        victim.signal("STOP");
        tokio::time::sleep(PAUSE).await;
        victim.signal("CONT");
        for (chat, text) in &expected {
            world
                .telegram
                .until(text, || world.telegram.screen_of(*chat).iter().any(|c| c.text().contains(text.as_str())).then_some(()))
                .await;
        }
        cluster.shared().await;
    }
    world.telegram.behave();
    let statuses = settle(world, &conversations).await;
    let times = |chat: i64, text: &str| world.telegram.screen_of(chat).iter().filter(|c| c.text().contains(text)).count();
    let doubled: Vec<_> = expected.iter().filter(|(chat, text)| times(*chat, text) != 1).collect();
    let uncertain = statuses.iter().filter(|(_, status)| status == "uncertain").count();
    let fenced = fences().await;
    println!(
        "R3 seed {}: at least {cycles} pauses, {} sends, {} turns asked, {fenced} fenced writes, {uncertain} uncertain, {} not once",
        dice.seed,
        expected.len(),
        model.chats().len(),
        doubled.len()
    );
    assert!(doubled.is_empty(), "seed {}: {doubled:#?}", dice.seed);
    assert!(fenced > 0, "the fence was never needed: nothing is proven");
}

#[test]
fn paused() {
    if postgres::wanted() {
        run_for(Duration::from_secs(3000), paused_owners(2));
    }
}

/// A Redis of our own, to be killed.
struct Redis {
    port: u16,
    child: Child,
}

impl Redis {
    fn start(port: u16) -> Redis {
        let arguments = ["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
        let child = Command::new("redis-server").args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        Redis { port, child: child.expect("redis-server starts") }
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// R5: Redis is flushed and killed under load. Nothing is lost, and the screens of the other node show everything in order.
async fn redis_goes(short: usize) {
    let kills = rounds("FAULT_KILLS", short);
    let mut dice = Dice::new();
    let port = std::net::TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
    let mut redis = Redis::start(port);
    let address = format!("redis://127.0.0.1:{port}/");
    let cluster = Cluster::start("webhook", &[("REDIS_URL", &address)]).await;
    let world = &cluster.world;
    let people = people(world, 12);
    let crowd = Crowd::start(people.clone(), 40, dice.seed);
    for _ in 0..kills {
        tokio::time::sleep(Duration::from_millis(dice.between(300, 1_500))).await;
        let client = redis::Client::open(address.as_str()).expect("an address");
        if let Ok(mut open) = client.get_multiplexed_async_connection().await {
            let _ = redis::cmd("FLUSHALL").query_async::<()>(&mut open).await;
        }
        tokio::time::sleep(Duration::from_millis(dice.between(300, 1_500))).await;
        redis.kill();
        tokio::time::sleep(Duration::from_millis(dice.between(300, 2_000))).await;
        redis = Redis::start(redis.port);
    }
    redis.kill();
    let (said, rate) = crowd.stop().await;
    world.telegram.all_acknowledged().await;
    let total: usize = said.iter().sum();
    let texts = |feed: &Feed| {
        let frames = feed.durable();
        let texts = frames.iter().filter(|f| f["type"] == "message.created");
        texts.filter_map(|f| f["data"]["text"].as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let start = Instant::now();
    for feed in [&world.feed, &cluster.far] {
        eventually("every message on the screen", || async { (texts(feed).len() == total).then_some(()) }).await;
    }
    println!(
        "R5 seed {}: Redis flushed and killed {kills} times, {total} messages at {rate:.0}/s, the last shown {} ms after the crowd fell silent",
        dice.seed,
        start.elapsed().as_millis()
    );
    assert_eq!(texts(&world.feed), texts(&cluster.far), "both screens show the same");
    let wrong = differences("stored", &people, &said, &stored(world, &people).await);
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", dice.seed);
}

#[test]
fn redis_killed() {
    if postgres::wanted() {
        run_for(Duration::from_secs(1800), redis_goes(3));
    }
}

/// R15: one node after the other is restarted while customers write and operators answer.
async fn rolling_restarts(short: usize) {
    let restarts = rounds("FAULT_RESTARTS", short);
    let mut dice = Dice::new();
    let cluster = Cluster::with_redis("webhook", &[]).await;
    let world = &cluster.world;
    world.telegram.balance(world.hub.port, cluster.other.port);
    let people = people(world, 16);
    let mut conversations = Vec::new();
    for person in &people {
        conversations.push(world.begin(person, &format!("{} #0", person.name)).await);
    }
    let quiet = world.telegram.deliveries().len();
    let crowd = Crowd::start_at(people.clone(), 40, dice.seed, 1);
    let mut expected = Vec::new();
    let mut slowest = Duration::ZERO;
    for round in 0..restarts {
        for _ in 0..16 {
            world.telegram.script("sendMessage", 1, Deed::Slow(Duration::from_millis(dice.between(5, 300))));
        }
        let hub = cluster.both()[round % 2];
        let api = if round % 2 == 0 { &cluster.there } else { &world.owner };
        let mut writers = Vec::new();
        for (person, conversation) in people.iter().zip(&conversations) {
            let text = format!("answer {round} in {conversation}");
            expected.push((person.id, text.clone()));
            let (api, conversation) = (api.clone(), *conversation);
            writers.push(tokio::spawn(async move { insist(&api, conversation, &text).await }));
        }
        tokio::time::sleep(Duration::from_millis(dice.between(5, 500))).await;
        let (status, took) = hub.terminate().await;
        assert!(status.success(), "the drain ended with {status}\n{}", hub.log());
        slowest = slowest.max(took);
        hub.restart().await;
        for writer in writers {
            writer.await.expect("an acknowledged send");
        }
        cluster.shared().await;
    }
    let (said, rate) = crowd.stop().await;
    world.telegram.all_acknowledged().await;
    world.telegram.behave();
    let statuses = settle(world, &conversations).await;
    let deliveries = world.telegram.deliveries();
    let mut failed: BTreeMap<u16, usize> = BTreeMap::new();
    let attempts = deliveries[quiet..].iter().flat_map(|d| &d.attempts).filter(|status| **status != 200);
    attempts.for_each(|status| *failed.entry(*status).or_default() += 1);
    let mut ends: HashMap<&str, usize> = HashMap::new();
    statuses.iter().for_each(|(_, status)| *ends.entry(status).or_default() += 1);
    let times = |chat: i64, text: &str| world.telegram.screen_of(chat).iter().filter(|c| c.text() == text).count();
    let doubled: Vec<_> = expected.iter().filter(|(chat, text)| times(*chat, text) != 1).collect();
    println!(
        "R15 seed {}: {restarts} restarts, {} webhooks at {rate:.0}/s of which failed, by status, {failed:?}, {} sends {ends:?}, the slowest drain {} ms",
        dice.seed,
        deliveries.len() - quiet,
        expected.len(),
        slowest.as_millis()
    );
    assert!(failed.is_empty(), "webhooks failed: {failed:?}");
    assert_eq!(ends.get("uncertain"), None);
    assert!(doubled.is_empty(), "seed {}: {doubled:#?}", dice.seed);
    let wrong = differences("stored", &people, &said, &stored(world, &people).await);
    assert!(wrong.is_empty(), "seed {}: {wrong:#?}", dice.seed);
}

#[test]
fn rolling() {
    if postgres::wanted() {
        run_for(Duration::from_secs(1800), rolling_restarts(4));
    }
}
