//! Colleagues: invitations, roles, leaving.

use reqwest::Method;
use serde_json::json;

use crate::support::api::{PASSWORD, id, list};
use crate::support::{Api, Backend, Feed, Hub, on_both_databases};

async fn an_invitation_is_good_once(backend: Backend) {
    let hub = Hub::start(backend, &[("REGISTRATION", "open")]).await;
    let owner = hub.api().owner("a@a.kz", "Stroika").await;
    let invite = owner.post("/api/invites", json!({"role": "operator"})).await.expect(201);
    let token = invite["url"].as_str().unwrap().split('#').nth(1).expect("the token is no part of the request");
    let listed = owner.get("/api/invites").await;
    assert!(!listed.to_string().contains(token), "the token is shown once");
    let anyone = hub.api();
    let preview = anyone.post("/api/invites/preview", json!({"token": token})).await.expect(200);
    assert_eq!((&preview["company_name"], &preview["role"]), (&json!("Stroika"), &json!("operator")));
    let body = json!({"token": token, "email": "dana@a.kz", "password": PASSWORD, "name": "Dana"});
    let me = anyone.post("/api/invites/accept", body.clone()).await.expect(201);
    assert_eq!(me["owner_id"], owner.me().await["id"]);
    let again = json!({"token": token, "email": "x@a.kz", "password": PASSWORD, "name": "X"});
    anyone.post("/api/invites/accept", again).await.expect(404);
    anyone.post("/api/invites/preview", json!({"token": "invented"})).await.refused(404, "not_found");
    let withdrawn = owner.post("/api/invites", json!({"role": "manager"})).await.expect(201);
    owner.delete(&format!("/api/invites/{}", withdrawn["id"])).await.expect(204);
    let token = withdrawn["url"].as_str().unwrap().split('#').nth(1).unwrap();
    anyone.post("/api/invites/preview", json!({"token": token})).await.refused(404, "not_found");
}

async fn roles_hold(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let operator = owner.invite("operator", "op@a.kz", "Op").await;
    let manager = owner.invite("manager", "man@a.kz", "Man").await;
    let forbidden = async |api: &Api, method: Method, path: &str, body: serde_json::Value| {
        api.ask(method, path, Some(body)).await.refused(403, "forbidden");
    };
    forbidden(&operator, Method::POST, "/api/invites", json!({"role": "operator"})).await;
    let telegram = json!({"kind": "telegram", "name": "x", "token": "1:x", "mode": "polling"});
    forbidden(&operator, Method::POST, "/api/channels", telegram).await;
    forbidden(&operator, Method::PATCH, "/api/settings", json!({"company_name": "Mine"})).await;
    let owner_id = id(&owner.me().await);
    forbidden(&manager, Method::PATCH, &format!("/api/operators/{owner_id}"), json!({"role": "operator"})).await;
    let op_id = id(&operator.me().await);
    manager.patch(&format!("/api/operators/{op_id}"), json!({"is_active": true})).await.expect(200);
    let last = owner.delete(&format!("/api/operators/{owner_id}")).await;
    last.refused(409, "conflict");
}

/// A role that only a newer version knows is neither lost nor lowered by this one, and no manager's to change.
async fn a_newer_role_stays(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let manager = owner.invite("manager", "man@a.kz", "Man").await;
    let invite = owner.post("/api/invites", json!({"role": "operator"})).await.expect(201);
    hub.newer_word("invites", "role", "viewer").await;
    let token = invite["url"].as_str().and_then(|url| url.split('#').nth(1)).expect("a token");
    let body = json!({"token": token, "email": "v@a.kz", "password": PASSWORD, "name": "V"});
    // SQLite has one process, so the word can only come from outside of it: the hub's own connection knows the narrow column.
    let Backend::Postgres = backend else { return };
    hub.sql("ALTER TABLE memberships DROP CONSTRAINT memberships_role_check").await;
    let joined = hub.api().post("/api/invites/accept", body).await.expect(201);
    let viewers = "SELECT COUNT(*) FROM memberships WHERE role = 'viewer'";
    assert_eq!(hub.count(viewers).await, 1);
    let path = format!("/api/operators/{}", joined["id"]);
    manager.patch(&path, json!({"is_active": false})).await.refused(403, "forbidden");
    owner.patch(&path, json!({"is_active": false})).await.expect(200);
    assert_eq!(hub.count(viewers).await, 1, "only what was asked has changed");
    owner.patch(&path, json!({"role": "operator"})).await.expect(200);
    assert_eq!(hub.count(viewers).await, 0);
}

async fn no_id_is_too_small(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    for id in [i64::MIN, -1, 0, i64::MAX] {
        owner.patch(&format!("/api/operators/{id}"), json!({"is_active": false})).await.refused(404, "not_found");
    }
}

async fn who_is_disabled_is_out_at_once(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let operator = owner.invite("operator", "op@a.kz", "Op").await;
    let feed = Feed::open(&hub.url(), operator.token()).await;
    let path = format!("/api/operators/{}", id(&operator.me().await));
    owner.patch(&path, json!({"is_active": false})).await.expect(200);
    assert_eq!(feed.socket.end().await, 4401);
    operator.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
    assert_eq!(hub.api().login("op@a.kz", PASSWORD).await.status, 401);
    owner.patch(&path, json!({"is_active": true})).await.expect(200);
    hub.api().login("op@a.kz", PASSWORD).await.expect(200);
    owner.delete(&path).await.expect(204);
    let left = list(owner.get("/api/operators").await, "operators");
    assert!(left.iter().all(|o| o["email"] != "op@a.kz" || o["is_active"] == false), "{left:?}");
}

async fn registration_can_be_closed(backend: Backend) {
    let hub = Hub::start(backend, &[("REGISTRATION", "closed")]).await;
    let body = json!({"email": "a@a.kz", "password": PASSWORD, "company_name": "A"});
    let answer = hub.api().post("/api/auth/register", body).await;
    assert_eq!(answer.status, 403, "{}", answer.body);
    assert_eq!(hub.api().get("/api/auth/options").await["registration"], "closed");
}

async fn settings_are_kept(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let change = json!({"company_name": "Б", "locale": "kk", "time_zone": "Asia/Almaty"});
    owner.patch("/api/settings", change).await.expect(200);
    hub.kill();
    hub.restart().await;
    let settings = owner.get("/api/settings").await;
    assert_eq!((&settings["company_name"], &settings["locale"]), (&json!("Б"), &json!("kk")));
    assert_eq!(owner.me().await["company_name"], "Б");
    owner.patch("/api/settings", json!({"time_zone": "Mars/Base"})).await.refused(422, "validation");
    let setup = owner.get("/api/setup").await;
    assert_eq!(setup["first_message"], false);
    assert!(setup["webchat_key"].is_string());
}

on_both_databases!(
    a_newer_role_stays,
    no_id_is_too_small,
    an_invitation_is_good_once,
    roles_hold,
    who_is_disabled_is_out_at_once,
    registration_can_be_closed,
    settings_are_kept,
);
