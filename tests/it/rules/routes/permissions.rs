//! Each route × {nobody, operator, manager, owner}.

use reqwest::Method;
use serde_json::json;
use switchboard::api::ROUTES;
use switchboard::domain::access::Permission;

use super::visitor::{VISITORS_FILE, VISITORS_RECORDING};
use super::{SIGNED, SIGNED_OF_CHANNEL, WEBHOOK, WEBHOOK_OF_CHANNEL, address, method, name, resource};
use crate::support::{Answer, Api, Backend, Hub, run};

/// The product's rule in words of its own, so that a slip in the table is seen.
fn least(row: &switchboard::api::RouteRow) -> Permission {
    let reads = row.method == Method::GET.as_str();
    let open = [
        "/health",
        "/api/health",
        "/metrics",
        "/ws",
        "/ws/chat",
        "/openapi.json",
        "/asyncapi.json",
        "/docs",
        "/redoc",
        "/api/schema/swagger",
        VISITORS_FILE,
        VISITORS_RECORDING,
        WEBHOOK,
        WEBHOOK_OF_CHANNEL,
        SIGNED,
        SIGNED_OF_CHANNEL,
    ];
    let sign_in = ["options", "register", "login", "refresh", "logout"].map(|verb| format!("/api/auth/{verb}"));
    if open.contains(&row.path)
        || sign_in.iter().any(|path| path == row.path)
        || row.path.starts_with("/api/invites/") && !row.path.contains('{')
    {
        return Permission::Public;
    }
    match resource(row) {
        "leads" if row.path.ends_with("/export") => Permission::Manage,
        "auth" | "sessions" | "conversations" | "drafts" | "notifications" | "messages" | "customers" | "clients" | "leads"
        | "files" | "search" | "setup" | "chat" | "agent-runs" | "telegram-link" => Permission::Converse,
        "ai" | "agent" | "jobs" => Permission::Manage,
        "channels" if row.path.contains("/agent") => Permission::Manage,
        "channels" | "operators" | "departments" | "settings" if reads => Permission::Converse,
        "channels" | "operators" | "departments" | "settings" | "invites" | "logs" | "reports" | "notices" => Permission::Manage,
        "keys" => Permission::Own,
        other => panic!("{}: say here who may call {other}", name(row)),
    }
}

#[test]
fn the_table_says_what_the_product_promises() {
    let wrong: Vec<String> = ROUTES
        .iter()
        .filter(|row| row.permission != least(row))
        .map(|row| format!("{} asks for {}, expected {}", name(row), row.permission, least(row)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// 0 nobody, 1 operator, 2 manager, 3 owner.
fn rank(permission: Permission) -> usize {
    match permission {
        Permission::Public => 0,
        Permission::Converse => 1,
        Permission::Manage => 2,
        Permission::Own => 3,
    }
}

fn verdict(answer: &Answer, who: usize, needed: usize) -> Result<(), String> {
    let right = match answer.status {
        401 => who == 0 && needed > 0 && answer.body["code"] == "not_signed_in" && answer.header("www-authenticate") == "Bearer",
        403 => (1..needed).contains(&who) && answer.body["code"] == "forbidden",
        // 405: another row of the table stands in this one's way.
        405 | 500.. => false,
        _ => who >= needed,
    };
    if right { Ok(()) } else { Err(format!("{} {}", answer.status, answer.body)) }
}

async fn each_role_may_what_the_table_says(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let manager = owner.invite("manager", "manager@stroika.kz", "M").await;
    let operator = owner.invite("operator", "operator@stroika.kz", "O").await;
    let mut wrong = Vec::new();
    for row in ROUTES.iter().filter(|row| row.permission != Permission::Public) {
        let path = address(row, "9007199254740881");
        for (who, api) in [&hub.api(), &operator, &manager, &owner].into_iter().enumerate() {
            let answer = api.ask(method(row), &path, Some(json!({}))).await;
            if let Err(said) = verdict(&answer, who, rank(row.permission)) {
                wrong.push(format!("{} by {}: {said}", name(row), ["nobody", "operator", "manager", "owner"][who]));
            }
        }
        let stranger = hub.api().with_token("not.a.token");
        let mut others = vec![stranger.ask(method(row), &path, None).await];
        if row.method == Method::GET.as_str() {
            let head = hub.api().ask(Method::HEAD, &path, None).await;
            assert_eq!((head.status, head.bytes.len()), (401, 0), "HEAD {path}");
            others.push(stranger.ask(row.method.as_str().parse().expect("GET"), &format!("{path}/"), None).await);
        }
        wrong.extend(
            others.iter().filter_map(|a| verdict(a, 0, 1).err().map(|said| format!("{} by a false token: {said}", name(row)))),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// No guard stands before what is public; the few that answer 401 themselves speak of credentials.
async fn what_is_public_asks_nobody_who_he_is(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    for row in ROUTES.iter().filter(|row| row.permission == Permission::Public && row.path != "/api/auth/logout") {
        let ask = async |api: &Api| api.ask(method(row), &address(row, "1"), Some(json!({}))).await;
        let (nobody, signed_in) = (ask(&hub.api()).await, ask(&owner).await);
        assert_eq!((nobody.status, &nobody.body["code"]), (signed_in.status, &signed_in.body["code"]), "{}", name(row));
        let own_words = ["/api/auth/refresh", WEBHOOK, WEBHOOK_OF_CHANNEL, SIGNED, SIGNED_OF_CHANNEL].contains(&row.path);
        // It is the row's own handler that answers, whatever it says; pages may be left out of a build.
        let reached = match row.path {
            VISITORS_FILE => nobody.status == 404,
            "/docs" | "/redoc" | "/api/schema/swagger" => matches!(nobody.status, 200 | 503),
            _ => !matches!(nobody.status, 404 | 405 | 500..),
        };
        assert!(reached, "{}: {nobody:?}", name(row));
        assert!(own_words || !matches!(nobody.status, 401 | 403), "{}: {nobody:?}", name(row));
    }
}

#[test]
fn roles() {
    run(Backend::Sqlite, each_role_may_what_the_table_says);
}

#[test]
fn public() {
    run(Backend::Sqlite, what_is_public_asks_nobody_who_he_is);
}
