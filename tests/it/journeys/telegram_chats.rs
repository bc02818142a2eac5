//! What happens in Telegram's chats without anybody's word, topics of groups, and what a message answers and passes on.

use serde_json::{Value, json};

use super::notices::{code, connected};
use crate::support::api::id;
use crate::support::telegram::Group;
use crate::support::world::TOKEN;
use crate::support::{Backend, Person, World, eventually, on_both_databases};

async fn conversation(world: &World, id: i64) -> Value {
    world.owner.get(&format!("/api/conversations/{id}")).await
}

/// The newest event line that tells of this.
async fn event(world: &World, what: &str) -> Value {
    let frame = world.feed.wait("message.created", |f| f["data"]["payload"]["what"] == what).await;
    assert_eq!(frame["data"]["direction"], "event", "{frame}");
    frame["data"].clone()
}

async fn what_has_happened_opens_nothing(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let talk = world.begin(&anna, "спасибо").await;
    world.owner.post(&format!("/api/conversations/{talk}/read"), json!({})).await;
    world.owner.post(&format!("/api/conversations/{talk}/status"), json!({"status": "closed"})).await.expect(200);
    let before = conversation(&world, talk).await;
    let pinned = json!({"message_id": 1, "date": 1, "chat": anna.chat(), "text": "Адрес: Абая 1"});
    for (name, value) in [
        ("pinned_message", pinned),
        ("message_auto_delete_timer_changed", json!({"message_auto_delete_time": 86400})),
        ("write_access_allowed", json!({"web_app_name": "shop"})),
        ("boost_added", json!({"boost_count": 1})),
        ("connected_website", json!("example.kz")),
    ] {
        anna.sends(json!({ name: value }));
        let line = event(&world, name).await;
        assert_eq!((&line["text"], &line["payload"]["event"]), (&json!(""), &json!("service")), "{line}");
    }
    let after = conversation(&world, talk).await;
    for same in ["status", "unread", "handler", "last_message", "updated_at"] {
        assert_eq!(after[same], before[same], "{same} of {after}");
    }
    // Where nobody has said a word, nothing begins.
    world.customer(502, "Борис").sends(json!({"write_access_allowed": {}}));
    world.telegram.all_acknowledged().await;
    assert_eq!(world.owner.conversations("status=any").await.len(), 1);
    // What people give is their word, with its data.
    let data = json!({"data": "{\"rooms\":3}", "button_text": "Заказать"});
    anna.sends(json!({"web_app_data": data}));
    let frame = world.feed.message("{\"rooms\":3}").await;
    assert_eq!(frame["data"]["payload"]["web_app_data"], data);
    assert_eq!(conversation(&world, talk).await["status"], "open");
}

async fn a_groups_new_name_is_learnt(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    anna.says_in(&Group::new(-1_001, "Соседи"), "hello");
    let talk = world.feed.message("hello").await["conversation_id"].as_i64().expect("a conversation");
    let renamed = Group::new(-1_001, "Дом 5");
    anna.sends_in(&renamed, json!({"new_chat_title": "Дом 5"}));
    let line = event(&world, "new_chat_title").await;
    assert_eq!((&line["payload"]["by"], &line["payload"]["detail"]), (&json!("Анна"), &json!("Дом 5")));
    assert_eq!(conversation(&world, talk).await["customer"]["name"], "Дом 5");
    // A username of a group or a person is always the last one told.
    let mut chat = renamed.chat();
    chat["username"] = json!("dom5");
    anna.sends_in(&renamed, json!({"chat": chat, "text": "we are public"}));
    world.feed.message("we are public").await;
    let customer = conversation(&world, talk).await["customer"].clone();
    assert_eq!(customer["username"], "dom5");
    let whole = world.owner.get(&format!("/api/customers/{}", customer["id"])).await;
    assert_eq!(whole["channels"][0]["username"], "dom5", "{whole}");
}

fn in_topic(anna: &Person, group: &Group, topic: i64, text: &str) -> i64 {
    let first = json!({"message_id": topic, "date": 1, "chat": group.chat(),
        "forum_topic_created": {"name": format!("Тема {topic}"), "icon_color": 1}});
    let there = json!({"message_thread_id": topic, "is_topic_message": true, "reply_to_message": first, "text": text});
    anna.sends_in(group, there)
}

async fn each_topic_of_a_group_is_a_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let group = Group::new(-1_002, "Форум");
    let mut talks = vec![];
    for topic in [70, 71] {
        in_topic(&anna, &group, topic, &format!("in {topic}"));
        let frame = world.feed.message(&format!("in {topic}")).await;
        assert_eq!(frame["data"]["payload"]["message_thread_id"], topic);
        assert_eq!(frame["data"]["reply_to"], Value::Null);
        talks.push(id(&json!({"id": frame["conversation_id"]})));
    }
    anna.says_in(&group, "in general");
    talks.push(world.feed.message("in general").await["conversation_id"].as_i64().expect("a conversation"));
    let all = world.owner.conversations("status=any").await;
    let mut names: Vec<&str> = all.iter().filter_map(|c| c["customer"]["name"].as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["Форум", "Форум / Тема 70", "Форум / Тема 71"]);
    // Answers go where they belong, files too.
    for (talk, topic) in talks.iter().zip([json!(70), json!(71), Value::Null]) {
        let text = format!("answer to {topic}");
        world.owner.answer(*talk, &text).await;
        assert_eq!(world.telegram.shown(group.id, &text).await.params["message_thread_id"], topic);
    }
    let file = world.owner.upload("a.txt", "text/plain", b"text".to_vec()).await.expect(201);
    world.owner.say(talks[0], json!({"attachments": [file["id"]]})).await.expect(201);
    assert_eq!(world.telegram.called("sendDocument", 1).await[0].params["message_thread_id"], "70");
    // Telegram tells of a reaction without the topic.
    let said = in_topic(&anna, &group, 70, "react to this");
    let message = world.feed.message("react to this").await["data"]["id"].clone();
    anna.causes(json!({"message_reaction": {"chat": group.chat(), "message_id": said, "user": anna.from(), "date": 1,
        "old_reaction": [], "new_reaction": [{"type": "emoji", "emoji": "👍"}]}}));
    let frame = world.feed.wait("message.updated", |f| f["data"]["reactions"][0]["emoji"] == "👍").await;
    assert_eq!((&frame["data"]["id"], frame["conversation_id"].as_i64()), (&message, Some(talks[0])));
    // A topic that is renamed.
    anna.sends_in(&group, json!({"message_thread_id": 71, "is_topic_message": true, "forum_topic_edited": {"name": "Цены"}}));
    event(&world, "forum_topic_edited").await;
    assert_eq!(conversation(&world, talks[1]).await["customer"]["name"], "Форум / Цены");
}

async fn notices_go_to_their_topic(backend: Backend) {
    let world = World::new(backend).await;
    let boss = world.customer(700, "Boss");
    let group = Group::new(-1_003, "Офис");
    in_topic(&boss, &group, 9, &format!("/connect {}", code(&world.owner, "/api/notices/code").await));
    connected(&world.owner).await;
    let greeting = world.telegram.until("the bot's answer", || world.telegram.screen_of(group.id).pop()).await;
    assert_eq!(greeting.params["message_thread_id"], 9);
    // What is said there is said among colleagues; another topic is a customer's.
    in_topic(&boss, &group, 9, "ok, taken");
    in_topic(&boss, &group, 10, "a customer's topic");
    world.feed.message("a customer's topic").await;
    world.telegram.all_acknowledged().await;
    assert_eq!(world.owner.conversations("status=any").await.len(), 1);
    let tried = world.owner.post("/api/reports/test-telegram", json!({})).await;
    assert!((200..300).contains(&tried.status), "{}", tried.status);
    eventually("the second notice", || async {
        let sent = world.telegram.screen_of(group.id);
        (sent.len() > 1 && sent.iter().all(|call| call.params["message_thread_id"] == 9)).then_some(())
    })
    .await;
}

async fn a_persons_topics_are_one_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let talk = world.begin(&anna, "without a topic").await;
    let says = async |topic: i64, text: &str| {
        anna.sends(json!({"message_thread_id": topic, "is_topic_message": true, "text": text}));
        assert_eq!(world.feed.message(text).await["conversation_id"], talk);
        let answer = format!("answer to {text}");
        world.owner.answer(talk, &answer).await;
        world.telegram.shown(anna.id, &answer).await.params["message_thread_id"].clone()
    };
    assert_eq!(says(5, "in five").await, 5);
    assert_eq!(says(6, "in six").await, 6);
    assert_eq!(world.begin(&anna, "without again").await, talk);
    world.owner.answer(talk, "to all").await;
    assert_eq!(world.telegram.shown(anna.id, "to all").await.params["message_thread_id"], Value::Null);
}

async fn replies_quotes_and_forwards_are_shown(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let talk = world.begin(&anna, "hello").await;
    let asked = world.owner.answer(talk, "150 м² или 200?").await;
    world.feed.status(id(&asked), "sent").await;
    let call = world.telegram.shown(anna.id, "150 м² или 200?").await;
    let answered = json!({"message_id": call.result["message_id"], "date": 1, "chat": anna.chat(), "text": "150 м² или 200?",
        "from": {"id": 4242, "is_bot": true, "first_name": "Stroika"}});
    anna.sends(json!({"text": "это", "reply_to_message": answered, "quote": {"text": "200", "position": 11}}));
    let message = world.feed.message("это").await["data"].clone();
    assert_eq!(message["reply_to"], asked["id"]);
    assert_eq!(message["payload"]["quote"]["text"], "200", "{message}");
    assert_eq!(message["payload"]["reply"]["name"], "Stroika", "{message}");
    anna.sends(json!({"text": "скидка 50%",
        "forward_origin": {"type": "hidden_user", "date": 1_800_000_000, "sender_user_name": "Аня"}}));
    let message = world.feed.message("скидка 50%").await["data"].clone();
    assert_eq!(
        message["payload"]["forwarded"],
        json!({"type": "hidden_user", "name": "Аня", "at": "2027-01-15T08:00:00.000000Z"})
    );
}

async fn a_shared_number_is_dialled_from_anywhere(backend: Backend) {
    let world = World::new(backend).await;
    // The first word of one, the second of the other.
    for (chat, first) in [(501, true), (502, false)] {
        let person = world.customer(chat, &format!("P{chat}"));
        if !first {
            world.begin(&person, "hello").await;
        }
        person.sends(json!({"contact": {"phone_number": "77051112233", "first_name": "P", "user_id": chat}}));
        let message =
            world.feed.wait("message.created", |f| f["data"]["kind"] == "contact" && f["data"]["author"]["name"] == person.name);
        assert_eq!(message.await["data"]["payload"]["phone_e164"], "+77051112233");
        let talk = world.conversation_of(&person).await;
        let customer = conversation(&world, talk).await["customer"]["id"].clone();
        let customer = world.owner.get(&format!("/api/customers/{customer}")).await;
        assert_eq!((&customer["phone"], &customer["phone_e164"]), (&json!("77051112233"), &json!("+77051112233")));
    }
}

/// The old group tells last of all that the bot is no more in it.
async fn a_group_left_behind_blocks_nobody(backend: Backend) {
    let world = World::new(backend).await;
    let anna = world.customer(501, "Анна");
    let (old, new) = (Group::new(-5_101, "Соседи"), Group::new(-1_000_000_005_101, "Соседи"));
    anna.says_in(&old, "before");
    let talk = world.feed.message("before").await["conversation_id"].as_i64().expect("a conversation");
    anna.sends_in(&new, json!({"migrate_from_chat_id": old.id}));
    let us = json!({"id": 4242, "is_bot": true, "first_name": "stroika_bot"});
    let member = |status: &str| json!({"status": status, "user": us, "until_date": 0});
    world.telegram.push(
        TOKEN,
        old.id,
        json!({"my_chat_member": {"chat": old.chat(), "from": anna.from(), "date": 1,
            "old_chat_member": member("member"), "new_chat_member": member("left")}}),
    );
    world.telegram.all_acknowledged().await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM identities WHERE blocked_at IS NOT NULL").await, 0);
    world.owner.answer(talk, "answer").await;
    world.telegram.shown(new.id, "answer").await;
}

on_both_databases!(
    what_has_happened_opens_nothing,
    a_groups_new_name_is_learnt,
    each_topic_of_a_group_is_a_conversation,
    notices_go_to_their_topic,
    a_persons_topics_are_one_conversation,
    replies_quotes_and_forwards_are_shown,
    a_shared_number_is_dialled_from_anywhere,
    a_group_left_behind_blocks_nobody,
);
