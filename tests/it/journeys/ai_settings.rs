//! The model that a company's agents use: a key is tried before it is stored, goes only where its owner sent it, and is never
//! told again.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::openai::{OpenAi, Reply};
use crate::support::{Api, Backend, Hub, on_both_databases};

const KEY: &str = "sk-own-0123456789-abcd";

async fn change(api: &Api, body: Value) -> Value {
    api.patch("/api/ai", body).await.expect(200)
}

/// Refused, with the sentence at this field.
async fn refused_at(api: &Api, field: &str, body: Value) -> String {
    let asked = body.to_string();
    let problem = api.patch("/api/ai", body).await.refused(422, "validation");
    let sentence = problem["errors"][field].as_str().unwrap_or_else(|| panic!("{asked}: nothing at {field} in {problem}"));
    assert_eq!(problem["detail"], sentence);
    assert!(!problem.to_string().contains(KEY), "{problem}");
    sentence.to_owned()
}

async fn answers_first(api: &Api) -> Value {
    let channel = api.channels().await.into_iter().find(|c| c["kind"] == "webchat").expect("a web chat")["id"].clone();
    api.get(&format!("/api/channels/{channel}/agent")).await["answers_first"].clone()
}

async fn a_key_is_tried_before_it_is_stored(backend: Backend) {
    let openai = OpenAi::start().await;
    openai.only_key(KEY);
    openai.only_models(&["gpt-4o", "small"]);
    let hub = Hub::start(backend, &[("OPENAI_BASE_URL", &openai.url())]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let manager = owner.invite("manager", "manager@stroika.kz", "M").await;
    let before = manager.get("/api/ai").await;
    assert_eq!((&before["ready"], &before["source"], &before["key_hint"]), (&json!(false), &json!("none"), &json!(null)));
    assert_eq!(answers_first(&owner).await, "people");

    refused_at(&owner, "api_key", json!({"api_key": "sk-wrong"})).await;
    refused_at(&owner, "model", json!({"api_key": KEY, "model": "large"})).await;
    openai.answer_checks(Reply::no_money());
    refused_at(&owner, "api_key", json!({"api_key": KEY})).await;
    openai.listen(false);
    refused_at(&owner, "api_key", json!({"api_key": KEY})).await;
    openai.listen(true);
    for not_a_key in ["", "  ", "two words", "ключ"] {
        refused_at(&owner, "api_key", json!({"api_key": not_a_key})).await;
    }
    assert_eq!(owner.get("/api/ai").await, before, "what was refused is not stored");

    openai.answer_checks(Reply::text("pong"));
    let tried = openai.checks().len();
    let set = change(&owner, json!({"api_key": KEY, "model": "small"})).await;
    assert_eq!((&set["ready"], &set["source"], &set["key_hint"]), (&json!(true), &json!("company"), &json!("…abcd")));
    assert_eq!((&set["model"], &set["model_in_use"], &set["budget_today"]), (&json!("small"), &json!("small"), &json!(null)));
    let checks = openai.checks();
    assert_eq!((checks.len(), checks[tried].key(), checks[tried].model()), (tried + 1, KEY, "small"));
    assert_eq!(answers_first(&owner).await, "agent");
    // What has nothing to do with it tries nothing, nor does what stays the same.
    change(&manager, json!({"card": "We build.", "model": "small", "daily_budget": 2.5})).await;
    assert_eq!(openai.checks().len(), tried + 1);
    refused_at(&manager, "model", json!({"model": "large"})).await;
    assert_eq!(change(&manager, json!({"model": null})).await["model_in_use"], "gpt-4o");
    // Only an owner touches the key, or the address it goes to.
    for body in [json!({"api_key": KEY}), json!({"api_key": null}), json!({"base_url": "https://8.8.8.8/v1"})] {
        manager.patch("/api/ai", body).await.refused(403, "forbidden");
    }
    assert_eq!(hub.count("SELECT COUNT(*) FROM ai_settings WHERE api_key LIKE '%sk-own%' OR key_hint LIKE '%own%'").await, 0);
    assert_eq!(hub.count("SELECT COUNT(*) FROM audit_log WHERE CAST(data AS TEXT) LIKE '%sk-own%'").await, 0);
    assert!(!hub.log().contains("sk-own"), "a key is in the log");
    // Another company gains nothing by it.
    let rival = hub.api().owner("rival@rival.kz", "Rival").await;
    assert_eq!(rival.get("/api/ai").await, before);

    let cleared = change(&owner, json!({"api_key": null})).await;
    assert_eq!((&cleared["ready"], &cleared["key_hint"], &cleared["card"]), (&json!(false), &json!(null), &json!("We build.")));
    assert_eq!(answers_first(&owner).await, "people");
}

async fn a_key_goes_only_where_its_owner_sent_it(backend: Backend) {
    let openai = OpenAi::start().await;
    let settings =
        [("OPENAI_BASE_URL", openai.url()), ("OPENAI_API_KEY", "sk-instance-wxyz".into()), ("AI_DAILY_BUDGET", "3".into())];
    let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
    let hub = Hub::start(backend, &settings).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let ai = owner.get("/api/ai").await;
    assert_eq!((&ai["ready"], &ai["source"], &ai["key_hint"]), (&json!(true), &json!("instance"), &json!(null)));
    assert_eq!((&ai["base_url"], &ai["budget_today"], &ai["daily_budget"]), (&json!(null), &json!(3.0), &json!(null)));
    assert!(!ai.to_string().contains("sk-instance") && !ai.to_string().contains("wxyz"), "{ai}");
    assert_eq!(answers_first(&owner).await, "agent");
    // A budget of one's own only narrows what the instance gives.
    assert_eq!(change(&owner, json!({"daily_budget": 50})).await["budget_today"], 3.0);
    assert_eq!(change(&owner, json!({"daily_budget": 0.5})).await["budget_today"], 0.5);

    let local = openai.url();
    let inside = [
        local.as_str(),
        "http://localhost:8080/v1",
        "http://169.254.169.254/v1",
        "http://[::1]/v1",
        "http://10.0.0.8/v1",
        "http://ollama:11434/v1",
        "ftp://models.example/v1",
        "https://user:word@models.example/v1",
        "models.example",
        "https://models.example/v1?key=1",
    ];
    for url in inside {
        refused_at(&owner, "base_url", json!({"api_key": KEY, "base_url": url})).await;
    }
    // The instance's key is not for an address that a company has set.
    refused_at(&owner, "base_url", json!({"base_url": "https://8.8.8.8/v1"})).await;
    assert_eq!(openai.checks().len(), 0, "nothing was sent");
    // One's own key goes to the instance's server, unless one names another.
    let set = change(&owner, json!({"api_key": KEY})).await;
    assert_eq!((&set["source"], &set["key_hint"], &set["budget_today"]), (&json!("company"), &json!("…abcd"), &json!(0.5)));
    assert_eq!(change(&owner, json!({"daily_budget": null})).await["budget_today"], json!(null));
    let checks = openai.checks();
    assert_eq!(checks.iter().map(|ask| ask.key()).collect::<Vec<_>>(), [KEY]);
    assert_eq!(change(&owner, json!({"api_key": null})).await["source"], "instance");
}

async fn what_is_said_of_a_company_is_checked(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let field = |key: &str| json!({"key": key, "label": "Plot"});
    let wrong = [
        ("default_region", json!({"default_region": "Kazakhstan"})),
        ("prices", json!({"prices": {"gpt-4o": {"input": -1, "output": 2}}})),
        ("daily_budget", json!({"daily_budget": -0.01})),
        ("card", json!({"card": "x".repeat(20_001)})),
        ("allowed_hosts", json!({"allowed_hosts": ["stroika.kz", "localhost"]})),
        ("allowed_hosts", json!({"allowed_hosts": ["10.0.0.1"]})),
        ("customer_fields", json!({"customer_fields": [field("plot"), field("plot")]})),
        ("customer_fields", json!({"customer_fields": [field("phone")]})),
        ("model", json!({"model": "two words"})),
        ("transcribe_model", json!({"transcribe_model": ""})),
    ];
    for (name, body) in wrong {
        refused_at(&owner, name, body).await;
    }
    owner.patch("/api/ai", json!({"prices": {"gpt-4o": 3}})).await.refused(422, "validation");
    let body = json!({
        "default_region": "ru", "prices": {"own": {"input": 1.5, "output": 3}}, "card": "  Houses from 100 m².\nCall us. ",
        "allowed_hosts": ["https://Stroika.KZ/contacts", "*.stroika.kz", "wa.me"], "customer_fields": [field("plot")],
    });
    let set = change(&owner, body).await;
    assert_eq!((&set["default_region"], &set["card"]), (&json!("RU"), &json!("Houses from 100 m².\nCall us.")));
    assert_eq!(set["allowed_hosts"], json!(["stroika.kz", "wa.me"]));
    assert_eq!(set["prices"], json!({"own": {"input": 1.5, "output": 3.0}}));
    assert_eq!(set["customer_fields"], json!([{"key": "plot", "label": "Plot", "description": ""}]));
    assert_eq!(set["list_prices"]["gpt-4o"]["input"], 2.5);
    assert_eq!(owner.get("/api/ai").await, set);
}

async fn spending_is_told_by_day(backend: Backend) {
    let hub = Hub::start(backend, &[]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let company = owner.me().await["company_id"].clone();
    let channels = owner.get("/api/channels").await;
    let api = channels["channels"][0]["id"].clone();
    let days = owner.get("/api/ai/spend").await;
    assert_eq!(days["days"].as_array().map(Vec::len), Some(30));
    let today = std::time::UNIX_EPOCH.elapsed().expect("a clock").as_secs() / 86_400;
    for (day, cost) in [(today, 1_250_000), (today - 2, 7), (today - 40, 1)] {
        let columns = "company_id, day, channel_id, runs, tokens_in, tokens_out, recordings, audio_ms, cost_micros";
        hub.sql(&format!("INSERT INTO ai_spend ({columns}) VALUES ({company}, {day}, {api}, 2, 300, 40, 1, 1500, {cost})")).await;
    }
    let spend = owner.get("/api/ai/spend?days=3").await;
    let by_channel = json!([{"channel_id": api, "name": channels["channels"][0]["name"], "runs": 4, "tokens_in": 600,
        "tokens_out": 80, "recordings": 2, "audio_seconds": 3.0, "cost": 1.250007}]);
    assert_eq!(spend["by_channel"], by_channel);
    let days = spend["days"].clone();
    let figures = |n: usize| (days[n]["runs"].clone(), days[n]["tokens_in"].clone(), days[n]["cost"].clone());
    assert_eq!(days.as_array().map(Vec::len), Some(3));
    assert_eq!(figures(0), (json!(2), json!(300), json!(0.000007)));
    assert_eq!(figures(1), (json!(0), json!(0), json!(0.0)));
    assert_eq!(figures(2), (json!(2), json!(300), json!(1.25)));
    assert!(days[2]["day"].as_str().is_some_and(|day| day.len() == 10 && day.starts_with("20")), "{days}");
    assert_eq!(owner.get("/api/ai").await["spent_today"], 1.25);
    owner.ask(Method::GET, "/api/ai/spend?days=x", None).await.refused(422, "validation");
}

/// What went wrong with a customer's turn stands there until a call succeeds or the owner changes something.
async fn the_last_error_is_told(backend: Backend) {
    let openai = OpenAi::start().await;
    let hub = Hub::start(backend, &[("OPENAI_BASE_URL", &openai.url())]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    change(&owner, json!({"api_key": KEY})).await;
    let broke = "UPDATE ai_settings SET error_code = 'no_money', error_detail = 'The account is empty', error_at = 1";
    hub.sql(broke).await;
    let error = owner.get("/api/ai").await["last_error"].clone();
    assert_eq!(error, json!({"code": "no_money", "detail": "The account is empty", "at": "1970-01-01T00:00:00.000001Z"}));
    assert_eq!(change(&owner, json!({"api_key": KEY})).await["last_error"], json!(null));
    // A key that does not open (ENCRYPTION_KEY was lost) is told, and the instance's is not used in its stead.
    hub.sql("UPDATE ai_settings SET api_key = 'deadbeef.AAAA'").await;
    let lost = owner.get("/api/ai").await;
    assert_eq!((&lost["ready"], &lost["last_error"]["code"]), (&json!(false), &json!("key_unreadable")));
    assert_eq!(change(&owner, json!({"api_key": KEY})).await["ready"], true);
}

on_both_databases!(
    a_key_is_tried_before_it_is_stored,
    a_key_goes_only_where_its_owner_sent_it,
    what_is_said_of_a_company_is_checked,
    spending_is_told_by_day,
    the_last_error_is_told,
);
