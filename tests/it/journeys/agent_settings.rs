//! A channel's agent: presets, versions that stay, and why a run said what it said.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::openai::OpenAi;
use crate::support::{Api, Backend, Hub, Visitor, World, eventually, on_both_databases};

async fn save(api: &Api, path: &str, body: Value) -> Value {
    api.ask(Method::PUT, path, Some(body)).await.expect(200)
}

async fn webchat(api: &Api) -> String {
    let channel = api.channels().await.into_iter().find(|c| c["kind"] == "webchat").expect("a web chat");
    format!("/api/channels/{}/agent", channel["id"])
}

async fn every_change_is_a_version(backend: Backend) {
    let openai = OpenAi::start().await;
    openai.only_models(&["gpt-4o", "small"]);
    let hub = Hub::start(backend, &[("OPENAI_BASE_URL", &openai.url()), ("OPENAI_API_KEY", "sk-instance-wxyz")]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let path = webchat(&owner).await;
    // What a channel begins with: a preset, with the agent answering, and nobody who saved it.
    let first = owner.get(&path).await;
    assert_eq!((&first["version"], &first["answers_first"], &first["ready"]), (&json!(0), &json!("agent"), &json!(true)));
    assert_eq!((&first["updated_at"], &first["updated_by"]), (&json!(null), &json!(null)));
    let presets = owner.get("/api/agent/presets").await["presets"].clone();
    let by_id = |id: &str| presets.as_array().expect("presets").iter().find(|p| p["id"] == id).cloned().expect("a preset");
    assert_eq!(by_id("general")["settings"], first["settings"]);
    assert_eq!(presets[0]["id"], "construction");

    let mut settings = by_id("construction")["settings"].clone();
    let one = save(&owner, &path, settings.clone()).await;
    assert_eq!((&one["version"], &one["settings"]), (&json!(1), &settings));
    assert!(one["updated_by"]["name"].is_string() && one["updated_at"].is_string(), "{one}");
    assert_eq!(save(&owner, &path, settings.clone()).await, one, "nothing has changed");
    settings["answers_first"] = json!("drafts");
    settings["name"] = json!("Айжан");
    let manager = owner.invite("manager", "manager@stroika.kz", "Marat").await;
    let two = save(&manager, &path, settings.clone()).await;
    assert_eq!(
        (&two["version"], &two["answers_first"], &two["updated_by"]["name"]),
        (&json!(2), &json!("drafts"), &json!("Marat"))
    );

    // A model is tried when it is named; what is wrong is told at its field and saves nothing.
    settings["model"] = json!("small");
    assert_eq!(save(&owner, &path, settings.clone()).await["version"], 3);
    let wrong = [
        ("model", json!("large")),
        ("temperature", json!(3)),
        ("name", json!("")),
        ("languages", json!([])),
        ("debounce_ms", json!(60_000)),
        ("find_out", json!([{"key": "Phone number", "label": "Phone"}])),
    ];
    for (field, value) in wrong {
        let mut spoilt = settings.clone();
        spoilt[field] = value;
        let problem = owner.ask(Method::PUT, &path, Some(spoilt)).await.refused(422, "validation");
        assert!(problem["errors"][field].is_string(), "{field}: {problem}");
    }
    for misspelt in [json!({"nmae": "x"}), json!({"answers_first": "robots"}), json!([])] {
        owner.ask(Method::PUT, &path, Some(misspelt)).await.refused(422, "validation");
    }
    assert_eq!(openai.checks().iter().map(|ask| ask.model().to_owned()).collect::<Vec<_>>(), ["small", "large"]);

    let versions = owner.pages(&format!("{path}/versions?limit=2"), "versions").await;
    assert_eq!(versions.iter().map(|v| v["number"].clone()).collect::<Vec<_>>(), [3, 2, 1]);
    assert_eq!((&versions[2]["settings"], &versions[1]["created_by"]["name"]), (&one["settings"], &json!("Marat")));
    let rolled = owner.post(&format!("{path}/rollback"), json!({"number": 1})).await.expect(200);
    assert_eq!((&rolled["version"], &rolled["settings"]), (&json!(4), &one["settings"]));
    let problem = owner.post(&format!("{path}/rollback"), json!({"number": 9})).await.refused(409, "conflict");
    assert!(problem["errors"]["number"].is_string(), "{problem}");
    // Another channel has an agent of its own.
    let api = owner.channels().await.into_iter().find(|c| c["kind"] == "api").expect("an API channel");
    assert_eq!(owner.get(&format!("/api/channels/{}/agent", api["id"])).await["version"], 0);
}

async fn a_run_is_told_to_whoever_sees_its_conversation(backend: Backend) {
    let world = World::new(backend).await;
    let conversation = world.begin(&world.customer(501, "A"), "hi").await;
    let operator = world.owner.invite("operator", "operator@stroika.kz", "O").await;
    let path = format!("/api/channels/{}/agent", world.channel);
    save(&world.owner, &path, json!({"answers_first": "people"})).await;
    let trace = r#"{"prompt": [{"role": "system", "content": "You are"}], "tool_calls": [{"name": "handoff", "arguments": {}, "result": "ok"}]}"#;
    let run = "INSERT INTO agent_runs (id, company_id, conversation_id, agent_version_id, generation, state, reply, model, trace, \
               tokens_in, tokens_out, cost_micros, latency_ms, started_at, ended_at, reason, function_called)";
    let from = format!("FROM agent_versions WHERE channel_id = {}", world.channel);
    let values =
        format!("SELECT 900000001, company_id, {conversation}, id, 3, 'handed_over', 'A person comes', 'gpt-4o', '{trace}'");
    world.hub.sql(&format!("{run} {values}, 210, 8, 605, 1234, 1000000, 2000000, 'asked_for_person', 'handoff' {from}")).await;
    let shown = operator.get("/api/agent-runs/900000001").await;
    let expected = json!({
        "id": 900000001, "conversation_id": conversation, "message_id": null, "agent_version": 1, "model": "gpt-4o",
        "state": "handed_over", "reason": "asked_for_person", "reply": "A person comes", "function_called": "handoff",
        "tool_calls": [{"name": "handoff", "arguments": {}, "result": "ok"}],
        "prompt": [{"role": "system", "content": "You are"}], "messages_read": [], "tokens_in": 210, "tokens_out": 8, "cost": 0.000605,
        "latency_ms": 1234, "started_at": "1970-01-01T00:00:01.000000Z", "ended_at": "1970-01-01T00:00:02.000000Z",
    });
    assert_eq!(shown, expected);
}

/// What the node remembers of its channels does not outlive a change that is made there.
async fn what_is_saved_holds_at_once(backend: Backend) {
    let openai = OpenAi::start().await;
    let hub = Hub::start(backend, &[("OPENAI_BASE_URL", &openai.url()), ("OPENAI_API_KEY", "sk-instance-wxyz")]).await;
    let owner = hub.api().owner("owner@stroika.kz", "Stroika").await;
    let (path, key) = (webchat(&owner).await, owner.webchat_key().await);
    for (answers, handler) in [("agent", "agent"), ("people", "queue"), ("agent", "agent"), ("people", "queue")] {
        save(&owner, &path, json!({"answers_first": answers})).await;
        let visitor = Visitor::open(&hub.url(), &key).await;
        visitor.says("c1", "hello").await;
        let newest = owner.conversations("status=any").await[0].clone();
        assert_eq!((&newest["handler"], &newest["inbound_count"]), (&json!(handler), &json!(1)), "{answers}: {newest}");
    }
    // What the company has set for all its agents, too.
    openai.only_models(&["gpt-4o", "small"]);
    let model = async |wanted: Value| owner.patch("/api/ai", wanted).await.expect(200)["model_in_use"].clone();
    assert_eq!(model(json!({"model": "small"})).await, "small");
    save(&owner, &path, json!({"answers_first": "agent"})).await;
    for (wanted, said) in [(json!("small"), "small"), (json!(null), "gpt-4o")] {
        model(json!({"model": wanted})).await;
        let visitor = Visitor::open(&hub.url(), &key).await;
        visitor.says("c1", &format!("which model? {said}")).await;
        let asked = eventually("the model to be asked", || async {
            openai.chats().into_iter().rev().find(|ask| ask.last_line().contains(said))
        });
        assert_eq!(asked.await.model(), said);
    }
}

on_both_databases!(every_change_is_a_version, a_run_is_told_to_whoever_sees_its_conversation, what_is_saved_holds_at_once);
