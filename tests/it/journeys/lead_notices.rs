//! A lead's notice in the company's own chat: once, whatever happens on the way.

use std::time::Duration;

use serde_json::{Value, json};

use super::notices::{code, connected};
use crate::support::api::id;
use crate::support::telegram::Call;
use crate::support::world::add_telegram;
use crate::support::{Api, Backend, Deed, Group, Hub, Telegram, Visitor, World, eventually, on_both_databases};

pub const CHAT: i64 = -1002;

/// A world whose leads are told in a group.
pub async fn announcing(backend: Backend) -> (World, i64) {
    let world = World::new(backend).await;
    connect(&world, CHAT).await;
    let conversation = world.begin(&world.customer(501, "Айдос"), "хочу дом").await;
    (world, conversation)
}

async fn connect(world: &World, chat: i64) {
    let code = code(&world.owner, "/api/notices/code").await;
    world.customer(700, "Boss").says_in(&Group::new(chat, "Заявки"), &format!("/connect {code}"));
    connected(&world.owner).await;
    world.telegram.until("the bot's answer", || (!world.telegram.screen_of(chat).is_empty()).then_some(())).await;
}

pub async fn lead(api: &Api, conversation: i64) -> i64 {
    let body = json!({"conversation_id": conversation, "name": "Айдос", "phone": "+77011234567", "city": "Алматы",
        "summary": "Дом <b>под ключ</b>\nТелефон: +70000000000", "notify": true});
    let made = api.post("/api/leads", body).await.expect(201);
    assert_eq!(made["notice"]["state"], "queued", "{made}");
    id(&made)
}

pub async fn of(api: &Api, lead: i64) -> Value {
    api.get(&format!("/api/leads/{lead}")).await
}

/// Waits until the lead's notice has ended so.
pub async fn notice(api: &Api, lead: i64, state: &str) -> Value {
    eventually(&format!("a notice that is {state}"), || async {
        let lead = of(api, lead).await;
        (lead["notice"]["state"] == state).then_some(lead)
    })
    .await
}

/// What its notice is called: by the company's own number.
pub async fn title(api: &Api, lead: i64) -> String {
    format!("№{}\n", of(api, lead).await["number"])
}

/// Every request to send the notice with this title, whatever came of it.
pub fn tried(telegram: &Telegram, title: &str) -> Vec<Call> {
    telegram.calls_of("sendMessage").into_iter().filter(|call| call.text().contains(title)).collect()
}

async fn once(world: &World, lead: i64) {
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(tried(&world.telegram, &title(&world.owner, lead).await).len(), 1, "it was sent again by itself");
}

async fn told(world: &World, code: &str) -> Value {
    world.feed.wait("notification.created", |frame| frame["data"]["code"] == code).await["data"].clone()
}

async fn a_lead_is_told_once_and_in_plain_words(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    let lead = lead(&world.owner, conversation).await;
    let shown = notice(&world.owner, lead, "sent").await;
    assert_eq!(shown["notice"]["detail"], Value::Null);
    world.feed.wait("lead.updated", |f| f["data"]["id"] == lead && f["data"]["notice"]["state"] == "sent").await;
    let call = tried(&world.telegram, &title(&world.owner, lead).await).remove(0);
    assert_eq!(call.chat(), CHAT);
    assert!(call.params.get("parse_mode").is_none(), "{}", call.params);
    let text = call.text();
    for part in ["Айдос", "+77011234567", "Алматы", "<b>под ключ</b>", &format!("{}/inbox/all/{conversation}", world.hub.url())]
    {
        assert!(text.contains(part), "no {part} in {text}");
    }
    assert_eq!(text.lines().filter(|line| line.starts_with("Телефон:")).count(), 1, "{text}");
    let buttons = call.buttons();
    let wanted =
        [("В работу", "take"), ("Позвонить", "call"), ("Отказ", "lost")].map(|(l, v)| (l.into(), format!("lead:{lead}:{v}")));
    assert_eq!(buttons, wanted);
    once(&world, lead).await;
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM jobs WHERE company_id IS NOT NULL").await, 0, "what is done has no row");
    let quiet = json!({"conversation_id": conversation, "name": "B", "phone": "+77011234568"});
    let quiet = world.owner.post("/api/leads", quiet).await.expect(201);
    assert_eq!(quiet["notice"]["state"], "none");
}

async fn a_429_waits_and_a_clear_failure_is_tried_again(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    world.telegram.script_chat("sendMessage", CHAT, 1, Deed::TooMany(2));
    world.telegram.script_chat("sendMessage", CHAT, 1, Deed::OWN_500);
    let lead = lead(&world.owner, conversation).await;
    notice(&world.owner, lead, "sent").await;
    let calls = tried(&world.telegram, &title(&world.owner, lead).await);
    assert_eq!(calls.iter().map(|call| call.performed).collect::<Vec<_>>(), [false, false, true]);
    assert!(calls[1].at - calls[0].at > Duration::from_millis(1_950), "inside the provider's pause");
}

async fn what_is_unclear_is_never_repeated(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    for deed in [Deed::AcceptThenDrop, Deed::Gateway(502), Deed::Hang] {
        world.telegram.script_chat("sendMessage", CHAT, 1, deed.clone());
        let lead = lead(&world.owner, conversation).await;
        let shown = notice(&world.owner, lead, "uncertain").await;
        assert!(shown["notice"]["detail"].as_str().is_some_and(|text| !text.is_empty()), "{shown}");
        let frames = world.feed.durable();
        let updated = frames.iter().filter(|f| f["type"] == "lead.updated" && f["data"]["id"] == lead);
        assert!(updated.clone().all(|f| f["data"]["notice"]["detail"].is_null()), "the provider's words are not for the feed");
        world
            .feed
            .wait("notification.created", |f| f["data"]["code"] == "notice_uncertain" && f["data"]["lead_id"] == lead)
            .await;
        once(&world, lead).await;
    }
}

async fn a_death_between_sending_and_recording_is_unclear(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    world.telegram.script_chat("sendMessage", CHAT, 1, Deed::Hang);
    let lead = lead(&world.owner, conversation).await;
    let title = title(&world.owner, lead).await;
    world.telegram.until("the notice on its way", || (!tried(&world.telegram, &title).is_empty()).then_some(())).await;
    world.hub.kill();
    world.hub.restart().await;
    notice(&world.owner, lead, "uncertain").await;
    once(&world, lead).await;
}

async fn a_death_before_sending_loses_nothing(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    world.telegram.listen(false);
    let lead = lead(&world.owner, conversation).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    world.hub.kill();
    world.telegram.listen(true);
    world.hub.restart().await;
    notice(&world.owner, lead, "sent").await;
    once(&world, lead).await;
}

async fn a_chat_that_is_gone_is_told(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    let words = "Forbidden: bot was kicked from the supergroup chat";
    world.telegram.script_chat("sendMessage", CHAT, 1, Deed::Refuse(403, words));
    let lead = lead(&world.owner, conversation).await;
    let shown = notice(&world.owner, lead, "failed").await;
    assert!(shown["notice"]["detail"].as_str().is_some_and(|text| text.ends_with(words)), "{shown}");
    let note = told(&world, "notice_failed").await;
    assert_eq!(note["lead_id"], lead);
    assert!(note["detail"].as_str().is_some_and(|text| text.ends_with(words)), "{note}");
    once(&world, lead).await;
}

async fn a_group_that_moves_is_followed(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    world.telegram.script_chat("sendMessage", CHAT, 9, Deed::Moved(-100_2002));
    let first = lead(&world.owner, conversation).await;
    notice(&world.owner, first, "sent").await;
    assert_eq!(
        tried(&world.telegram, &title(&world.owner, first).await).iter().map(Call::chat).collect::<Vec<_>>(),
        [CHAT, -100_2002]
    );
    let second = lead(&world.owner, conversation).await;
    notice(&world.owner, second, "sent").await;
    assert_eq!(
        tried(&world.telegram, &title(&world.owner, second).await).iter().map(Call::chat).collect::<Vec<_>>(),
        [-100_2002]
    );
}

/// The same, told by Telegram before there is anything to send.
async fn a_group_that_has_moved_is_found(backend: Backend) {
    let (world, conversation) = announcing(backend).await;
    let new = -100_3003;
    let service = |chat: i64, name: &str, other: i64| {
        let message = json!({"message_id": 9_000, "date": 1, "chat": {"id": chat, "type": "supergroup", "title": "Заявки"},
            "from": {"id": 700, "is_bot": false, "first_name": "Boss"}, name: other});
        world.telegram.push(crate::support::world::TOKEN, chat, json!({"message": message}));
    };
    service(new, "migrate_from_chat_id", CHAT);
    service(CHAT, "migrate_to_chat_id", new);
    world.telegram.all_acknowledged().await;
    let lead = lead(&world.owner, conversation).await;
    notice(&world.owner, lead, "sent").await;
    assert_eq!(tried(&world.telegram, &title(&world.owner, lead).await).iter().map(Call::chat).collect::<Vec<_>>(), [new]);
    assert_eq!(world.owner.conversations("status=any").await.len(), 1, "no conversation with the group");
}

const HOUSE: &str = "99:AAtheHousesOwnBot-efgh";

/// The instance's own bot speaks to the first company only.
async fn the_houses_bot_tells_the_first_company(backend: Backend) {
    let telegram = Telegram::start().await;
    telegram.bot(HOUSE, "house_bot");
    let url = telegram.url();
    let settings = [("TELEGRAM_API_URL", url.as_str()), ("TELEGRAM_BOT_TOKEN", HOUSE), ("TELEGRAM_CHAT_ID", "-1009")];
    let hub = Hub::start(backend, &settings).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let rival = hub.api().owner("rival@rival.kz", "Rival").await;
    assert_eq!(owner.get("/api/notices").await["chat"]["channel_id"], Value::Null);
    assert!(owner.get("/api/notices").await["chat"].is_object());
    assert_eq!(rival.get("/api/notices").await["chat"], Value::Null);
    for (api, state) in [(&rival, "none"), (&owner, "sent")] {
        let visitor = Visitor::open(&hub.url(), &api.webchat_key().await).await;
        visitor.says("c1", "hello").await;
        let conversation = id(&api.conversations("").await[0]);
        let lead = lead(api, conversation).await;
        notice(api, lead, state).await;
        let calls = tried(&telegram, &title(api, lead).await);
        assert_eq!(calls.len(), usize::from(state == "sent"));
        for call in calls {
            assert_eq!(call.chat(), -1009);
            let buttons = call.buttons();
            assert!(buttons.len() == 1 && buttons[0].1.starts_with("http"), "it hears of no presses: {buttons:?}");
        }
    }
    rival.post("/api/reports/test-telegram", json!({})).await.refused(409, "conflict");
    owner.post("/api/reports/test-telegram", json!({})).await.expect(200);
    // Once the company has a chat of its own, the house is silent.
    let token = "4243:AAanotherBotOfTheDouble-efgh";
    telegram.bot(token, "own_bot");
    add_telegram(&owner, token, "webhook").await;
    telegram.registered(token).await;
    let code = code(&owner, "/api/notices/code").await;
    telegram.person(token, 800, "Boss").says(&code);
    eventually("a chat of its own", || async { (owner.get("/api/notices").await["chat"]["title"] == "Boss").then_some(()) })
        .await;
    let conversation = id(&owner.conversations("").await[0]);
    let lead = lead(&owner, conversation).await;
    notice(&owner, lead, "sent").await;
    assert_eq!(tried(&telegram, &title(&owner, lead).await).iter().map(Call::chat).collect::<Vec<_>>(), [800]);
}

async fn a_test_notice_says_what_became_of_it(backend: Backend) {
    let world = World::new(backend).await;
    let path = "/api/reports/test-telegram";
    let refused = world.owner.post(path, json!({})).await.refused(409, "conflict");
    assert!(refused["detail"].as_str().is_some_and(|text| text.contains("code")), "{refused}");
    connect(&world, CHAT).await;
    let done = world.owner.post(path, json!({})).await.expect(200);
    assert_eq!(done["status"], "success");
    let shown = world.telegram.screen_of(CHAT).pop().expect("a test notice");
    assert!(shown.text().contains("Stroika"), "{}", shown.text());
    world.telegram.script_chat("sendMessage", CHAT, 1, Deed::CHAT_NOT_FOUND);
    let refused = world.owner.post(path, json!({})).await.refused(409, "provider_refused");
    assert!(refused["detail"].as_str().is_some_and(|text| text.ends_with("Bad Request: chat not found")), "{refused}");
    world.telegram.script_chat("sendMessage", CHAT, 1, Deed::TooMany(3));
    let paced = world.owner.post(path, json!({})).await;
    assert_eq!(paced.header("retry-after"), "3");
    paced.refused(429, "rate_limited");
}

on_both_databases!(
    a_lead_is_told_once_and_in_plain_words,
    a_429_waits_and_a_clear_failure_is_tried_again,
    what_is_unclear_is_never_repeated,
    a_death_between_sending_and_recording_is_unclear,
    a_death_before_sending_loses_nothing,
    a_chat_that_is_gone_is_told,
    a_group_that_moves_is_followed,
    a_group_that_has_moved_is_found,
    the_houses_bot_tells_the_first_company,
    a_test_notice_says_what_became_of_it,
);
