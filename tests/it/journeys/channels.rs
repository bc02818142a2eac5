//! Channels: what their health says, and that they heal by themselves.

use reqwest::Method;
use serde_json::json;

use crate::support::api::{PASSWORD, id};
use crate::support::world::{TOKEN, World, add_telegram};
use crate::support::{Backend, Deed, Hub, Telegram, on_both_databases};

async fn a_token_is_all_it_takes(backend: Backend) {
    let world = World::new(backend).await;
    let channel = world.health("ok").await;
    assert_eq!(channel["kind"], "telegram");
    assert_eq!(channel["status"], "active");
    assert_eq!(channel["username"], "stroika_bot");
    assert_eq!(channel["token_hint"], "…abcd");
    let all = format!("{:?}", world.owner.channels().await);
    assert!(!all.contains(TOKEN) && !all.contains("AAtestToken"), "a secret was answered");
    let kinds: Vec<_> = world.owner.channels().await.iter().map(|c| c["kind"].clone()).collect();
    for kind in ["webchat", "api", "telegram"] {
        assert!(kinds.contains(&json!(kind)), "{kinds:?}");
    }
    assert!(!world.telegram.calls_of("getMe").is_empty());
    world.owner.ask(Method::POST, &format!("/api/channels/{}/check", world.channel), None).await.expect(200);
}

async fn a_wrong_token_is_said_at_once(backend: Backend) {
    let world = World::new(backend).await;
    let body = json!({"kind": "telegram", "name": "x", "token": "1:unknown", "mode": "webhook"});
    let answer = world.owner.post("/api/channels", body).await;
    let told = answer.expect(422);
    let reason = json!({"code": "bot_token_refused", "params": {"words": "Unauthorized"}});
    assert_eq!(told["fields"], json!({"token": reason}), "{told}");
    assert!(told["errors"]["token"].as_str().is_some_and(|text| text.ends_with("Unauthorized")), "the provider's words: {told}");
    let all = world.owner.channels().await;
    assert!(all.iter().all(|channel| channel["name"] != "x"), "it was made all the same: {all:?}");
    // A new token for a channel that works is asked about first, too: the old one goes on.
    let path = format!("/api/channels/{}", world.channel);
    let told = world.owner.patch(&path, json!({"token": "1:unknown"})).await.expect(422);
    assert_eq!(told["fields"]["token"]["code"], "bot_token_refused");
    assert_eq!(world.health("ok").await["token_hint"], "…abcd");
}

async fn nobody_guesses_tokens_with_our_hands(backend: Backend) {
    let world = World::new(backend).await;
    let path = format!("/api/channels/{}", world.channel);
    let body = json!({"kind": "telegram", "name": "x", "token": "1:unknown", "mode": "webhook"});
    // One comes back every two seconds: of a hundred tries on end some are refused, of either kind, and none of those goes out.
    for is_new in [true, false] {
        let mut refused = 0;
        for _ in 0..100 {
            let asked = world.telegram.calls_of("getMe").len();
            let answer = match is_new {
                true => world.owner.post("/api/channels", body.clone()).await,
                false => world.owner.patch(&path, json!({"token": "1:unknown"})).await,
            };
            if answer.status == 429 {
                answer.refused(429, "rate_limited");
                assert_eq!(world.telegram.calls_of("getMe").len(), asked, "the provider was asked all the same");
                refused += 1;
                break;
            }
            answer.expect(422);
        }
        assert_eq!(refused, 1, "a hundred tokens were tried");
    }
    world.owner.patch(&path, json!({"name": "Shop"})).await.expect(200);
}

async fn an_outage_of_the_provider_heals(backend: Backend) {
    let telegram = Telegram::start().await;
    telegram.bot(TOKEN, "stroika_bot");
    telegram.listen(false);
    let hub = Hub::start(backend, &[("TELEGRAM_API_URL", &telegram.url())]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let channel = add_telegram(&owner, TOKEN, "webhook").await;
    let path = format!("/api/channels/{channel}");
    crate::support::eventually("retrying", || async { (owner.get(&path).await["health"]["state"] == "retrying").then_some(()) })
        .await;
    telegram.listen(true);
    telegram.registered(TOKEN).await;
    crate::support::eventually("healthy again", || async { (owner.get(&path).await["health"]["state"] == "ok").then_some(()) })
        .await;
}

async fn a_revoked_token_stops_the_channel_and_a_new_one_heals_it(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(501, "V");
    let conversation = world.begin(&person, "hi").await;
    world.telegram.revoke(TOKEN, true);
    let message = world.owner.answer(conversation, "nobody lets me").await;
    let channel = world.health("unauthorized").await;
    assert!(channel["health"]["detail"].as_str().is_some_and(|text| text.contains("Unauthorized")));
    // What the provider has refused is shown as failed once that is stored, which may be after the channel is known to be shut out.
    let failed = world.status(conversation, id(&message), "failed").await;
    assert_eq!(failed["error"]["code"], "channel_unauthorized");
    let fresh = "4242:AAanotherTokenOfTheSameBot-wxyz";
    world.telegram.bot(fresh, "stroika_bot");
    let path = format!("/api/channels/{}", world.channel);
    let changed = world.owner.patch(&path, json!({"token": fresh})).await.expect(200);
    assert_eq!(changed["token_hint"], "…wxyz");
    world.health("ok").await;
    world.telegram.registered(fresh).await;
    let path = format!("/api/messages/{}/resend", id(&message));
    world.owner.ask(Method::POST, &path, None).await.expect(201);
    world.telegram.shown(501, "nobody lets me").await;
}

async fn disabling_and_deleting(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(502, "D");
    let conversation = world.begin(&person, "hi").await;
    let path = format!("/api/channels/{}", world.channel);
    let off = world.owner.patch(&path, json!({"enabled": false})).await.expect(200);
    assert_eq!(off["status"], "disabled");
    world.health("disabled").await;
    world.owner.patch(&path, json!({"enabled": true})).await.expect(200);
    world.health("ok").await;
    person.says("on again");
    world.feed.message("on again").await;
    world.owner.delete(&path).await.expect(204);
    world.owner.ask(Method::GET, &path, None).await.refused(404, "not_found");
    // The past stays readable.
    assert_eq!(world.owner.messages(conversation).await.len(), 2);
}

async fn a_lost_webhook_is_set_again(backend: Backend) {
    let world = World::new(backend).await;
    world.telegram.script("setWebhook", 1, Deed::Refuse(400, "Bad Request: bad webhook: HTTPS url must be provided"));
    let check = format!("/api/channels/{}/check", world.channel);
    // Somebody else took the bot's webhook away.
    let url = format!("{}/bot{TOKEN}/deleteWebhook", world.telegram.url());
    reqwest::Client::builder().no_proxy().build().unwrap().post(url).send().await.unwrap();
    assert!(world.telegram.webhook(TOKEN).is_none());
    world.owner.ask(Method::POST, &check, None).await;
    let refused = crate::support::eventually("the refusal on the channel", || async {
        world.owner.ask(Method::POST, &check, None).await;
        let health = world.channel().await["health"].clone();
        (health["state"] != "ok" || world.telegram.webhook(TOKEN).is_some()).then_some(health)
    })
    .await;
    if refused["state"] != "ok" {
        assert!(refused["detail"].as_str().is_some_and(|t| t.contains("HTTPS url")), "{refused}");
    }
    world.owner.ask(Method::POST, &check, None).await;
    world.telegram.registered(TOKEN).await;
    world.health("ok").await;
}

async fn a_bot_is_one_channel(backend: Backend) {
    let world = World::new(backend).await;
    let body = json!({"kind": "telegram", "name": "Again", "token": TOKEN, "mode": "webhook"});
    world.owner.post("/api/channels", body.clone()).await.refused(409, "conflict");
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    rival.post("/api/channels", body.clone()).await.refused(409, "conflict");
    // Once it is free, whoever holds the token may have it.
    world.owner.delete(&format!("/api/channels/{}", world.channel)).await.expect(204);
    rival.post("/api/channels", body).await.expect(201);
}

async fn channels_are_called_in_the_companys_language(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    for (locale, expected) in [("ru", "Чат на сайте"), ("kk", "Сайттағы чат"), ("en", "Web chat")] {
        let email = format!("{locale}@stroika.kz");
        let body = json!({"email": email, "password": PASSWORD, "company_name": "S", "locale": locale});
        hub.api().post("/api/auth/register", body).await.expect(201);
        let owner = hub.api().signed_in(&email).await;
        let second = owner.post("/api/channels", json!({"kind": "webchat"})).await.expect(201);
        assert_eq!(second["name"], expected);
        let named = owner.post("/api/channels", json!({"kind": "webchat", "name": "Shop"})).await.expect(201);
        assert_eq!(named["name"], "Shop");
        let all = owner.channels().await;
        let chats: Vec<_> = all.iter().filter(|c| c["kind"] == "webchat" && c["name"] == expected).collect();
        assert_eq!(chats.len(), 2, "the first one is called so too: {all:?}");
    }
}

on_both_databases!(
    channels_are_called_in_the_companys_language,
    a_bot_is_one_channel,
    a_token_is_all_it_takes,
    a_wrong_token_is_said_at_once,
    nobody_guesses_tokens_with_our_hands,
    an_outage_of_the_provider_heals,
    a_revoked_token_stops_the_channel_and_a_new_one_heals_it,
    disabling_and_deleting,
    a_lost_webhook_is_set_again,
);
