//! The company's own chat: connected by a code, told about leads, its buttons pressed.

use serde_json::{Value, json};

use crate::support::world::add_telegram;
use crate::support::{Api, Backend, Group, Telegram, World, eventually, on_both_databases};

pub async fn code(api: &Api, path: &str) -> String {
    let made = api.post(path, json!({})).await.expect(201);
    made["code"].as_str().unwrap_or_else(|| panic!("no code in {made}")).to_string()
}

pub async fn connected(api: &Api) -> Value {
    eventually("a connected chat", || async {
        let chat = api.get("/api/notices").await["chat"].clone();
        (!chat.is_null()).then_some(chat)
    })
    .await
}

/// What the bot has said in a chat.
fn said(telegram: &Telegram, chat: i64) -> Vec<String> {
    telegram.screen_of(chat).iter().map(|call| call.text().to_string()).collect()
}

async fn a_code_connects_a_private_chat(backend: Backend) {
    let world = World::new(backend).await;
    let before = world.owner.get("/api/notices").await;
    assert_eq!((&before["chat"], &before["code"]), (&Value::Null, &Value::Null));
    assert_eq!(before["bots"], json!([{"channel_id": world.channel, "username": "stroika_bot"}]));
    let made = world.owner.post("/api/notices/code", json!({})).await.expect(201);
    let code = made["code"].as_str().expect("a code");
    assert!(made["how"].as_str().is_some_and(|how| how.contains(code) && how.contains("@stroika_bot")), "{made}");
    assert_eq!(made["links"][0]["url"], format!("https://t.me/stroika_bot?start={code}"));
    let boss = world.customer(701, "Boss");
    boss.says(&format!(" {} ", code.to_lowercase()));
    let chat = connected(&world.owner).await;
    assert_eq!((&chat["title"], &chat["channel_id"]), (&json!("Boss"), &json!(world.channel)));
    let done = world.telegram.until("an answer", || world.telegram.screen_of(701).pop()).await;
    assert!(done.text().contains("Stroika"), "{}", done.text());
    world.telegram.all_acknowledged().await;
    assert_eq!(world.owner.conversations("status=any").await, Vec::<Value>::new(), "a code is no customer's message");
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM inbound_raw WHERE state = 'done' AND conversation_id IS NULL").await, 1);
    // It opens once: the second time it is what anybody writes.
    boss.says(code);
    world.feed.message(code).await;
    world.owner.delete("/api/notices/chat").await.expect(204);
    assert_eq!(world.owner.get("/api/notices").await["chat"], Value::Null);
}

async fn a_delivery_that_comes_twice_connects_once(backend: Backend) {
    let world = World::new(backend).await;
    world.telegram.duplicate_every(1);
    let code = code(&world.owner, "/api/notices/code").await;
    world.customer(702, "Boss").says(&code);
    connected(&world.owner).await;
    world.customer(703, "C").says("a customer");
    world.feed.message("a customer").await;
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(said(&world.telegram, 702).len(), 1);
    assert_eq!(world.owner.conversations("status=any").await.len(), 1);
}

async fn a_group_is_connected_by_a_command_or_a_link(backend: Backend) {
    let world = World::new(backend).await;
    let (boss, group) = (world.customer(704, "Boss"), Group::new(-1001, "Заявки"));
    for (n, text) in ["/connect@stroika_bot CODE", "/start@stroika_bot CODE"].into_iter().enumerate() {
        let code = code(&world.owner, "/api/notices/code").await;
        boss.says_in(&group, &text.replace("CODE", &code));
        assert_eq!(connected(&world.owner).await["title"], "Заявки");
        world.telegram.until("an answer", || (said(&world.telegram, -1001).len() == n + 1).then_some(())).await;
        // What colleagues say there is said among themselves.
        boss.says_in(&group, "I take this one");
        world.telegram.all_acknowledged().await;
        assert_eq!(world.owner.conversations("status=any").await, Vec::<Value>::new());
        world.owner.delete("/api/notices/chat").await.expect(204);
    }
    boss.says_in(&group, "a group of customers again");
    world.feed.message("a group of customers again").await;
}

/// Nobody learns whether there are codes.
async fn what_is_no_code_is_a_customers_message(backend: Backend) {
    let world = World::new(backend).await;
    let thief = world.customer(705, "Thief");
    thief.says("2345ABCD");
    world.feed.message("2345ABCD").await;
    // Too old.
    let old = code(&world.owner, "/api/notices/code").await;
    world.hub.sql("UPDATE telegram_codes SET expires_at = 1").await;
    thief.says(&old);
    world.feed.message(&old).await;
    // Another company's, at our bot.
    let rival = world.hub.api().owner("rival@rival.kz", "Rival").await;
    rival.post("/api/notices/code", json!({})).await.refused(409, "conflict");
    let token = "77:AAanotherBotOfTheDouble-efgh";
    world.telegram.bot(token, "rival_bot");
    add_telegram(&rival, token, "webhook").await;
    let foreign = code(&rival, "/api/notices/code").await;
    thief.says(&foreign);
    world.feed.message(&foreign).await;
    assert_eq!(rival.get("/api/notices").await["chat"], Value::Null);
    // Whoever guesses is not listened to for a while, even when the guess is right.
    for n in 0..10 {
        thief.says(&format!("2222AAA{}", n.min(7) + 2));
    }
    world.feed.message("2222AAA9").await;
    let right = code(&world.owner, "/api/notices/code").await;
    thief.says(&right);
    world.feed.message(&right).await;
    assert_eq!(world.owner.get("/api/notices").await["chat"], Value::Null);
    world.customer(706, "Boss").says(&right);
    connected(&world.owner).await;
}

async fn few_codes_are_open_at_once(backend: Backend) {
    let world = World::new(backend).await;
    let first = code(&world.owner, "/api/notices/code").await;
    let mut last = String::new();
    for _ in 0..5 {
        last = code(&world.owner, "/api/notices/code").await;
    }
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM telegram_codes").await, 5);
    let boss = world.customer(707, "Boss");
    boss.says(&first);
    world.feed.message(&first).await;
    boss.says(&last);
    connected(&world.owner).await;
    code(&world.owner, "/api/telegram-link/code").await;
    let mine = code(&world.owner, "/api/telegram-link/code").await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM telegram_codes WHERE purpose = 'account'").await, 1);
    assert_eq!(world.hub.count(&format!("SELECT COUNT(*) FROM telegram_codes WHERE code_hash LIKE '%{mine}%'")).await, 0);
}

async fn an_account_is_linked_and_moves_with_its_owner(backend: Backend) {
    let world = World::new(backend).await;
    let operator = world.owner.invite("operator", "o@stroika.kz", "Olga").await;
    assert_eq!(operator.get("/api/telegram-link").await["link"], Value::Null);
    operator.post("/api/notices/code", json!({})).await.refused(403, "forbidden");
    let linked = async |api: &Api, name: &str| {
        eventually("a linked account", || async {
            let link = api.get("/api/telegram-link").await["link"].clone();
            (link["name"] == name).then_some(())
        })
        .await
    };
    let phone = world.customer(708, "Оля");
    phone.says(&format!("/start {}", code(&operator, "/api/telegram-link/code").await));
    linked(&operator, "Оля").await;
    world.telegram.until("an answer", || said(&world.telegram, 708).pop().filter(|text| text.contains("Olga"))).await;
    // The same account as somebody else's, then another account of the same user's.
    phone.says(&code(&world.owner, "/api/telegram-link/code").await);
    linked(&world.owner, "Оля").await;
    assert_eq!(operator.get("/api/telegram-link").await["link"], Value::Null);
    world.customer(709, "Second").says(&code(&world.owner, "/api/telegram-link/code").await);
    linked(&world.owner, "Second").await;
    world.owner.delete("/api/telegram-link").await.expect(204);
    assert_eq!(world.owner.get("/api/telegram-link").await["link"], Value::Null);
    assert_eq!(world.owner.conversations("status=any").await, Vec::<Value>::new());
}

on_both_databases!(
    a_code_connects_a_private_chat,
    a_delivery_that_comes_twice_connects_once,
    a_group_is_connected_by_a_command_or_a_link,
    what_is_no_code_is_a_customers_message,
    few_codes_are_open_at_once,
    an_account_is_linked_and_moves_with_its_owner,
);
