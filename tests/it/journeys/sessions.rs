//! Sessions: refresh, logout, what a stolen refresh token is worth.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::api::{PASSWORD, id, list};
use crate::support::{Answer, Api, Backend, Feed, Hub, Visitor, on_both_databases};

async fn refresh(api: &Api, token: &str) -> Answer {
    let request = api.request(Method::POST, "/api/auth/refresh");
    api.send(request.header("x-client", "api").json(&json!({"refresh_token": token}))).await.unwrap()
}

/// Signs in as a program: the refresh token comes in the body too.
async fn program(api: &Api, email: &str) -> Value {
    let form = format!("username={email}&password={}", PASSWORD.replace(' ', "+"));
    let request = api
        .request(Method::POST, "/api/auth/login")
        .header("x-client", "api")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    api.send(request).await.unwrap().expect(200)
}

fn text<'a>(body: &'a Value, field: &str) -> &'a str {
    body[field].as_str().unwrap_or_else(|| panic!("no {field} in {body}"))
}

async fn refresh_rotates_and_reuse_revokes(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    api.owner("a@a.kz", "A").await;
    let first = program(&api, "a@a.kz").await;
    let second = refresh(&api, text(&first, "refresh_token")).await.expect(200);
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    api.with_token(text(&second, "access_token")).me().await;
    // Two tabs may refresh at once: just rotated is good for a moment more …
    refresh(&api, text(&first, "refresh_token")).await.expect(200);
    // … then it is a stolen token: the whole family ends.
    tokio::time::sleep(Duration::from_secs(11)).await;
    refresh(&api, text(&first, "refresh_token")).await.expect(401);
    refresh(&api, text(&second, "refresh_token")).await.expect(401);
    let access = api.with_token(text(&second, "access_token"));
    access.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
}

async fn refresh_by_cookie_needs_our_origin(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    api.owner("a@a.kz", "A").await;
    let cookie = api.login("a@a.kz", PASSWORD).await.cookie("sb_refresh").expect("a refresh cookie");
    let ask = async |origin: &str| {
        let request = api.request(Method::POST, "/api/auth/refresh").header("origin", origin);
        api.send(request.header("cookie", format!("sb_refresh={cookie}"))).await.unwrap()
    };
    let foreign = ask("https://evil.example").await;
    assert!(matches!(foreign.status, 401 | 403), "a foreign origin was answered {}", foreign.status);
    let ours = ask(&hub.url()).await;
    assert!(ours.cookie("sb_refresh").is_some_and(|fresh| fresh != cookie), "no rotation");
    ours.expect(200);
}

async fn logout_closes_the_sockets(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let elsewhere = hub.api().signed_in("a@a.kz").await;
    let (mine, other) = (Feed::open(&hub.url(), owner.token()).await, Feed::open(&hub.url(), elsewhere.token()).await);
    owner.ask(Method::POST, "/api/auth/logout", None).await.expect(204);
    assert_eq!(mine.socket.end().await, 4401);
    owner.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
    elsewhere.me().await;
    assert_eq!(other.socket.closed(), None, "the other session's socket stays");
}

/// The access token may have expired while the page slept; its session lives as long as the cookie.
async fn logout_with_an_expired_token_ends_the_cookies_session(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    api.owner("a@a.kz", "A").await;
    let signed_in = api.login("a@a.kz", PASSWORD).await;
    let cookie = format!("sb_refresh={}", signed_in.cookie("sb_refresh").expect("a refresh cookie"));
    let access = api.with_token(text(&signed_in.body, "access_token"));
    let leave = async |origin: &str| {
        let request = api.with_token("an.expired.token").request(Method::POST, "/api/auth/logout");
        api.send(request.header("origin", origin).header("cookie", &cookie)).await.unwrap()
    };
    leave("https://evil.example").await.refused(403, "forbidden");
    access.me().await;
    leave(&hub.url()).await.expect(204);
    access.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
    let request = api.request(Method::POST, "/api/auth/refresh").header("origin", hub.url());
    api.send(request.header("cookie", &cookie)).await.unwrap().refused(401, "not_signed_in");
}

async fn a_password_change_ends_the_other_sessions(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let other = hub.api().signed_in("a@a.kz").await;
    let socket = Feed::open(&hub.url(), other.token()).await;
    let wrong = json!({"password": "a new password", "current_password": "wrong"});
    let refused = owner.patch("/api/auth/me", wrong).await;
    assert!((400..=422).contains(&refused.status), "{}", refused.status);
    let right = json!({"password": "a new password", "current_password": PASSWORD});
    owner.patch("/api/auth/me", right).await.expect(200);
    assert_eq!(socket.socket.end().await, 4401);
    other.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
    hub.api().login("a@a.kz", PASSWORD).await.refused(401, "bad_credentials");
    hub.api().login("a@a.kz", "a new password").await.expect(200);
}

async fn sessions_are_listed_and_ended(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let other = hub.api().signed_in("a@a.kz").await;
    let sessions = list(owner.get("/api/sessions").await, "sessions");
    let current: Vec<_> = sessions.iter().filter(|s| s["current"] == true).collect();
    assert_eq!(current.len(), 1, "{sessions:?}");
    let mine = list(other.get("/api/sessions").await, "sessions");
    let theirs = mine.iter().find(|s| s["current"] == true).expect("the other one's session");
    owner.delete(&format!("/api/sessions/{}", theirs["id"])).await.expect(204);
    other.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
    owner.me().await;
}

async fn the_list_of_sessions_comes_in_pages(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    for _ in 0..4 {
        hub.api().signed_in("a@a.kz").await;
    }
    let whole = list(owner.get("/api/sessions").await, "sessions");
    assert_eq!(whole.len(), 5);
    assert_eq!(owner.pages("/api/sessions?limit=2", "sessions").await, whole, "nothing twice, nothing left out");
    owner.ask(Method::GET, "/api/sessions?limit=0", None).await.refused(422, "validation");
    owner.ask(Method::GET, "/api/sessions?cursor=MQ", None).await.refused(422, "validation");
}

async fn a_body_that_may_be_missing_has_a_limit_too(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let visitor = Visitor::open(&hub.url(), &owner.webchat_key().await).await;
    visitor.says("c1", "hello").await;
    let conversation = id(&owner.conversations("").await[0]);
    for path in ["/api/auth/refresh".to_owned(), format!("/api/conversations/{conversation}/read")] {
        let large = json!({"refresh_token": "x".repeat(300 << 10)});
        owner.post(&path, large).await.refused(413, "too_large");
        owner.post(&path, json!("no object")).await.refused(422, "validation");
    }
    owner.ask(Method::POST, &format!("/api/conversations/{conversation}/read"), None).await.expect(204);
}

async fn sessions_survive_a_restart(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let gone = hub.api().signed_in("a@a.kz").await;
    gone.ask(Method::POST, "/api/auth/logout", None).await.expect(204);
    hub.kill();
    hub.restart().await;
    owner.me().await;
    gone.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
}

on_both_databases!(
    refresh_rotates_and_reuse_revokes,
    refresh_by_cookie_needs_our_origin,
    logout_closes_the_sockets,
    logout_with_an_expired_token_ends_the_cookies_session,
    a_password_change_ends_the_other_sessions,
    sessions_are_listed_and_ended,
    the_list_of_sessions_comes_in_pages,
    a_body_that_may_be_missing_has_a_limit_too,
    sessions_survive_a_restart,
);
