//! Work on conversations: assigning, status, snooze, notes, read state, pages.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::id;
use crate::support::{Api, Backend, Feed, World, eventually, on_both_databases};

fn in_seconds(seconds: i64) -> String {
    (chrono::Utc::now() + chrono::Duration::seconds(seconds)).to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

async fn assigned_and_given_back(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let dana_id = id(&dana.me().await);
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let path = format!("/api/conversations/{conversation}");
    let assigned = world.owner.post(&format!("{path}/assign"), json!({"assignee_id": dana_id})).await.expect(200);
    assert_eq!(assigned["assignee"], json!({"id": dana_id, "name": "Dana"}));
    assert_eq!(assigned["handler"], "operator");
    let frame = world.feed.wait("conversation.assigned", |f| f["conversation_id"] == conversation).await;
    assert_eq!(frame["data"]["assignee"]["id"], dana_id);
    assert!(frame["data"].get("unread").is_none(), "frames carry nothing that differs per viewer");
    assert_eq!(dana.conversations("view=mine").await.len(), 1);
    assert_eq!(world.owner.conversations("view=mine").await.len(), 0);
    let free = world.owner.post(&format!("{path}/assign"), json!({"assignee_id": null})).await.expect(200);
    assert_eq!(free["assignee"], Value::Null);
    assert_eq!(world.owner.conversations("view=unassigned").await.len(), 1);
    let stranger = json!({"assignee_id": 999_999});
    let refused = world.owner.post(&format!("{path}/assign"), stranger).await;
    assert!(matches!(refused.status, 404 | 409), "{}", refused.status);
}

async fn closed_and_reopened_by_the_customer(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(502, "B");
    let conversation = world.begin(&person, "hi").await;
    let path = format!("/api/conversations/{conversation}/status");
    let closed = world.owner.post(&path, json!({"status": "closed"})).await.expect(200);
    assert_eq!(closed["status"], "closed");
    assert_eq!(world.owner.conversations("status=open").await.len(), 0);
    assert_eq!(world.owner.conversations("status=closed").await.len(), 1);
    person.says("one more thing");
    let frame = world.feed.message("one more thing").await;
    assert_eq!(frame["conversation_id"], conversation, "the same conversation, a new episode");
    assert_eq!(frame["conversation"]["status"], "open");
    assert_eq!(world.owner.conversations("status=open").await.len(), 1);
    let pending = world.owner.post(&path, json!({"status": "pending"})).await.expect(200);
    assert_eq!(pending["status"], "pending");
    world.owner.post(&path, json!({"status": "nonsense"})).await.refused(422, "validation");
}

async fn a_snooze_survives_a_restart(backend: Backend) {
    let world = World::new(backend).await;
    let person = world.customer(503, "C");
    let conversation = world.begin(&person, "hi").await;
    let path = format!("/api/conversations/{conversation}");
    let until = in_seconds(4);
    let body = json!({"status": "snoozed", "until": until});
    let snoozed = world.owner.post(&format!("{path}/status"), body).await.expect(200);
    assert_eq!(snoozed["status"], "snoozed");
    assert_eq!(world.owner.conversations("status=open").await.len(), 0);
    world.hub.kill();
    world.hub.restart().await;
    eventually("the end of the snooze", || async { (world.owner.get(&path).await["status"] == "open").then_some(()) }).await;
    assert!(chrono::Utc::now() >= chrono::DateTime::parse_from_rfc3339(&until).unwrap(), "woken early");
    // A customer's word ends it too.
    let body = json!({"status": "snoozed", "until": in_seconds(3600)});
    world.owner.post(&format!("{path}/status"), body).await.expect(200);
    person.says("wake up");
    eventually("a woken conversation", || async { (world.owner.get(&path).await["status"] == "open").then_some(()) }).await;
    world.owner.post(&format!("{path}/status"), json!({"status": "snoozed"})).await.refused(422, "validation");
}

async fn notes_are_not_sent(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(504, "N"), "hi").await;
    let note = world.owner.say(conversation, json!({"text": "careful", "note": true})).await.expect(201);
    assert_eq!(note["direction"], "note");
    let answer = world.owner.answer(conversation, "hello").await;
    world.feed.status(id(&answer), "sent").await;
    let texts: Vec<String> = world.telegram.screen_of(504).iter().map(|c| c.text().into()).collect();
    assert_eq!(texts, ["hello"]);
}

async fn read_state_is_personal(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let person = world.customer(505, "R");
    let conversation = world.begin(&person, "one").await;
    person.says("two");
    let second = world.feed.message("two").await["data"]["id"].clone();
    let path = format!("/api/conversations/{conversation}");
    assert_eq!(world.owner.get(&path).await["unread"], 2);
    world.owner.ask(Method::POST, &format!("{path}/read"), Some(json!({}))).await.expect(204);
    let frame = world.feed.wait("unread.updated", |f| f["data"]["conversation_id"] == conversation).await;
    assert_eq!(frame["data"]["unread"], 0);
    assert_eq!(world.owner.get(&path).await["unread"], 0);
    assert_eq!(dana.get(&path).await["unread"], 2, "Dana has not read it");
    let list = world.owner.get(&format!("{path}/messages")).await;
    assert_eq!(list["read_up_to"], second);
    person.says("three");
    world.feed.message("three").await;
    assert_eq!(world.owner.get(&path).await["unread"], 1);
    let counts = world.owner.get("/api/conversations").await["counts"].clone();
    assert_eq!(counts["all"], 1, "{counts}");
}

async fn what_was_read_is_made_unread_again(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let hers = Feed::open(&world.hub.url(), dana.token()).await;
    let person = world.customer(506, "R");
    let conversation = world.begin(&person, "one").await;
    person.says("two");
    let second = id(&world.feed.message("two").await["data"]);
    world.owner.say(conversation, json!({"text": "an answer"})).await.expect(201);
    person.says("three");
    let third = id(&world.feed.message("three").await["data"]);
    let path = format!("/api/conversations/{conversation}");
    let mark = async |api: &Api, body: Value| {
        api.ask(Method::POST, &format!("{path}/read"), Some(body)).await.expect(204);
        let view = api.get(&path).await;
        (view["unread"].as_i64().expect("a number"), view["read_up_to"].as_i64().unwrap_or_default())
    };
    let shown = async |number: i64| {
        eventually(&format!("{number} unread"), || async {
            let frames = hers.socket.frames();
            let last = frames.iter().rfind(|frame| frame["type"] == "counts.updated")?;
            (last["counts"]["all"]["unread"] == number).then_some(())
        })
        .await
    };
    assert_eq!(mark(&dana, json!({"unread_from": second})).await, (3, 0), "nothing was read: it stays so");
    assert_eq!(mark(&dana, json!({})).await.0, 0);
    assert_eq!(mark(&dana, json!({"unread_from": second})).await.0, 2);
    let frame = hers.wait("unread.updated", |frame| frame["data"]["unread"] == 2).await;
    assert!(frame["data"]["read_up_to"].as_i64().is_some_and(|id| id < second), "{frame}");
    assert_eq!(mark(&dana, json!({"unread_from": second})).await.0, 2, "twice is the same");
    assert_eq!(mark(&dana, json!({"unread_from": third})).await.0, 2, "nothing is read by it");
    assert_eq!(mark(&dana, json!({"message_id": second})).await, (1, second), "reading on from there");
    // The tabs of the list are told the same.
    shown(1).await;
    assert_eq!(mark(&dana, json!({})).await.0, 0);
    shown(0).await;
    let note = id(&world.owner.say(conversation, json!({"text": "careful", "note": true})).await.expect(201));
    assert_eq!(mark(&dana, json!({})).await, (0, note));
    assert_eq!(mark(&dana, json!({"unread_from": note})).await.0, 1, "from the customer's last word");
    shown(1).await;
    assert_eq!(mark(&dana, json!({"unread_from": 1})).await, (3, 0));
    assert_eq!(world.owner.get(&path).await["unread"], 3, "it is personal");
}

/// The newest numbers that this screen was told, as soon as they are these; `[mine, unassigned, all]`.
async fn told(feed: &Feed, unread: [i64; 3], waiting: [i64; 3]) {
    let of =
        |frame: &Value, what: &str| ["mine", "unassigned", "all"].map(|view| frame["counts"][view][what].as_i64().unwrap_or(-1));
    let right = |frame: &Value| of(frame, "unread") == unread && of(frame, "waiting") == waiting;
    feed.wait("counts.updated", right).await;
    // No frame that is on its way changes them again.
    tokio::time::sleep(std::time::Duration::from_millis(700)).await;
    let frames = feed.socket.frames();
    let last = frames.iter().rfind(|frame| frame["type"] == "counts.updated").expect("it was there");
    assert!(right(last), "told {unread:?} unread and {waiting:?} waiting, and then {last}");
    assert!(last.get("seq").is_none(), "{last}");
}

async fn screens_are_told_what_waits_and_what_is_unread(backend: Backend) {
    let world = World::new(backend).await;
    let dana = world.owner.invite("operator", "dana@stroika.kz", "Dana").await;
    let theirs = Feed::open(&world.hub.url(), dana.token()).await;
    told(&theirs, [0, 0, 0], [0, 0, 0]).await;
    let person = world.customer(702, "B");
    let conversation = world.begin(&person, "one").await;
    world.begin(&world.customer(703, "C"), "two").await;
    told(&theirs, [0, 2, 2], [0, 2, 2]).await;
    // Reading is personal and answers nobody.
    dana.ask(Method::POST, &format!("/api/conversations/{conversation}/read"), Some(json!({}))).await.expect(204);
    told(&theirs, [0, 1, 1], [0, 2, 2]).await;
    told(&world.feed, [0, 2, 2], [0, 2, 2]).await;
    let assign = json!({"assignee_id": id(&dana.me().await)});
    dana.ask(Method::POST, &format!("/api/conversations/{conversation}/assign"), Some(assign)).await.expect(200);
    told(&theirs, [0, 1, 1], [1, 1, 2]).await;
    told(&world.feed, [0, 1, 2], [0, 1, 2]).await;
    let list = dana.get("/api/conversations").await;
    assert_eq!((&list["counts"]["mine"], &list["waiting"]["mine"]), (&json!(0), &json!(1)));
    dana.say(conversation, json!({"text": "an answer"})).await.expect(201);
    told(&theirs, [0, 1, 1], [0, 1, 1]).await;
    // A second screen of hers is told at once, whatever the first one knows.
    let second = Feed::resume(&world.hub.url(), dana.token(), &theirs.cursor()).await;
    told(&second, [0, 1, 1], [0, 1, 1]).await;
    let few = world.feed.socket.frames().iter().filter(|frame| frame["type"] == "counts.updated").count();
    assert!(few <= 8, "{few} frames");
}

async fn lists_come_in_pages(backend: Backend) {
    let world = World::new(backend).await;
    for n in 0..23 {
        world.customer(3000 + n, &format!("P{n}")).says(&format!("hello {n}"));
    }
    world.telegram.all_acknowledged().await;
    let all = world.owner.pages("/api/conversations?limit=5", "conversations").await;
    let mut ids: Vec<i64> = all.iter().map(id).collect();
    assert_eq!(ids.len(), 23);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 23, "no conversation on two pages");
    let times: Vec<&str> = all.iter().filter_map(|c| c["last_message"]["created_at"].as_str()).collect();
    assert!(times.windows(2).all(|pair| pair[0] >= pair[1]), "newest activity first: {times:?}");
    let person = world.customer(3000, "P0");
    let conversation = world.conversation_of(&person).await;
    for n in 0..12 {
        world.owner.say(conversation, json!({"text": format!("note {n}"), "note": true})).await.expect(201);
    }
    let path = format!("/api/conversations/{conversation}/messages?limit=5");
    let first = world.owner.get(&path).await;
    assert_eq!(first["messages"].as_array().unwrap().len(), 5);
    assert_eq!(first["messages"][0]["text"], "note 11", "newest first");
    let everything = world.owner.pages(&path, "messages").await;
    let ids: Vec<i64> = everything.iter().map(id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "{ids:?}");
    assert_eq!(everything.iter().filter(|m| m["direction"] == "note").count(), 12);
    world.owner.ask(Method::GET, "/api/conversations?limit=100000", None).await.expect(200);
    let wrong = world.owner.ask(Method::GET, "/api/conversations?cursor=nonsense", None).await;
    assert_eq!(wrong.status, 422, "a cursor that is none");
}

async fn customers_are_read_and_changed(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(506, "Old Name"), "hi").await;
    let customer = world.owner.get(&format!("/api/conversations/{conversation}")).await["customer"]["id"].clone();
    let path = format!("/api/customers/{customer}");
    let change = json!({"name": "Новое Имя", "phone": "+77010000000", "notes": "важный"});
    let changed = world.owner.patch(&path, change).await.expect(200);
    assert_eq!(changed["name"], "Новое Имя");
    let frame = world.feed.wait("customer.updated", |f| f["data"]["id"] == customer).await;
    assert_eq!(frame["data"]["name"], "Новое Имя");
    assert_eq!(world.owner.get("/api/customers").await["customers"][0]["name"], "Новое Имя");
    world.owner.ask(Method::GET, "/api/customers/999999", None).await.refused(404, "not_found");
}

/// Of two who take it at once one has it, and the other is told who.
async fn it_is_taken_once(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let (dana, aida) =
        (world.owner.invite("manager", "d@a.kz", "Dana").await, world.owner.invite("manager", "a@a.kz", "Aida").await);
    let path = format!("/api/conversations/{conversation}/assign");
    let ids = (dana.me().await["id"].clone(), aida.me().await["id"].clone());
    let take = async |who: &Api, id: &Value, from: Value| who.post(&path, json!({"assignee_id": id, "if_assignee": from})).await;
    let (one, other) = futures_util::join!(take(&dana, &ids.0, Value::Null), take(&aida, &ids.1, Value::Null));
    let (winner, loser) = if one.status == 200 { (&ids.0, &other) } else { (&ids.1, &one) };
    assert_eq!((one.status == 200, other.status == 200), (*winner == ids.0, *winner == ids.1), "{one:?} {other:?}");
    assert_eq!((loser.status, &loser.body["code"], &loser.body["holder"]["id"]), (409, &json!("taken"), winner), "{loser:?}");
    // A repeat is no loss, and whoever says nothing of it takes it from whoever has it.
    let again = if *winner == ids.0 { &dana } else { &aida };
    take(again, winner, Value::Null).await.expect(200);
    world.owner.post(&path, json!({"assignee_id": null})).await.expect(200);
    let late = take(&world.owner, &ids.0, winner.clone()).await;
    assert_eq!((late.status, &late.body["holder"]), (409, &Value::Null), "{late:?}");
}

on_both_databases!(
    it_is_taken_once,
    assigned_and_given_back,
    closed_and_reopened_by_the_customer,
    a_snooze_survives_a_restart,
    notes_are_not_sent,
    read_state_is_personal,
    what_was_read_is_made_unread_again,
    screens_are_told_what_waits_and_what_is_unread,
    lists_come_in_pages,
    customers_are_read_and_changed,
);
