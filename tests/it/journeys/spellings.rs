//! One person, one zone, one name, however they are written.

use serde_json::{Value, json};

use crate::support::api::{PASSWORD, id};
use crate::support::{Backend, Hub, World, on_both_databases};

const EMAILS: &str = include_str!("../../fixtures/reports/emails.txt");
const ZONES: &str = include_str!("../../fixtures/reports/zones.json");

/// Spellings of the first address in the list, and what is none.
fn spellings() -> (Vec<String>, Vec<String>) {
    let rows = EMAILS.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).filter_map(|line| line.split_once("=>"));
    let (mut same, mut none) = (vec![], vec![]);
    for (given, expected) in rows {
        let given = unescaped(given.strip_suffix(' ').unwrap_or(given));
        match expected.trim() {
            "manager@construction.kz" => same.push(given),
            "" => none.push(given),
            _ => {}
        }
    }
    assert!(same.len() > 10 && none.len() > 10);
    (same, none)
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split("\\u{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let (code, rest) = part.split_once('}').expect("a code point");
        let c = char::from_u32(u32::from_str_radix(code, 16).expect("hex")).expect("a character");
        format!("{out}{c}{rest}")
    })
}

async fn one_person_has_one_account(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let api = hub.api();
    let (same, none) = spellings();
    let body = |email: &str| json!({"email": email, "password": PASSWORD, "company_name": "А"});
    let made = api.post("/api/auth/register", body("\u{202e}MAILTO:Manager\u{200b}@construction.kz\u{202c}")).await.expect(201);
    assert_eq!(made["email"], "manager@construction.kz");
    for email in same.iter().step_by(4) {
        api.post("/api/auth/register", body(email)).await.refused(400, "email_taken");
        api.login(email, PASSWORD).await.expect(200);
    }
    for email in none.iter().step_by(6) {
        api.post("/api/auth/register", body(email)).await.refused(422, "validation");
    }
    // An account from before there was one spelling.
    let owner = api.login("manager@construction.kz", PASSWORD).await.expect(200);
    hub.sql("UPDATE users SET email = 'mailto:manager@construction.kz'").await;
    api.login("mailto:Manager@construction.kz", PASSWORD).await.expect(200);
    assert!(owner["access_token"].is_string());
}

async fn a_zone_has_a_name_that_is_known(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("a@a.kz", "A").await;
    let zones: Value = serde_json::from_str(ZONES).expect("JSON");
    let names = |list: &str| zones[list].as_array().cloned().expect("names");
    for zone in names("known").iter().step_by(5) {
        for path in ["/api/settings", "/api/auth/me"] {
            let taken = owner.patch(path, json!({"time_zone": zone})).await.expect(200);
            assert_eq!(taken["time_zone"].as_str().map(str::to_lowercase), zone.as_str().map(str::to_lowercase), "{path}");
        }
    }
    let before = owner.get("/api/settings").await;
    for (n, zone) in names("unknown").iter().enumerate() {
        let path = ["/api/settings", "/api/auth/me"][n % 2];
        let refused = owner.patch(path, json!({"time_zone": zone})).await.refused(422, "validation");
        let said = refused["errors"]["time_zone"].as_str().expect("at the field");
        assert!(said.contains(zone.as_str().unwrap_or_default().trim()), "by its name: {said}");
    }
    assert_eq!(owner.get("/api/settings").await["time_zone"], before["time_zone"]);
    let body = json!({"email": "b@b.kz", "password": PASSWORD, "company_name": "B", "time_zone": "Etc/Unknown"});
    hub.api().post("/api/auth/register", body).await.refused(422, "validation");
    let body = json!({"email": "b@b.kz", "password": PASSWORD, "company_name": "B", "time_zone": "US/Eastern"});
    assert_eq!(hub.api().post("/api/auth/register", body).await.expect(201)["time_zone"], "US/Eastern");
}

/// Whatever older versions have taken.
async fn an_odd_stored_zone_breaks_nothing(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "Канат"), "привет").await;
    let lead = json!({"conversation_id": conversation, "name": "Канат", "phone": "87051112233"});
    world.owner.post("/api/leads", lead).await.expect(201);
    world.hub.sql("UPDATE users SET time_zone = 'Etc/Unknown'").await;
    world.hub.sql("UPDATE companies SET time_zone = 'Asia/Almatyy'").await;
    assert_eq!(world.owner.me().await["time_zone"], "UTC");
    assert_eq!(world.owner.get("/api/settings").await["time_zone"], "UTC");
    assert_eq!(world.owner.leads("from=2020-01-01").await.len(), 1);
    for path in ["/api/leads/export?format=csv", "/api/leads/export?format=xlsx", "/api/conversations", "/api/channels"] {
        let answer = world.owner.ask(reqwest::Method::GET, path, None).await;
        assert_eq!(answer.status, 200, "{path}: {answer:?}");
    }
}

async fn a_customers_name_is_what_can_be_seen_of_it(backend: Backend) {
    let world = World::new(backend).await;
    let names = [
        ("\u{202e}Канат\u{202c} \u{2066}Сериков\u{2069}", "Канат Сериков"),
        ("\u{3164}\u{2800}", ""),
        ("Семья 👨\u{200d}👩\u{200d}👧", "Семья 👨\u{200d}👩\u{200d}👧"),
    ];
    for (n, (given, shown)) in names.iter().enumerate() {
        let person = world.customer(600 + n as i64, given);
        let text = format!("привет {n}");
        person.says(&text);
        let frame = world.feed.message(&text).await;
        let conversation = frame["data"]["conversation_id"].as_i64().expect("an id");
        let customer = world.owner.get(&format!("/api/conversations/{conversation}")).await["customer"].clone();
        assert_eq!(customer["name"], *shown, "{given:?}");
        assert_eq!(frame["data"]["author"]["name"], *shown, "{given:?}");
    }
    let conversation = world.begin(&world.customer(700, "Айгүл"), "сәлем").await;
    let customer = id(&world.owner.get(&format!("/api/conversations/{conversation}")).await["customer"]);
    let path = format!("/api/customers/{customer}");
    let edit = json!({"name": "\u{202e}Айгүл\u{200b}", "email": "mailto:Aigul@Site.KZ", "phone": "тел. 998901234567, жена"});
    let changed = world.owner.patch(&path, edit).await.expect(200);
    assert_eq!((&changed["name"], &changed["email"]), (&json!("Айгүл"), &json!("aigul@site.kz")), "{changed}");
    assert_eq!((&changed["phone"], &changed["phone_e164"]), (&json!("тел. 998901234567, жена"), &json!("+998901234567")));
    world.owner.patch(&path, json!({"name": "\u{3164}"})).await.refused(422, "validation");
    let gone = world.owner.patch(&path, json!({"phone": null})).await.expect(200);
    assert_eq!((&gone["phone"], &gone["phone_e164"]), (&Value::Null, &Value::Null));
}

on_both_databases!(
    one_person_has_one_account,
    a_zone_has_a_name_that_is_known,
    an_odd_stored_zone_breaks_nothing,
    a_customers_name_is_what_can_be_seen_of_it,
);
