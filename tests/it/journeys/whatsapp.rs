//! A WhatsApp number: how it is connected, and what customers bring. Every element of a webhook is kept, shown once, and a request is
//! answered 200 after the commit.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::meta::*;
use crate::support::{Api, Backend, Feed, Hub, Meta, eventually, on_both_databases};

pub struct Numbers {
    // Before the hub, so that open sockets end first.
    pub feed: Feed,
    pub hub: Hub,
    pub meta: Meta,
    pub owner: Api,
    pub channel: i64,
}

fn number() -> Value {
    json!({
        "kind": "whatsapp", "name": "WhatsApp", "phone_number_id": NUMBER, "access_token": ACCESS_TOKEN, "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
    })
}

impl Numbers {
    pub async fn new(backend: Backend) -> Numbers {
        Numbers::with(backend, &[], number()).await
    }

    async fn with(backend: Backend, settings: &[(&str, &str)], number: Value) -> Numbers {
        let meta = Meta::start().await;
        let url = meta.url();
        let mut all = vec![("WHATSAPP_API_URL", url.as_str())];
        all.extend_from_slice(settings);
        let hub = Hub::start(backend, &all).await;
        let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
        let made = owner.post("/api/channels", number).await.expect(201);
        let channel = made["id"].as_i64().expect("an id");
        let feed = Feed::open(&hub.url(), owner.token()).await;
        Numbers { feed, hub, meta, owner, channel }
    }

    pub fn path(&self) -> String {
        format!("/api/whatsapp/webhook/{}", self.channel)
    }

    pub async fn post(&self, body: &Value) {
        self.meta.post(&self.hub.api(), &self.path(), body).await.expect(200);
    }

    /// The customer writes, the operator's screen shows it: the conversation's id.
    pub async fn begin(&self, from: &str, words: &str) -> i64 {
        let id = format!("wamid.{from}.{words}");
        self.post(&messages(from, "Айгүл", vec![said(from, &id, text(words))])).await;
        self.feed.message(words).await["conversation_id"].as_i64().expect("a conversation")
    }
}

async fn a_number_is_connected_and_its_address_is_proved(backend: Backend) {
    let world = Numbers::new(backend).await;
    let path = format!("/api/channels/{}", world.channel);
    let channel = eventually("a healthy number", || async {
        let channel = world.owner.get(&path).await;
        (channel["health"]["state"] == "ok").then_some(channel)
    })
    .await;
    assert_eq!(channel["phone_number_id"], NUMBER);
    assert_eq!((&channel["display_phone_number"], &channel["verified_name"]), (&json!("+7 727 311 2233"), &json!("Stroika")));
    assert_eq!((&channel["health"]["quality"], &channel["health"]["messaging_limit"]), (&json!("GREEN"), &json!("TIER_1K")));
    assert_eq!(channel["health"]["webhook_url"], format!("{}{}", world.hub.url(), world.path()));
    let whole = channel.to_string();
    for secret in [ACCESS_TOKEN, APP_SECRET, VERIFY_TOKEN] {
        assert!(!whole.contains(secret), "a secret stands in {whole}");
    }
    assert_eq!(channel["token_hint"], "…Only");
    let anybody = world.hub.api();
    let prove = async |token: &str, mode: &str| {
        let query = format!("hub.mode={mode}&hub.verify_token={token}&hub.challenge=%3Cb%3E17");
        anybody.ask(Method::GET, &format!("{}?{query}", world.path()), None).await
    };
    let proved = prove(VERIFY_TOKEN, "subscribe").await;
    assert_eq!((proved.status, proved.bytes.as_slice()), (200, b"<b>17".as_slice()));
    assert!(proved.header("content-type").starts_with("text/plain"), "a stranger's words are no page");
    assert_eq!(prove("wrong", "subscribe").await.status, 403);
    assert_eq!(prove(VERIFY_TOKEN, "unsubscribe").await.status, 403);
    assert_eq!(anybody.ask(Method::GET, "/api/whatsapp/webhook/999?hub.mode=subscribe", None).await.status, 403);
    world.meta.rate("RED");
    let checked = world.owner.post(&format!("{path}/check"), json!({})).await.expect(200);
    assert_eq!((&checked["health"]["state"], &checked["health"]["quality"]), (&json!("ok"), &json!("RED")));
    assert!(checked["health"]["detail"].as_str().is_some_and(|detail| detail.contains("quality")), "{checked}");
    // One number, one channel.
    world.owner.post("/api/channels", number()).await.refused(409, "conflict");
}

async fn what_meta_does_not_accept_is_told_at_its_field(backend: Backend) {
    let meta = Meta::start().await;
    let url = meta.url();
    let hub = Hub::start(backend, &[("WHATSAPP_API_URL", url.as_str())]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let refused = async |name: &str, value: Value, status: u16| {
        let mut body = number();
        body[name] = value;
        let answer = owner.post("/api/channels", body).await;
        let body = answer.expect(status);
        assert!(body["errors"][name].is_string(), "{body}");
    };
    refused("access_token", json!("EAAG".repeat(10)), 422).await;
    refused("phone_number_id", json!("5555555555"), 422).await;
    refused("phone_number_id", json!("+77273112233"), 422).await;
    refused("app_secret", json!("short"), 422).await;
    // Without an app of its own the instance must have one, or nobody could tell Meta from a stranger.
    refused("app_secret", json!(null), 409).await;
    meta.misbehave("state", Misdeed::Gateway(502));
    let away = owner.post("/api/channels", number()).await;
    assert_eq!((away.status, &away.body["reason"]["code"]), (409, &json!("provider_away")), "whose number it is has to be known");
    let channels = owner.get("/api/channels").await;
    assert!(channels["channels"].as_array().expect("channels").iter().all(|channel| channel["kind"] != "whatsapp"));
}

async fn a_word_becomes_a_conversation_with_its_window(backend: Backend) {
    let world = Numbers::new(backend).await;
    let conversation = world.begin("77051112233", "Сәлем! Қанша тұрады?").await;
    let object = world.owner.get(&format!("/api/conversations/{conversation}")).await;
    assert_eq!((&object["channel_kind"], &object["customer"]["name"]), (&json!("whatsapp"), &json!("Айгүл")));
    assert_eq!(object["customer"]["phone"], "+77051112233");
    assert!(object["window_expires_at"].is_string(), "{object}");
    // The same again, and by the other name of the same customer.
    let again = said("77051112233", "wamid.77051112233.Сәлем! Қанша тұрады?", text("Сәлем! Қанша тұрады?"));
    world.post(&messages("77051112233", "Айгүл", vec![again])).await;
    let mut hidden = said("x", "wamid.hidden", text("Номерім жасырын"));
    hidden.as_object_mut().expect("an object").remove("from");
    hidden["from_user_id"] = json!("KZ.77051112233");
    let contact = json!({ "profile": { "name": "Айгүл", "username": "aigul" }, "user_id": "KZ.77051112233" });
    world.post(&envelope("messages", json!({ "contacts": [contact], "messages": [hidden] }))).await;
    let second = world.feed.message("Номерім жасырын").await;
    assert_eq!(second["conversation_id"], conversation, "one customer, whichever name they come under");
    let texts: Vec<Value> = world.owner.messages(conversation).await.iter().map(|m| m["text"].clone()).collect();
    assert_eq!(texts, [json!("Сәлем! Қанша тұрады?"), json!("Номерім жасырын")]);
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM conversations").await, 1);
}

async fn a_batch_with_one_bad_element_loses_only_that(backend: Backend) {
    let world = Numbers::new(backend).await;
    let from = "77051110001";
    let batch = vec![
        said(from, "wamid.1", text("раз")),
        json!({ "from": from, "timestamp": "now" }),
        json!("no object"),
        said(from, "wamid.2", json!({ "type": "text", "text": { "body": 7 } })),
        said(from, "wamid.3", json!({ "type": "hologram", "hologram": {} })),
        said(from, "wamid.4", text("два")),
    ];
    world.post(&messages(from, "Б", batch.clone())).await;
    let conversation = world.feed.message("два").await["conversation_id"].as_i64().expect("a conversation");
    let kinds: Vec<Value> = world.owner.messages(conversation).await.iter().map(|m| m["kind"].clone()).collect();
    assert_eq!(kinds, ["text", "text", "unsupported", "text"]);
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM inbound_raw WHERE external_id LIKE 'x:%'").await, 2);
    // All of it once more changes nothing.
    world.post(&messages(from, "Б", batch)).await;
    assert_eq!(world.owner.messages(conversation).await.len(), 4);
}

async fn only_what_meta_signed_is_taken(backend: Backend) {
    let world = Numbers::new(backend).await;
    let anybody = world.hub.api();
    let body = messages("77051110002", "З", vec![said("77051110002", "wamid.f", text("подделка"))]).to_string().into_bytes();
    let good = sign(APP_SECRET, &body);
    let other = sign(&"f".repeat(32), &body);
    let mut changed = body.clone();
    changed.push(b' ');
    for (bytes, signature) in
        [(&body, None), (&body, Some(other.as_str())), (&changed, Some(good.as_str())), (&body, Some("sha256="))]
    {
        world.meta.post_signed(&anybody, &world.path(), bytes.clone(), signature).await.refused(401, "not_signed_in");
    }
    let nobody = "/api/whatsapp/webhook/999";
    world.meta.post_signed(&anybody, nobody, body.clone(), Some(&good)).await.refused(401, "not_signed_in");
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM inbound_raw").await, 0, "nothing of it is stored");
    // Signed, and no webhook: Meta would come again for a week.
    for odd in ["{}", "[]", "no JSON"] {
        let signature = sign(APP_SECRET, odd.as_bytes());
        world.meta.post_signed(&anybody, &world.path(), odd.into(), Some(&signature)).await.expect(200);
    }
    world.meta.post_signed(&anybody, &world.path(), body, Some(&good)).await.expect(200);
    world.feed.message("подделка").await;
}

async fn files_reactions_edits_and_moves(backend: Backend) {
    let world = Numbers::new(backend).await;
    let from = "77051110003";
    world.meta.keep("m1", "image/png", &[0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);
    let picture = json!({ "type": "image", "image": { "id": "m1", "mime_type": "image/jpeg", "caption": "чертёж" } });
    world.post(&messages(from, "Ф", vec![said(from, "wamid.p", picture)])).await;
    let frame = world.feed.message("чертёж").await;
    let conversation = frame["conversation_id"].as_i64().expect("a conversation");
    let of = async |fits: &dyn Fn(&Value) -> bool| {
        eventually("the message", || async { world.owner.messages(conversation).await.into_iter().find(|m| fits(m)) }).await
    };
    let ready = of(&|m| m["attachments"][0]["status"] == "ready").await;
    assert_eq!(ready["attachments"][0]["mime"], "image/png", "bytes count more than words");
    let reacted = said(from, "wamid.r", json!({ "type": "reaction", "reaction": { "message_id": "wamid.p", "emoji": "👍" } }));
    let edited = json!({ "type": "edit", "edit": { "original_message_id": "wamid.p", "message": picture_said("план") } });
    world.post(&messages(from, "Ф", vec![reacted, said(from, "wamid.e", edited)])).await;
    let changed = of(&|m| m["text"] == "план").await;
    assert_eq!(changed["reactions"][0]["emoji"], "👍", "{changed}");
    let revoked = said(from, "wamid.d", json!({ "type": "revoke", "revoke": { "original_message_id": "wamid.p" } }));
    world.post(&messages(from, "Ф", vec![revoked])).await;
    of(&|m| m["deleted_at"].is_string()).await;
    // Another number, the same conversation.
    let moved = json!({ "type": "system", "system": { "type": "user_changed_number", "wa_id": "77059998877", "body": "moved" } });
    world.post(&messages(from, "Ф", vec![said(from, "wamid.s", moved)])).await;
    world.post(&messages("77059998877", "Ф", vec![said("77059998877", "wamid.n", text("это я"))])).await;
    assert_eq!(world.feed.message("это я").await["conversation_id"], conversation);
    let pressed = json!({
        "type": "interactive", "context": { "id": "wamid.out1" },
        "interactive": { "type": "button_reply", "button_reply": { "id": "yes", "title": "Да" } },
    });
    world.post(&messages("77059998877", "Ф", vec![said("77059998877", "wamid.b", pressed)])).await;
    let press = of(&|m| m["kind"] == "buttons").await;
    assert_eq!((&press["text"], &press["button"]["id"]), (&json!("Да"), &json!("yes")));
}

fn picture_said(caption: &str) -> Value {
    json!({ "type": "image", "image": { "id": "m1", "mime_type": "image/png", "caption": caption } })
}

async fn numbers_of_the_instances_own_app_share_an_address(backend: Backend) {
    let mut shared = number();
    for name in ["app_secret", "verify_token"] {
        shared.as_object_mut().expect("an object").remove(name);
    }
    let settings = [("WHATSAPP_APP_SECRET", APP_SECRET), ("WHATSAPP_VERIFY_TOKEN", VERIFY_TOKEN)];
    let world = Numbers::with(backend, &settings, shared).await;
    let (anybody, path) = (world.hub.api(), "/api/whatsapp/webhook");
    let query = format!("{path}?hub.mode=subscribe&hub.verify_token={VERIFY_TOKEN}&hub.challenge=5");
    assert_eq!(anybody.ask(Method::GET, &query, None).await.bytes, b"5");
    let from = "77051110004";
    let word = |id: &str, words: &str| messages(from, "О", vec![said(from, id, text(words))]);
    world.meta.post(&anybody, path, &word("wamid.1", "общий адрес")).await.expect(200);
    world.feed.message("общий адрес").await;
    let mut foreign = word("wamid.2", "чужой номер");
    foreign["entry"][0]["changes"][0]["value"]["metadata"]["phone_number_id"] = json!("99999");
    world.meta.post(&anybody, path, &foreign).await.expect(200);
    let news = json!({ "entry": [{ "id": "900", "changes": [{ "field": "account_update", "value": { "event": "X" } }] }] });
    world.meta.post(&anybody, path, &news).await.expect(200);
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM messages").await, 1);
    // A channel that is shut keeps what comes as it came, and holds up nobody else's.
    world.owner.patch(&format!("/api/channels/{}", world.channel), json!({ "enabled": false })).await.expect(200);
    world.meta.post(&anybody, path, &word("wamid.3", "закрыто")).await.expect(200);
    assert_eq!(world.hub.count("SELECT COUNT(*) FROM inbound_raw WHERE external_id = 'wamid.3'").await, 1);
    world.meta.post(&anybody, &world.path(), &word("wamid.4", "ещё")).await.refused(503, "overloaded");
}

on_both_databases!(
    a_number_is_connected_and_its_address_is_proved,
    what_meta_does_not_accept_is_told_at_its_field,
    a_word_becomes_a_conversation_with_its_window,
    a_batch_with_one_bad_element_loses_only_that,
    only_what_meta_signed_is_taken,
    files_reactions_edits_and_moves,
    numbers_of_the_instances_own_app_share_an_address,
);
