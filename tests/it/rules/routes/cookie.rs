//! The session cookie reads attachments, and opens nothing else.

use reqwest::Method;
use serde_json::{Value, json};
use switchboard::api::ROUTES;
use switchboard::domain::access::Permission;

use super::{address, method, name};
use crate::support::api::{PASSWORD, id};
use crate::support::{Answer, Api, Backend, Hub, Visitor, on_both_databases, run};

async fn with_cookie(hub: &Hub, method: Method, path: &str, cookie: &str, body: Option<Value>) -> Answer {
    let request = hub.api().request(method, path).header("cookie", format!("sb_refresh={cookie}"));
    let request = request.header("origin", hub.url());
    let request = body.iter().fold(request, |request, body| request.json(body));
    hub.api().send(request).await.expect("an answer")
}

/// The cookie of a fresh sign-in.
async fn cookie_of(api: &Api, email: &str) -> String {
    let answer = api.login(email, PASSWORD).await;
    let set: Vec<&str> = answer.headers.get_all("set-cookie").iter().filter_map(|v| v.to_str().ok()).collect();
    for path in ["Path=/api/auth", "Path=/api/files"] {
        assert!(set.iter().any(|c| c.split("; ").any(|part| part == path)), "{set:?}");
    }
    assert!(set.iter().all(|c| c.contains("HttpOnly") && c.contains("SameSite=Lax")), "{set:?}");
    answer.cookie("sb_refresh").expect("a cookie")
}

async fn a_link_to_an_attachment_opens_with_the_cookie(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    owner.invite("operator", "operator@stroika.kz", "O").await;
    hub.api().owner("rival@rival.kz", "Rival").await;
    let visitor = Visitor::open(&hub.url(), &owner.webchat_key().await).await;
    visitor.says("c1", "the plan?").await;
    let conversation = id(&owner.conversations("").await[0]);
    let file = id(&owner.upload("plan.txt", "text/plain", b"the plan".to_vec()).await.expect(201));
    let path = format!("/api/files/{file}");
    let operator = cookie_of(&hub.api(), "operator@stroika.kz").await;
    with_cookie(&hub, Method::GET, &path, &operator, None).await.refused(404, "not_found");
    owner.say(conversation, json!({"text": "here", "attachments": [file]})).await.expect(201);

    let got = with_cookie(&hub, Method::GET, &path, &operator, None).await;
    assert_eq!((got.status, got.bytes.as_slice()), (200, b"the plan".as_slice()));
    assert_eq!(with_cookie(&hub, Method::HEAD, &path, &operator, None).await.status, 200);
    let rival = cookie_of(&hub.api(), "rival@rival.kz").await;
    with_cookie(&hub, Method::GET, &path, &rival, None).await.refused(404, "not_found");
    for nobody in ["", "x", operator.replace('.', "").as_str(), owner.token()] {
        with_cookie(&hub, Method::GET, &path, nobody, None).await.refused(401, "not_signed_in");
    }
    // Whoever shows a bearer token is judged by it alone.
    let request = hub.api().with_token("false").request(Method::GET, &path).header("cookie", format!("sb_refresh={operator}"));
    hub.api().send(request).await.expect("an answer").refused(401, "not_signed_in");
    with_cookie(&hub, Method::POST, "/api/auth/logout", &operator, None).await.expect(204);
    with_cookie(&hub, Method::GET, &path, &operator, None).await.refused(401, "not_signed_in");
}

async fn no_other_route_takes_the_cookie(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    hub.api().owner("owner@stroika.kz", "Stroika").await;
    let cookie = cookie_of(&hub.api(), "owner@stroika.kz").await;
    let opened: Vec<String> = ROUTES.iter().filter(|row| row.by_cookie).map(name).collect();
    assert_eq!(opened, ["GET /api/files/{id}"]);
    for row in ROUTES.iter().filter(|row| row.permission != Permission::Public && !row.by_cookie) {
        let body = (row.method != Method::GET.as_str()).then(|| json!({}));
        let answer = with_cookie(&hub, method(row), &address(row, "1"), &cookie, body).await;
        assert_eq!((answer.status, &answer.body["code"]), (401, &json!("not_signed_in")), "{}", name(row));
    }
}

on_both_databases!(a_link_to_an_attachment_opens_with_the_cookie);

#[test]
fn ambient() {
    run(Backend::Sqlite, no_other_route_takes_the_cookie);
}
