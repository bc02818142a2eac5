//! Registering and signing in, word for word as the API examples fix it.

use reqwest::Method;
use serde_json::json;

use crate::support::api::PASSWORD;
use crate::support::{Backend, Hub, on_both_databases};

async fn register_login_me(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    let body = json!({"email": " Manager@Construction.kz ", "password": "securepass123",
        "company_name": "СтройКомпания Алматы"});
    let made = api.post("/api/auth/register", body.clone()).await.expect(201);
    assert_eq!(made["email"], "manager@construction.kz", "trimmed and in lower case");
    assert_eq!(made["company_name"], "СтройКомпания Алматы");
    assert_eq!(made["is_active"], true);
    assert!(made["id"].is_i64());
    assert!(made["created_at"].as_str().is_some_and(|at| at.ends_with('Z')), "{made}");
    assert_eq!(made["owner_id"], made["id"], "the first user is the company's owner");
    assert!(made.get("password").is_none() && made.get("hashed_password").is_none());

    let taken = api.post("/api/auth/register", body).await.refused(400, "email_taken");
    assert_eq!(taken["detail"], "Email already registered");

    let answer = api.login("manager@construction.kz", "securepass123").await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().to_string();
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/api/auth"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let login = answer.expect(200);
    assert_eq!(login["token_type"], "bearer");
    assert_eq!(login.as_object().unwrap().len(), 2, "the document's two fields: {login}");

    let me = api.with_token(login["access_token"].as_str().unwrap()).me().await;
    for field in ["id", "email", "company_name", "is_active", "created_at"] {
        assert_eq!(me[field], made[field], "{field}");
    }
    assert_eq!(me["role"], "owner");
}

async fn wrong_credentials(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    api.owner("a@a.kz", "A").await;
    for (email, password) in [("a@a.kz", "not the password"), ("nobody@a.kz", PASSWORD)] {
        let answer = api.login(email, password).await;
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        let body = answer.refused(401, "bad_credentials");
        assert_eq!(body["detail"], "Incorrect email or password");
    }
    let anonymous = api.ask(Method::GET, "/api/auth/me", None).await;
    assert_eq!(anonymous.header("www-authenticate"), "Bearer");
    anonymous.refused(401, "not_signed_in");
    api.with_token("x.y.z").ask(Method::GET, "/api/conversations", None).await.refused(401, "not_signed_in");
    let short = json!({"email": "b@b.kz", "password": "12345", "company_name": "B"});
    api.post("/api/auth/register", short).await.refused(422, "validation");
    let nonsense = json!({"email": "nonsense", "password": PASSWORD, "company_name": "B"});
    api.post("/api/auth/register", nonsense).await.refused(422, "validation");
}

async fn the_token_has_the_fixed_claims(backend: Backend) {
    use base64::Engine;
    let hub = Hub::start(backend, &[("ACCESS_TOKEN_EXPIRE_MINUTES", "60")]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let decode = |part: &str| {
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap();
        serde_json::from_slice::<serde_json::Value>(&bytes).unwrap()
    };
    let parts: Vec<&str> = owner.token().split('.').collect();
    assert_eq!(decode(parts[0])["alg"], "HS256");
    let claims = decode(parts[1]);
    assert_eq!(claims["sub"], "a@a.kz");
    assert_eq!(claims["uid"], owner.me().await["id"]);
    assert!(!claims["sid"].is_null());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let left = claims["exp"].as_u64().unwrap() - now;
    assert!((3000..=3600).contains(&left), "an hour, not {left} s");
    // The same claims, unsigned.
    let none = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT"}"#);
    let forged = hub.api().with_token(&format!("{none}.{}.", parts[1]));
    forged.ask(Method::GET, "/api/auth/me", None).await.refused(401, "not_signed_in");
}

async fn guessing_is_slowed_down(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let guesser = hub.api().at_address("203.0.113.7");
    let mut refused = None;
    for _ in 0..30 {
        let answer = guesser.login("a@a.kz", "guess").await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        answer.expect(401);
    }
    let refused = refused.expect("30 guesses from one address and no 429");
    assert!(refused.header("retry-after").parse::<u64>().is_ok_and(|s| s > 0));
    refused.refused(429, "rate_limited");
    // Who is signed in stays so, and from elsewhere the right password still opens the door.
    owner.me().await;
    hub.api().at_address("198.51.100.9").login("a@a.kz", PASSWORD).await.expect(200);
}

/// It is nobody's e-mail: the same answer, and no memory of it.
async fn an_endless_name_is_refused_like_a_wrong_one(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let endless = format!("{}@a.kz", "a".repeat(200_000));
    for _ in 0..15 {
        let refused = hub.api().login(&endless, "guess").await.refused(401, "bad_credentials");
        assert_eq!(refused["detail"], "Incorrect email or password");
    }
}

async fn companies_do_not_see_each_other(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let a = hub.api().owner("manager@companya.kz", "Компания А").await;
    let b = hub.api().owner("manager@companyb.kz", "Компания Б").await;
    let foreign = b.channels().await[0]["id"].clone();
    a.ask(Method::GET, &format!("/api/channels/{foreign}"), None).await.refused(404, "not_found");
}

async fn health_and_documents(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    let health = api.get("/health").await;
    assert_eq!(health["status"], "healthy");
    assert_eq!(health["auth"], "JWT");
    let database = match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    };
    assert_eq!(health["database"], database);
    assert!(health["version"].is_string());
    api.ask(Method::GET, "/health/", None).await.expect(200);
    api.get("/api/health").await;
    let openapi = api.get("/openapi.json").await;
    for path in ["/api/auth/register", "/api/auth/login", "/api/conversations", "/health"] {
        assert!(openapi["paths"].get(path).is_some(), "{path} is not in the OpenAPI document");
    }
    let asyncapi = api.get("/asyncapi.json").await;
    assert!(asyncapi["asyncapi"].is_string());
    for page in ["/docs", "/redoc", "/api/schema/swagger/", "/api/schema/swagger", "/"] {
        let answer = api.ask(Method::GET, page, None).await;
        assert!(answer.header("content-type").starts_with("text/html"), "{page}");
        let shown = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert_eq!(shown.contains("swagger-ui"), page.contains("docs") || page.contains("swagger"), "{page}");
        answer.expect(200);
    }
    let metrics = api.ask(Method::GET, "/metrics", None).await;
    assert!(String::from_utf8_lossy(&metrics.bytes).contains("# TYPE"));
    api.ask(Method::GET, "/api/no-such-thing", None).await.refused(404, "not_found");
}

on_both_databases!(
    register_login_me,
    wrong_credentials,
    the_token_has_the_fixed_claims,
    guessing_is_slowed_down,
    an_endless_name_is_refused_like_a_wrong_one,
    companies_do_not_see_each_other,
    health_and_documents,
);
