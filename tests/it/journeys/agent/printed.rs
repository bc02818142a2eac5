//! The curl commands of the API document, letter by letter: only the address and the token are filled in, as a reader would.

use serde_json::{Value, json};

use super::{Office, sales_manager};
use crate::support::{Backend, on_both_databases};

const REGISTER: &str = r#"curl -X POST http://localhost:8000/api/auth/register \
  -H "Content-Type: application/json" \
  -d '{
    "email": "test@company.kz",
    "password": "test123",
    "company_name": "Тест"
  }'"#;

const LOGIN: &str = r#"curl -X POST http://localhost:8000/api/auth/login \
  -d "username=test@company.kz&password=test123""#;

const CHAT: &str = r#"curl -X POST http://localhost:8000/api/chat \
  -H "Authorization: Bearer YOUR_TOKEN" \
  -F "user_id=client_1" \
  -F "text=Хочу дом""#;

const LEADS: &str = r#"curl -X GET http://localhost:8000/api/leads \
  -H "Authorization: Bearer YOUR_TOKEN""#;

/// What a shell makes of it.
async fn run(command: &str, hub: &str, token: &str) -> Value {
    let filled = command.replace("http://localhost:8000", hub).replace("YOUR_TOKEN", token);
    let shell = filled.clone();
    let run = move || std::process::Command::new("sh").arg("-c").arg(shell).output().expect("a shell");
    let output = tokio::task::spawn_blocking(run).await.expect("an end");
    assert!(output.status.success(), "{filled}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{filled}: {e}: {output:?}"))
}

async fn the_printed_commands_run(backend: Backend) {
    let office = Office::open(backend).await;
    office.model.rule(sales_manager);
    let hub = office.hub.api();
    let base = hub.base();
    let user = run(REGISTER, base, "").await;
    assert_eq!(
        (&user["email"], &user["company_name"], &user["is_active"]),
        (&json!("test@company.kz"), &json!("Тест"), &json!(true))
    );
    assert!(user["id"].is_i64() && user["created_at"].is_string(), "{user}");
    assert_eq!(run(REGISTER, base, "").await["detail"], "Email already registered");
    let signed_in = run(LOGIN, base, "").await;
    assert_eq!(signed_in["token_type"], "bearer", "{signed_in}");
    let token = signed_in["access_token"].as_str().expect("a token");
    let answer = run(CHAT, base, token).await;
    assert_eq!((&answer["status"], &answer["user_id"]), (&json!("success"), &json!("client_1")), "{answer}");
    assert_eq!((&answer["response"], &answer["function_called"]), (&json!("В каком городе?"), &json!(null)), "{answer}");
    assert_eq!(run(LEADS, base, token).await, json!({"leads": [], "total": 0, "next_cursor": null}));
    // The dialogue goes on in the same words, to the list that the document shows.
    for text in ["Алматы", "150 квадратов", "Канат, 87768776637"] {
        run(&CHAT.replace("Хочу дом", text), base, token).await;
    }
    let leads = run(LEADS, base, token).await;
    assert_eq!((&leads["total"], &leads["leads"][0]["phone"]), (&json!(1), &json!("87768776637")), "{leads}");
    assert_eq!(leads["leads"][0]["owner_id"], user["id"], "{leads}");
    // Another company sees none of it.
    assert_eq!(office.leads().await, Vec::<Value>::new());
}

on_both_databases!(the_printed_commands_run);
