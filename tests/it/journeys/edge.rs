//! What the outside may not have: a session planted from a foreign page, work without a limit, a provider's words, all of the
//! disk.

use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;

use super::agent::Office;
use crate::rules::behind;
use crate::support::api::{PASSWORD, id};
use crate::support::openai::Reply;
use crate::support::socket::Socket;
use crate::support::world::TOKEN;
use crate::support::{Answer, Api, Backend, Deed, Feed, Hub, Visitor, World, on_both_databases, run};

/// Signs in as the form of a page at `origin` would.
async fn sign_in_from(api: &Api, origin: Option<&str>) -> Answer {
    let form = format!("username=a@a.kz&password={}", PASSWORD.replace(' ', "+"));
    let request =
        api.request(Method::POST, "/api/auth/login").header("content-type", "application/x-www-form-urlencoded").body(form);
    let request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
    api.send(request).await.expect("an answer")
}

#[test]
fn a_foreign_page_plants_no_session() {
    run(Backend::Sqlite, |backend| async move {
        let hub = Hub::start(backend, &[("CORS_ORIGINS", "https://shop.example")]).await;
        hub.api().owner("a@a.kz", "A").await;
        for foreign in ["https://evil.example", "null", ""] {
            let answer = sign_in_from(&hub.api(), Some(foreign)).await;
            assert!(answer.headers.get("set-cookie").is_none(), "{foreign:?}: {:?}", answer.headers);
            let fields: Vec<String> = answer.expect(200).as_object().expect("fields").keys().cloned().collect();
            assert_eq!(fields, ["access_token", "token_type"], "{foreign:?}");
        }
        let own = hub.url();
        for ours in [None, Some(own.as_str()), Some("https://shop.example")] {
            let answer = sign_in_from(&hub.api(), ours).await;
            assert!(answer.cookie("sb_refresh").is_some(), "{ours:?}");
            answer.expect(200);
        }
    });
}

#[test]
fn the_parts_are_looked_at_once_a_second_and_not_for_everybody() {
    run(Backend::Sqlite, |backend| async move {
        let hub = Hub::start(backend, &[]).await;
        let api = hub.api();
        // The folder of files goes: whoever asks within a second is told what was found before.
        let files = hub.dir.join("data/files");
        loop {
            let begun = Instant::now();
            api.ask(Method::GET, "/api/health", None).await.expect(200);
            std::fs::rename(&files, files.with_extension("gone")).expect("moved");
            let soon = api.ask(Method::GET, "/api/health", None).await.status;
            // On a machine that stood still for so long nothing is shown.
            let shown = begun.elapsed() < Duration::from_millis(900);
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            api.ask(Method::GET, "/api/health", None).await.expect(503);
            std::fs::rename(files.with_extension("gone"), &files).expect("moved back");
            tokio::time::sleep(Duration::from_millis(1_100)).await;
            if shown {
                assert_eq!(soon, 200, "the second look came too soon");
                break;
            }
        }
        let crowd = api.at_address("203.0.113.50");
        let mut refused = None;
        for _ in 0..1_000 {
            let answer = crowd.ask(Method::GET, "/api/health", None).await;
            if answer.status == 429 {
                refused = Some(answer);
                break;
            }
        }
        let refused = refused.expect("one address asks without end");
        assert!(!refused.header("retry-after").is_empty());
        refused.refused(429, "rate_limited");
        api.at_address("203.0.113.51").ask(Method::GET, "/api/health", None).await.expect(200);
    });
}

#[test]
fn an_address_opens_only_so_many_chats() {
    run(Backend::Sqlite, |backend| async move {
        let hub = Hub::start(backend, &[]).await;
        let crowd = hub.api().at_address("203.0.113.50");
        let mut opened = 0;
        // Each asks for a socket, as far as it is let.
        while crowd.ask(Method::GET, "/ws/chat", None).await.status != 429 {
            opened += 1;
            assert!(opened < 2_000, "one address opens chats without end");
        }
        assert!(opened >= 600, "{opened}");
        let url = format!("{}/ws/chat", hub.url());
        // A turn may have come back to it meanwhile, ten a second do; it is quicker than that.
        let mut refused = None;
        for _ in 0..50 {
            refused = Socket::connect(&url, &[("x-forwarded-for", "203.0.113.50")]).await.err();
            if refused.is_some() {
                break;
            }
        }
        assert_eq!(refused, Some(429));
        Socket::connect(&url, &[("x-forwarded-for", "203.0.113.51")]).await.map(|_| ()).expect("another address");
    });
}

async fn what_was_said_is_for_those_who_see_it(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.otherwise(Reply::text("Чем помочь?"));
    let operator = office.owner.invite("operator", "operator@stroika.kz", "O").await;
    let conversation = office.chat("aru", "Хочу дом").await["conversation_id"].clone();
    let path = "/api/chat?user_id=aru";
    for who in [&office.owner, &operator] {
        assert_eq!(who.get(path).await["conversation_id"], conversation);
    }
    let company = office.owner.me().await["company_id"].clone();
    let hide = format!(
        "INSERT INTO departments (company_id, name, created_at) VALUES ({company}, 'Sales', 1); \
         UPDATE conversations SET version = version + 1, department_id = (SELECT max(id) FROM departments) WHERE id = {conversation}"
    );
    behind::execute(&office.hub, &hide).await;
    assert_eq!(office.owner.get(path).await["conversation_id"], conversation);
    operator.ask(Method::GET, path, None).await.refused(404, "not_found");
}

async fn a_providers_words_are_for_managers(backend: Backend) {
    let world = World::new(backend).await;
    let operator = world.owner.invite("operator", "operator@stroika.kz", "O").await;
    let manager = world.owner.invite("manager", "manager@stroika.kz", "M").await;
    let screens = [Feed::open(&world.hub.url(), operator.token()).await, Feed::open(&world.hub.url(), manager.token()).await];
    let conversation = world.begin(&world.customer(505, "A"), "hi").await;
    let words = "Forbidden: bot was blocked by the user";
    world.telegram.script_chat("sendMessage", 505, 1, Deed::BLOCKED);
    let message = id(&operator.answer(conversation, "hello").await);

    let ours = json!({"code": "customer_blocked", "detail": "The customer does not receive messages from us"});
    let told = |error: &serde_json::Value| error["detail"].as_str().is_some_and(|text| text.ends_with(words));
    assert_eq!(screens[0].status(message, "failed").await["data"]["error"], ours);
    assert!(told(&screens[1].status(message, "failed").await["data"]["error"]));
    // The same to each, however it is asked for: the thread, the list, the conversation, what is caught up with.
    let thread = format!("/api/conversations/{conversation}/messages");
    let seen = async |who: &Api| {
        let view = who.get(&format!("/api/conversations/{conversation}")).await;
        let list = who.conversations("status=any").await;
        [
            who.get(&thread).await["messages"][0]["error"].clone(),
            view["last_message"]["error"].clone(),
            list[0]["last_message"]["error"].clone(),
        ]
    };
    for error in seen(&operator).await {
        assert_eq!(error, ours);
    }
    for who in [&manager, &world.owner] {
        for error in seen(who).await {
            assert!(told(&error), "{error}");
        }
    }
    let everything = |screen: &Feed| serde_json::to_string(&screen.socket.frames()).expect("JSON");
    assert!(!everything(&screens[0]).contains(words) && everything(&screens[1]).contains(words));

    world.telegram.revoke(TOKEN, true);
    let channel = format!("/api/channels/{}", world.channel);
    world.owner.post(&format!("{channel}/check"), json!({})).await.expect(200);
    let health = world.health("unauthorized").await["health"]["detail"].clone();
    assert!(health.as_str().is_some_and(|text| text.contains("Unauthorized")), "{health}");
    let shown = operator.get(&channel).await["health"].clone();
    assert_eq!((&shown["state"], &shown["detail"]), (&json!("unauthorized"), &json!("")));
}

async fn files_fill_only_their_companys_room(backend: Backend) {
    let hub = Hub::start(backend, &[("STORAGE_QUOTA_MB", "1")]).await;
    let (owner, other) = (hub.api().owner("a@a.kz", "A").await, hub.api().owner("b@b.kz", "B").await);
    let half = vec![b'x'; 512 * 1024];
    let first = id(&owner.upload("a.txt", "text/plain", half.clone()).await.expect(201));
    owner.upload("b.txt", "text/plain", half[1..].to_vec()).await.expect(201);
    owner.upload("c.txt", "text/plain", half.clone()).await.refused(413, "storage_full");
    owner.upload("d.txt", "text/plain", vec![b'x']).await.expect(201);
    owner.upload("e.txt", "text/plain", vec![b'x']).await.refused(413, "storage_full");
    // A visitor finds no room either, another company has its own.
    let key = owner.webchat_key().await;
    let visitor = Visitor::open(&hub.url(), &key).await;
    let tone = std::fs::read("tests/fixtures/tone.aac").expect("a recording");
    visitor.records(&hub.api(), &key, tone).await.refused(413, "storage_full");
    other.upload("a.txt", "text/plain", half.clone()).await.expect(201);
    // Whatever goes makes room.
    behind::execute(&hub, &format!("DELETE FROM attachments WHERE id = {first}")).await;
    owner.upload("f.txt", "text/plain", half).await.expect(201);
}

on_both_databases!(
    what_was_said_is_for_those_who_see_it,
    a_providers_words_are_for_managers,
    files_fill_only_their_companys_room,
);
