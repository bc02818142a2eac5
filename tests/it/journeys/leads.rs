//! Leads: written down by hand, found again, worked on, and seen by everybody who may.

use serde_json::{Value, json};

use crate::rules::behind;
use crate::support::api::id;
use crate::support::{Backend, World, on_both_databases};

async fn written_down_and_worked_on(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let (owner_id, dana_id) = (id(&world.owner.me().await), id(&dana.me().await));
    let person = world.customer(501, "Канат");
    let conversation = world.begin(&person, "хочу дом").await;
    let customer = world.owner.get(&format!("/api/conversations/{conversation}")).await["customer"]["id"].clone();
    let body = json!({
        "conversation_id": conversation, "name": " Канат ", "phone": "8 776 877-66-37", "city": "Алматы", "object_type": "дом",
        "area": "150 м²", "summary": "Дом с нуля,\nесть участок", "language": "ru",
    });
    let lead = dana.post("/api/leads", body).await.expect(201);
    let expected = json!({
        "id": lead["id"], "number": 1, "owner_id": owner_id, "bot_user_id": customer, "name": "Канат", "phone": "8 776 877-66-37",
        "phone_e164": "+77768776637", "city": "Алматы", "object_type": "дом", "area": "150 м²",
        "summary": "Дом с нуля,\nесть участок", "language": "ru", "status": "new", "created_at": lead["created_at"],
        "conversation_id": conversation, "channel_kind": "telegram", "assignee": null,
        "notice": {"state": "none", "detail": null}, "agent_run_id": null, "seq": lead["seq"], "updated_at": lead["updated_at"],
    });
    assert_eq!(lead, expected);
    let frame = world.feed.wait("lead.created", |f| f["data"]["id"] == lead["id"]).await;
    assert_eq!((&frame["data"], &frame["conversation_id"], &frame["seq"]), (&lead, &json!(conversation), &lead["seq"]));
    let list = world.owner.get("/api/leads").await;
    assert_eq!(list, json!({"leads": [lead], "total": 1, "next_cursor": null}));
    // The conversation goes on as before.
    person.says("и гараж");
    world.feed.message("и гараж").await;
    world.owner.answer(conversation, "хорошо").await;

    let path = format!("/api/leads/{}", id(&lead));
    let change = json!({"status": "in_progress", "assignee_id": dana_id, "name": "Канат С.", "phone": "+7 705 123 45 67",
        "city": null, "area": "", "summary": "дом и гараж"});
    let changed = world.owner.patch(&path, change.clone()).await.expect(200);
    for (field, value) in [
        ("status", json!("in_progress")),
        ("assignee", json!({"id": dana_id, "name": "Dana"})),
        ("phone", json!("+7 705 123 45 67")),
        ("phone_e164", json!("+77051234567")),
        ("city", json!("")),
        ("area", json!("")),
        ("object_type", json!("дом")),
        ("created_at", lead["created_at"].clone()),
    ] {
        assert_eq!(changed[field], value, "{field}");
    }
    let frame = world.feed.wait("lead.updated", |f| f["data"]["id"] == lead["id"]).await;
    assert_eq!((&frame["data"], &frame["seq"]), (&changed, &changed["seq"]));
    assert_eq!(dana.get(&path).await, changed);
    // The same again is no news.
    assert_eq!(world.owner.patch(&path, change).await.expect(200), changed);
    let free = dana.patch(&path, json!({"assignee_id": null})).await.expect(200);
    assert_eq!((&free["assignee"], &free["status"]), (&Value::Null, &json!("in_progress")));
    world.feed.wait("lead.updated", |f| f["data"]["assignee"].is_null()).await;
    let told = world.feed.durable().iter().filter(|f| f["type"] == "lead.updated").count();
    assert_eq!(told, 2);
    let record = "SELECT action || ' ' || CAST(user_id AS TEXT) || ' ' || target AS line FROM audit_log \
                  WHERE action LIKE 'lead.%' ORDER BY id";
    let target = format!("lead:{}", id(&lead));
    let acts = [("lead.created", dana_id), ("lead.changed", owner_id), ("lead.changed", dana_id)];
    let wanted: Vec<String> = acts.iter().map(|(act, who)| format!("{act} {who} {target}")).collect();
    assert_eq!(behind::lines(&world.hub, record).await, wanted);
}

async fn what_is_wrong_is_told(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(502, "B"), "hi").await;
    let good = json!({"conversation_id": conversation, "name": "B", "phone": "87768776637"});
    let with = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (field, value) in [
        ("name", json!("")),
        ("name", json!("a\nb")),
        ("phone", json!("")),
        ("phone", json!("Канат")),
        ("phone", json!("8776877")),
        ("city", json!("x".repeat(201))),
        ("summary", json!("x".repeat(4001))),
        ("language", json!("a language with a long name")),
    ] {
        let refused = world.owner.post("/api/leads", with(field, value.clone())).await.refused(422, "validation");
        assert!(refused["errors"][field].is_string(), "{field} {value}: {refused}");
    }
    world.owner.post("/api/leads", with("conversation_id", json!(999_999))).await.refused(404, "not_found");
    assert_eq!(world.owner.leads("").await, Vec::<Value>::new());
    let lead = world.owner.post("/api/leads", good).await.expect(201);
    let path = format!("/api/leads/{}", id(&lead));
    for change in [json!({"status": "sold"}), json!({"phone": "112"}), json!({"name": " "}), json!({"city": "x\u{1}"})] {
        let refused = world.owner.patch(&path, change.clone()).await.refused(422, "validation");
        assert_eq!(refused["errors"].as_object().map(|errors| errors.len()), Some(1), "{change}: {refused}");
    }
    let refused = world.owner.patch(&path, json!({"assignee_id": 999_999})).await.refused(409, "conflict");
    assert!(refused["errors"]["assignee_id"].is_string(), "{refused}");
    assert_eq!(world.owner.get(&path).await, lead, "what was refused changed nothing");
    world.owner.patch("/api/leads/999999", json!({"status": "won"})).await.refused(404, "not_found");
    for query in
        ["status=sold", "assignee=dana", "from=yesterday", "to=2026-02-30", "limit=0", "cursor=nonsense", "conversation_id=x"]
    {
        world.owner.ask(reqwest::Method::GET, &format!("/api/leads?{query}"), None).await.refused(422, "validation");
    }
}

async fn found_again(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let first = world.begin(&world.customer(503, "A"), "one").await;
    let second = world.begin(&world.customer(504, "B"), "two").await;
    let add = async |conversation: i64, name: &str, phone: &str, city: &str, summary: &str| {
        let body = json!({"conversation_id": conversation, "name": name, "phone": phone, "city": city, "summary": summary});
        id(&world.owner.post("/api/leads", body).await.expect(201))
    };
    let kanat = add(first, "Канат Сериков", "8 776 877-66-37", "Алматы", "дом 100%").await;
    let aigul = add(first, "АЙГУЛЬ", "87051234567", "Астана", "ремонт_под ключ").await;
    let john = add(second, "John", "+1 415 555 2671", "Алматы", "").await;
    let change = async |lead: i64, change: Value| world.owner.patch(&format!("/api/leads/{lead}"), change).await.expect(200);
    change(aigul, json!({"status": "won", "assignee_id": dana_id})).await;
    let all = [john, aigul, kanat];
    let today = chrono::Utc::now().date_naive();
    let (today, tomorrow) = (today.to_string(), (today + chrono::Days::new(2)).to_string());
    let cases: Vec<(String, Vec<i64>)> = vec![
        ("".into(), all.to_vec()),
        ("status=&assignee=&q=&from=&to=".into(), all.to_vec()),
        ("status=won".into(), vec![aigul]),
        ("status=new,won".into(), all.to_vec()),
        ("assignee=none".into(), vec![john, kanat]),
        (format!("assignee={dana_id}"), vec![aigul]),
        ("assignee=me".into(), vec![]),
        (format!("conversation_id={first}"), vec![aigul, kanat]),
        ("q=канат".into(), vec![kanat]),
        ("q=КАНАТ".into(), vec![kanat]),
        ("q=айгуль".into(), vec![aigul]),
        ("q=серик канат".into(), vec![kanat]),
        ("q=алматы".into(), vec![john, kanat]),
        ("q=алматы john".into(), vec![john]),
        ("q=дом".into(), vec![kanat]),
        ("q=100%25".into(), vec![kanat]),
        ("q=%25".into(), vec![kanat]),
        ("q=_".into(), vec![aigul]),
        ("q=%5C".into(), vec![]),
        ("q=nobody".into(), vec![]),
        ("q=87768776637".into(), vec![kanat]),
        ("q=%2B7 (776) 877".into(), vec![kanat]),
        ("q=8705".into(), vec![aigul]),
        ("q=4155552671".into(), vec![john]),
        ("q=алматы&status=new&assignee=none".into(), vec![john, kanat]),
        ("from=2026-01-01T00:00:00Z".into(), all.to_vec()),
        ("from=2026-01-01".into(), all.to_vec()),
        (format!("from={tomorrow}"), vec![]),
        (format!("to={tomorrow}"), all.to_vec()),
        ("to=2026-01-01T00:00:00%2B05:00".into(), vec![]),
    ];
    for (query, wanted) in cases {
        let whole = world.owner.get(&format!("/api/leads?{query}")).await;
        let ids: Vec<i64> = whole["leads"].as_array().expect("leads").iter().map(id).collect();
        assert_eq!((&ids, &whole["total"], &whole["next_cursor"]), (&wanted, &json!(wanted.len()), &Value::Null), "{query}");
        let paged = world.owner.pages(&format!("/api/leads?limit=1&{query}"), "leads").await;
        assert_eq!(paged.iter().map(id).collect::<Vec<_>>(), wanted, "{query} in pages");
    }
    let page = world.owner.get("/api/leads?limit=2&q=алматы").await;
    assert_eq!(page["total"], 2, "of all pages");
    assert_eq!(dana.leads("assignee=me").await.iter().map(id).collect::<Vec<_>>(), [aigul]);
    // A day is the user's own: it is tomorrow in Auckland before it is so in Honolulu.
    world.owner.patch("/api/auth/me", json!({"time_zone": "Etc/GMT-14"})).await.expect(200);
    let ahead = (chrono::Utc::now() + chrono::Duration::hours(14)).date_naive().to_string();
    for (day, wanted) in [(&ahead, 3), (&today, if ahead == today { 3 } else { 0 })] {
        assert_eq!(world.owner.leads(&format!("from={day}&to={day}")).await.len(), wanted, "{day}");
    }
}

/// Longer than any piece the hub reads at once.
async fn a_long_list_comes_whole(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(505, "A"), "one").await;
    let last = world.owner.lead(conversation, "Z", "87768776637").await;
    let more = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1203) \
         INSERT INTO leads (id, company_id, customer_id, conversation_id, episode_id, name, phone, phone_e164, created_at, updated_at) \
         SELECT {first} + i, l.company_id, l.customer_id, l.conversation_id, l.episode_id, 'N', l.phone, l.phone_e164, \
         l.created_at, l.updated_at FROM leads l, n WHERE l.id = {first}",
        first = id(&last)
    );
    behind::execute(&world.hub, &more).await;
    let whole = world.owner.get("/api/leads").await;
    let ids: Vec<i64> = whole["leads"].as_array().expect("leads").iter().map(id).collect();
    assert_eq!((ids.len(), &whole["total"], &whole["next_cursor"]), (1204, &json!(1204), &Value::Null));
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "newest first, none twice");
    assert_eq!(world.owner.pages("/api/leads?limit=200", "leads").await.len(), 1204);
    let file = world.owner.ask(reqwest::Method::GET, "/api/leads/export", None).await;
    assert_eq!(String::from_utf8_lossy(&file.bytes).lines().count(), 1205);
}

on_both_databases!(written_down_and_worked_on, what_is_wrong_is_told, found_again, a_long_list_comes_whole);
