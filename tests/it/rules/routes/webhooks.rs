//! A provider's door opens with the secret of one channel, and tells nobody else which channels there are.

use reqwest::Method;
use serde_json::json;

use super::{WEBHOOK, WEBHOOK_OF_CHANNEL, face, unknown};
use crate::support::world::{TOKEN, add_telegram};
use crate::support::{Answer, Backend, World, on_both_databases};

async fn only_the_secret_of_the_channel_opens(backend: Backend) {
    let world = World::new(backend).await;
    let other = "4343:AAanotherTokenForTheDoubleOnly-wxyz";
    world.telegram.bot(other, "other_bot");
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    let theirs = add_telegram(&rival, other, "webhook").await;
    world.telegram.registered(other).await;
    let secret = |token: &str| world.telegram.webhook(token).expect("a webhook").1.expect("a secret");
    let (ours, foreign) = (secret(TOKEN), secret(other));
    let of = |channel: i64| WEBHOOK_OF_CHANNEL.replace("{channel_id}", &channel.to_string());
    let knock = async |path: &str, secret: Option<&str>| -> Answer {
        let mut request = world.hub.api().request(Method::POST, path).json(&json!({"update_id": 1}));
        if let Some(secret) = secret {
            request = request.header("x-telegram-bot-api-secret-token", secret);
        }
        world.hub.api().send(request).await.expect("an answer")
    };
    for path in [WEBHOOK, &of(world.channel)] {
        assert_eq!(knock(path, Some(&ours)).await.status, 200, "{path}");
    }
    for (path, secret) in [
        (WEBHOOK.to_owned(), None),
        (WEBHOOK.to_owned(), Some("")),
        (WEBHOOK.to_owned(), Some("wrong")),
        (of(world.channel), None),
        (of(world.channel), Some("wrong")),
        (of(world.channel), Some(foreign.as_str())),
        (of(theirs), Some(ours.as_str())),
        ("/api/telegram/webhook/nothing".to_owned(), Some(ours.as_str())),
    ] {
        let (answer, random) = (knock(&path, secret).await, knock(&of(unknown(theirs)), secret).await);
        assert_eq!(face(&answer), face(&random), "{path} {secret:?}");
        answer.refused(401, "not_signed_in");
    }
    let wrong_method = world.hub.api().ask(Method::GET, &of(world.channel), None).await;
    assert_eq!(wrong_method.header("allow"), "POST");
    wrong_method.refused(405, "method_not_allowed");
}

on_both_databases!(only_the_secret_of_the_channel_opens);
