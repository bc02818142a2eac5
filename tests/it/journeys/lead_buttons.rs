//! The buttons under a lead's notice: whose press counts, and that nothing else of it is anybody's message.

use std::time::Duration;

use serde_json::{Value, json};

use super::lead_notices::{CHAT, announcing, lead, notice, of, title, tried};
use super::notices::code;
use crate::support::api::id;
use crate::support::{Api, Backend, Person, Telegram, Visitor, World, eventually, on_both_databases};

/// What the presser reads.
async fn toast(telegram: &Telegram, query: &str) -> String {
    let answered = || telegram.calls_of("answerCallbackQuery").into_iter().find(|call| call.params["callback_query_id"] == query);
    telegram.until(&format!("an answer to {query}"), answered).await.text().to_string()
}

async fn link(world: &World, api: &Api, person: &Person) {
    person.says(&code(api, "/api/telegram-link/code").await);
    eventually("a linked account", || async { (!api.get("/api/telegram-link").await["link"].is_null()).then_some(()) }).await;
    world.telegram.all_acknowledged().await;
}

async fn buttons_change_the_lead_for_colleagues_only(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    let number = lead(&world.owner, conversation).await;
    notice(&world.owner, number, "sent").await;
    let call = tried(&world.telegram, &title(&world.owner, number).await).remove(0);
    let data = |verb: &str| format!("lead:{number}:{verb}");
    // Somebody in the group whom we do not know; and a customer, with a client of his own make.
    let stranger = world.customer(710, "Stranger");
    for verb in ["take", "call", "lost"] {
        let said = toast(&world.telegram, &stranger.presses(&call, &data(verb))).await;
        assert!(said.contains("консоли") && !said.contains("7701"), "{said}");
    }
    let lead = of(&world.owner, number).await;
    assert_eq!((&lead["status"], &lead["assignee"]), (&json!("new"), &Value::Null));
    assert!(world.telegram.calls_of("editMessageText").is_empty());

    let operator = world.owner.invite("operator", "o@stroika.kz", "Olga").await;
    let (olga, boss) = (world.customer(711, "Оля"), world.customer(712, "Boss"));
    link(&world, &operator, &olga).await;
    link(&world, &world.owner, &boss).await;
    let said = toast(&world.telegram, &olga.presses(&call, &data("take"))).await;
    assert!(!said.is_empty());
    let lead = of(&world.owner, number).await;
    assert_eq!((&lead["status"], &lead["assignee"]["name"]), (&json!("in_progress"), &json!("Olga")));
    world.feed.wait("lead.updated", |f| f["data"]["id"] == number && f["data"]["assignee"]["name"] == "Olga").await;
    let edited = world.telegram.called("editMessageText", 1).await.remove(0);
    assert_eq!((edited.chat(), &edited.params["message_id"]), (CHAT, &call.result["message_id"]));
    assert!(edited.text().starts_with(call.text()) && edited.text().contains("Olga"), "{}", edited.text());
    assert_eq!(edited.buttons(), call.buttons());
    // The second who wants it is told whose it is.
    let said = toast(&world.telegram, &boss.presses(&call, &data("take"))).await;
    assert!(said.contains("Olga"), "{said}");
    let said = toast(&world.telegram, &boss.presses(&call, &data("call"))).await;
    assert!(said.contains("+77011234567"), "{said}");
    assert_eq!(of(&world.owner, number).await["assignee"]["name"], "Olga");
    // Pressed again: nothing new.
    let seq = of(&world.owner, number).await["seq"].clone();
    toast(&world.telegram, &olga.presses(&call, &data("take"))).await;
    assert_eq!(of(&world.owner, number).await["seq"], seq);
    toast(&world.telegram, &boss.presses(&call, &data("lost"))).await;
    assert_eq!(of(&world.owner, number).await["status"], "lost");
    // No press was anybody's message.
    let all = world.owner.conversations("status=any").await;
    assert_eq!(all.iter().map(id).collect::<Vec<_>>(), [conversation]);
    assert_eq!(world.owner.messages(conversation).await.iter().filter(|m| m["direction"] == "in").count(), 1);
}

async fn presses_that_come_twice_or_from_elsewhere_do_nothing(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    let number = lead(&world.owner, conversation).await;
    notice(&world.owner, number, "sent").await;
    let call = tried(&world.telegram, &title(&world.owner, number).await).remove(0);
    let boss = world.customer(712, "Boss");
    link(&world, &world.owner, &boss).await;
    // A lead that is not there, and one of another company.
    let gone = toast(&world.telegram, &boss.presses(&call, "lead:999999:take")).await;
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    let visitor = Visitor::open(&world.hub.url(), &rival.webchat_key().await).await;
    visitor.says("c1", "hello").await;
    let theirs = lead(&rival, id(&rival.conversations("").await[0])).await;
    let foreign = toast(&world.telegram, &boss.presses(&call, &format!("lead:{theirs}:lost"))).await;
    assert_eq!((gone.is_empty(), &foreign), (false, &gone), "somebody else's is told as unknown");
    assert_eq!(of(&rival, theirs).await["status"], "new");
    // What has no sense is said among colleagues all the same.
    let odd = boss.presses(&call, "lead:x:take");
    assert_eq!(toast(&world.telegram, &odd).await, "");
    assert_eq!(world.owner.conversations("status=any").await.len(), 1);
    world.telegram.duplicate_every(1);
    toast(&world.telegram, &boss.presses(&call, &format!("lead:{number}:call"))).await;
    let lead = of(&world.owner, number).await;
    assert_eq!((&lead["status"], &lead["assignee"]["name"]), (&json!("in_progress"), &world.owner.me().await["name"]));
    world.telegram.all_acknowledged().await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(of(&world.owner, number).await["seq"], lead["seq"]);
    // Of two that come at once either may be the one that answers, the second without a word.
    world.telegram.duplicate_every(0);
    // Whoever leaves the company presses as a stranger.
    let operator = world.owner.invite("operator", "o@stroika.kz", "Olga").await;
    let olga = world.customer(711, "Оля");
    link(&world, &operator, &olga).await;
    let path = format!("/api/operators/{}", id(&operator.me().await));
    world.owner.patch(&path, json!({"is_active": false})).await.expect(200);
    let said = toast(&world.telegram, &olga.presses(&call, &format!("lead:{number}:lost"))).await;
    assert!(said.contains("консоли"), "{said}");
    assert_eq!(of(&world.owner, number).await["status"], "in_progress");
}

on_both_databases!(buttons_change_the_lead_for_colleagues_only, presses_that_come_twice_or_from_elsewhere_do_nothing,);
