//! What Telegram brings: every update is kept, shown once, and answered 200 after the commit.

use serde_json::{Value, json};

use crate::support::world::TOKEN;
use crate::support::{Backend, World, eventually, on_both_databases};

async fn a_text_becomes_a_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let aliya = world.customer(501, "Алия");
    let conversation = world.begin(&aliya, "Здравствуйте!").await;
    world.telegram.all_acknowledged().await;
    let object = world.owner.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!(object["channel_kind"], "telegram");
    assert_eq!(object["customer"]["name"], "Алия");
    assert_eq!(object["customer"]["username"], "user501");
    assert_eq!(object["status"], "open");
    assert_eq!(object["last_message"]["text"], "Здравствуйте!");
    assert_eq!(object["unread"], 1);
    assert!(object["seq"].is_i64());
    let messages = world.owner.messages(conversation).await;
    assert_eq!(messages.len(), 1, "{messages:#?}");
    let message = &messages[0];
    assert_eq!(message["direction"], "in");
    assert_eq!(message["kind"], "text");
    assert_eq!(message["status"], "received");
    assert_eq!(message["author"]["type"], "customer");
    assert_eq!(message["conversation_id"], conversation);
    aliya.says("Ещё вопрос");
    let second = world.feed.message("Ещё вопрос").await;
    assert_eq!(second["conversation_id"], conversation, "one conversation per identity, for ever");
    assert_eq!(second["conversation"]["last_message_id"], second["data"]["id"]);
}

async fn duplicates_are_shown_once(backend: Backend) {
    let world = World::new(backend).await;
    world.telegram.duplicate_every(1);
    let (a, b) = (world.customer(601, "A"), world.customer(602, "B"));
    for n in 0..15 {
        a.says(&format!("a{n}"));
        b.says(&format!("b{n}"));
    }
    world.telegram.all_acknowledged().await;
    for (person, letter) in [(&a, "a"), (&b, "b")] {
        let conversation = world.conversation_of(person).await;
        let messages = world.owner.messages(conversation).await;
        let texts: Vec<&str> = messages.iter().filter_map(|m| m["text"].as_str()).collect();
        let wanted: Vec<String> = (0..15).map(|n| format!("{letter}{n}")).collect();
        assert_eq!(texts, wanted, "in order, once each");
    }
}

async fn an_edit_changes_the_message(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(701, "E");
    let on_telegram = person.says("teh price?");
    let id = world.feed.message("teh price?").await["data"]["id"].as_i64().unwrap();
    person.edits(on_telegram, "the price?");
    let frame = world.feed.wait("message.updated", |f| f["data"]["text"] == "the price?").await;
    assert_eq!(frame["data"]["id"], id);
    assert!(frame["data"]["edited_at"].is_string());
    let conversation = world.conversation_of(&person).await;
    assert_eq!(world.owner.messages(conversation).await.len(), 1);
}

async fn start_greets_and_is_no_question(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(801, "S");
    person.says("/start spring_sale");
    let greeting = world.telegram.called("sendMessage", 1).await;
    assert_eq!(greeting[0].chat(), 801);
    assert!(!greeting[0].text().is_empty());
    world.telegram.all_acknowledged().await;
    let conversation = world.conversation_of(&person).await;
    let messages = world.owner.messages(conversation).await;
    let asked = messages.iter().any(|m| m["direction"] == "in" && m["text"].as_str().is_some_and(|text| text.contains("/start")));
    assert!(!asked, "the command stands as the customer's question: {messages:#?}");
    let customer = world.owner.get(&format!("/api/conversations/{conversation}")).await["customer"].clone();
    let customer = world.owner.get(&format!("/api/customers/{}", customer["id"])).await;
    assert_eq!(customer["source"], "spring_sale", "the payload says where they come from");
}

async fn kinds_we_do_not_know_are_kept(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(901, "K");
    let conversation = world.begin(&person, "first").await;
    person.sends(json!({"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0,
        "is_closed": false, "is_anonymous": true, "type": "regular", "allows_multiple_answers": false}}));
    person.sends(json!({"a_kind_of_2031": {"x": 1}}));
    person.sends(json!({"location": {"latitude": 43.24, "longitude": 76.95}}));
    person.sends(json!({"contact": {"phone_number": "+77011234567", "first_name": "K", "user_id": 901}}));
    person.sends(json!({"sticker": {"file_id": "S", "file_unique_id": "uS", "type": "regular", "width": 9,
        "height": 9, "is_animated": false, "is_video": false, "emoji": "👍"}}));
    person.causes(json!({"an_update_of_2031": {"y": 2}}));
    person.says("last");
    world.telegram.all_acknowledged().await;
    world.feed.message("last").await;
    let messages = world.owner.messages(conversation).await;
    let kinds: Vec<&str> = messages.iter().filter_map(|m| m["kind"].as_str()).collect();
    let wanted = ["text", "unsupported", "unsupported", "location", "contact", "sticker", "text"];
    assert_eq!(kinds, wanted, "{messages:#?}");
    let customer = world.owner.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!(customer["customer"]["phone"], "+77011234567", "their own contact is their phone");
}

async fn nonsense_is_answered_200_and_kept(backend: Backend) {
    let world = World::new(backend).await;
    let (url, secret) = world.telegram.registered(TOKEN).await;
    let before = world.hub.count("SELECT COUNT(*) FROM inbound_raw").await;
    let deep = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
    let bodies = [
        "",
        "{",
        "null",
        "[]",
        "{\"update_id\":\"x\"}",
        "{\"update_id\":7,\"message\":{\"text\":5}}",
        "{\"update_id\":8,\"message\":{\"message_id\":1,\"date\":1e400}}",
        "\u{0}\u{1}",
        "{\"a\":\"\\ud800\"}",
        deep.as_str(),
    ];
    for body in bodies {
        let start: String = body.chars().take(60).collect();
        assert_eq!(world.telegram.post(&url, secret.as_deref(), body).await, 200, "{start:?}");
    }
    let after = world.hub.count("SELECT COUNT(*) FROM inbound_raw").await;
    assert!(after > before, "nothing of the nonsense was kept");
    world.begin(&world.customer(1001, "N"), "still there?").await;
}

async fn the_secret_is_checked(backend: Backend) {
    let world = World::new(backend).await;
    let (url, secret) = world.telegram.registered(TOKEN).await;
    let secret = secret.expect("the hub sets a secret");
    assert!(secret.len() >= 16, "a short secret");
    assert!(url.contains(&format!("/api/telegram/webhook/{}", world.channel)), "{url}");
    let update = |id: i64| {
        json!({"update_id": id, "message": {"message_id": id, "date": 1, "text": "forged",
            "chat": {"id": 5, "type": "private"}, "from": {"id": 5, "is_bot": false, "first_name": "F"}}})
        .to_string()
    };
    for wrong in [None, Some(""), Some("x"), Some(&secret[1..]), Some(&*format!("{secret}0"))] {
        let status = world.telegram.post(&url, wrong, update(1)).await;
        assert!(matches!(status, 401 | 403), "{wrong:?} was answered {status}");
    }
    // The bare path finds the channel by the secret.
    let bare = url.rsplit_once('/').unwrap().0;
    assert_eq!(world.telegram.post(bare, Some(&secret), update(2).replace("forged", "bare path")).await, 200);
    world.feed.message("bare path").await;
    assert!(world.feed.durable().iter().all(|f| f["data"]["text"] != "forged"));
}

async fn an_album_is_one_customer(backend: Backend) {
    let world = World::new(backend).await;
    // Twenty customers' first words at once: parallel webhooks make no second conversation.
    let people: Vec<_> = (0..20).map(|n| world.customer(2000 + n, &format!("P{n}"))).collect();
    for round in 0..3 {
        people.iter().for_each(|person| {
            person.says(&format!("{} {round}", person.name));
        });
    }
    world.telegram.all_acknowledged().await;
    let all = eventually("20 conversations", || async {
        let all = world.owner.conversations("status=any&limit=200").await;
        (all.len() >= 20).then_some(all)
    })
    .await;
    assert_eq!(all.len(), 20);
    for conversation in &all {
        let messages = world.owner.messages(conversation["id"].as_i64().unwrap()).await;
        assert_eq!(messages.len(), 3, "{messages:#?}");
    }
}

async fn a_blocked_bot_is_noticed(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(1101, "B");
    let conversation = world.begin(&person, "hello").await;
    person.causes(json!({"my_chat_member": {"chat": person.chat(), "from": person.from(), "date": 1,
        "old_chat_member": {"status": "member", "user": world_bot()},
        "new_chat_member": {"status": "kicked", "until_date": 0, "user": world_bot()}}}));
    world.telegram.all_acknowledged().await;
    // The conversation stays usable; what happened is an event or nothing, never a customer's message.
    let messages = world.owner.messages(conversation).await;
    let incoming: Vec<&Value> = messages.iter().filter(|m| m["direction"] == "in").collect();
    assert_eq!(incoming.len(), 1, "{messages:#?}");
}

fn world_bot() -> Value {
    json!({"id": 4242, "is_bot": true, "first_name": "stroika_bot", "username": "stroika_bot"})
}

on_both_databases!(
    a_text_becomes_a_conversation,
    duplicates_are_shown_once,
    an_edit_changes_the_message,
    start_greets_and_is_no_question,
    kinds_we_do_not_know_are_kept,
    nonsense_is_answered_200_and_kept,
    the_secret_is_checked,
    an_album_is_one_customer,
    a_blocked_bot_is_noticed,
);
