//! A bot without a webhook: `getUpdates`, confirmed only after the commit.

use crate::support::world::{TOKEN, World};
use crate::support::{Backend, Deed, Feed, Hub, Telegram, eventually, on_both_databases};

async fn updates_are_fetched_and_confirmed(backend: Backend) {
    let world = World::with(backend, "polling", &[]).await;
    let person = world.customer(501, "P");
    let conversation = world.begin(&person, "by polling").await;
    world.telegram.all_acknowledged().await;
    let message = world.owner.answer(conversation, "and back").await;
    world.telegram.shown(501, "and back").await;
    world.feed.status(message["id"].as_i64().unwrap(), "sent").await;
    assert!(world.telegram.webhook(TOKEN).is_none());
}

async fn nothing_is_lost_over_a_kill(backend: Backend) {
    let world = World::with(backend, "polling", &[]).await;
    let person = world.customer(502, "K");
    let conversation = world.begin(&person, "m0").await;
    for n in 1..=40 {
        person.says(&format!("m{n}"));
        if n % 10 == 0 {
            world.hub.kill();
            world.hub.restart().await;
        }
    }
    world.telegram.all_acknowledged().await;
    let messages = world.owner.messages(conversation).await;
    let texts: Vec<&str> = messages.iter().filter_map(|m| m["text"].as_str()).collect();
    let wanted: Vec<String> = (0..=40).map(|n| format!("m{n}")).collect();
    assert_eq!(texts, wanted);
}

async fn a_hiccup_of_the_provider_heals(backend: Backend) {
    let world = World::with(backend, "polling", &[]).await;
    let person = world.customer(503, "H");
    world.begin(&person, "before").await;
    world.telegram.script("getUpdates", 1, Deed::OWN_500);
    world.telegram.script("getUpdates", 1, Deed::Drop);
    world.telegram.script("getUpdates", 1, Deed::TooMany(1));
    person.says("during");
    world.feed.message("during").await;
    world.telegram.listen(false);
    person.says("away");
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    world.telegram.listen(true);
    world.feed.message("away").await;
}

async fn the_mode_can_be_changed(backend: Backend) {
    let world = World::with(backend, "polling", &[]).await;
    let person = world.customer(504, "M");
    world.begin(&person, "polled").await;
    let path = format!("/api/channels/{}", world.channel);
    world.owner.patch(&path, serde_json::json!({"mode": "webhook"})).await.expect(200);
    world.telegram.registered(TOKEN).await;
    person.says("pushed");
    world.feed.message("pushed").await;
    world.owner.patch(&path, serde_json::json!({"mode": "polling"})).await.expect(200);
    world.telegram.until("no webhook", || world.telegram.webhook(TOKEN).is_none().then_some(())).await;
    person.says("polled again");
    world.feed.message("polled again").await;
}

async fn a_token_among_the_settings_is_a_channel(backend: Backend) {
    let telegram = Telegram::start().await;
    telegram.bot(TOKEN, "stroika_bot");
    let settings = [("TELEGRAM_API_URL", telegram.url()), ("TELEGRAM_TOKEN", TOKEN.to_owned())];
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let hub = Hub::start(backend, &settings).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let channels = || async {
        let all = owner.get("/api/channels").await["channels"].as_array().expect("channels").clone();
        all.into_iter().filter(|c| c["kind"] == "telegram").collect::<Vec<_>>()
    };
    eventually("a healthy bot", || async { (channels().await.first()?["health"]["state"] == "ok").then_some(()) }).await;
    let feed = Feed::open(&hub.url(), owner.token()).await;
    let person = telegram.person(TOKEN, 505, "T");
    person.says("no channel was made by hand");
    feed.message("no channel was made by hand").await;
    // The second start finds it.
    hub.kill();
    hub.restart().await;
    person.says("again");
    telegram.all_acknowledged().await;
    assert_eq!(channels().await.len(), 1);
    assert_eq!(owner.get("/api/conversations").await["conversations"].as_array().map(Vec::len), Some(1));
}

on_both_databases!(
    a_token_among_the_settings_is_a_channel,
    updates_are_fetched_and_confirmed,
    nothing_is_lost_over_a_kill,
    a_hiccup_of_the_provider_heals,
    the_mode_can_be_changed,
);
