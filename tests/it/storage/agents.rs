//! The agent's own tables: settings of a company, versions that count on, tools, and the one look a turn takes at all of it.

use serde_json::{Value, json};
use switchboard::db::agent_tools::{MOST_TOOLS, NewTool, SealedHeaders, ToolChange};
use switchboard::db::agents::{AiChange, SealedKey};
use switchboard::domain::access::Scope;
use switchboard::domain::clock::{DAY, SECOND};
use switchboard::domain::ids::{ChannelId, CompanyId};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const ANOTHER: CompanyId = CompanyId::new(2);
const TODAY: i64 = NOW / DAY;

fn tool(name: &str) -> NewTool {
    NewTool {
        name: name.into(),
        description: "Looks up an order".into(),
        method: "GET",
        url: "https://crm.example/orders".into(),
        parameters: json!([]),
        headers: Some(Box::new(|id| Ok(SealedHeaders { sealed: format!("sealed for {id}"), hint: "x-key".into() }))),
        timeout_ms: 5000,
        enabled: true,
    }
}

async fn versions_count_on_and_stay(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    assert!(store.current_agent(COMPANY, WEBCHAT).await.expect("an answer").is_none());
    let first = store.ensure_agent_version(COMPANY, WEBCHAT, json!({"n": 0}), NOW).await.expect("an answer").expect("made");
    assert_eq!((first.number, first.created_by), (1, None));
    let again = store.ensure_agent_version(COMPANY, WEBCHAT, json!({"n": 9}), NOW).await.expect("an answer").expect("there");
    assert_eq!((again.id, again.settings), (first.id, json!({"n": 0})));
    // Eight at once: none is lost, none has another's number.
    let saves = (1..=8).map(|n| store.add_agent_version(COMPANY, WEBCHAT, json!({"n": n}), OPERATOR, NOW + n));
    let saved = futures_util::future::join_all(saves).await;
    let mut numbers: Vec<i64> = saved.into_iter().map(|v| v.expect("an answer").expect("a version").number).collect();
    numbers.sort_unstable();
    assert_eq!(numbers, (2..=9).collect::<Vec<_>>());

    let page = store.agent_versions(COMPANY, WEBCHAT, None, 3).await.expect("a page");
    assert_eq!(page.iter().map(|v| v.version.number).collect::<Vec<_>>(), [9, 8, 7]);
    assert_eq!(page[0].name.as_deref(), Some("Aida"));
    let rest = store.agent_versions(COMPANY, WEBCHAT, Some(2), 10).await.expect("a page");
    assert_eq!((rest.len(), rest[0].version.number, rest[0].name.as_deref()), (1, 1, None));
    let current = store.current_agent(COMPANY, WEBCHAT).await.expect("an answer").expect("a version");
    assert_eq!(current.id, page[0].version.id);
    // Channels of others, removed ones, numbers that never were.
    assert!(store.add_agent_version(ANOTHER, WEBCHAT, json!({}), OPERATOR, NOW).await.expect("an answer").is_none());
    assert!(store.current_agent(ANOTHER, WEBCHAT).await.expect("an answer").is_none());
    assert!(store.agent_version(COMPANY, WEBCHAT, 10).await.expect("an answer").is_none());
    assert_eq!(store.agent_version(COMPANY, WEBCHAT, 1).await.expect("an answer").expect("kept").settings, json!({"n": 0}));
    shelf.sql("UPDATE channels SET deleted_at = 1 WHERE id = 3").await;
    assert!(store.ensure_agent_version(COMPANY, WEBCHAT, json!({}), NOW).await.expect("an answer").is_none());
    assert_eq!(shelf.count("SELECT COUNT(*) FROM audit_log WHERE action = 'agent.changed'").await, 8);
}

async fn settings_change_field_by_field(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    assert!(store.ai_settings(COMPANY).await.expect("an answer").is_none());
    let key = SealedKey { sealed: "sealed".into(), hint: "…abcd".into() };
    let change = AiChange {
        api_key: Some(Some(key)),
        base_url: Some(Some("https://models.example/v1".into())),
        daily_budget_micros: Some(Some(2_500_000)),
        card: Some("We build houses.".into()),
        prices: Some(json!({"m": {"input": 1, "output": 2}})),
        ..AiChange::default()
    };
    store.change_ai_settings(COMPANY, OPERATOR, change, NOW).await.expect("stored");
    store.note_ai_error(COMPANY, "no_money".into(), "The account is empty".into(), NOW).await.expect("noted");
    let row = store.ai_settings(COMPANY).await.expect("an answer").expect("a row");
    assert_eq!((row.api_key.as_deref(), row.key_hint.as_deref()), (Some("sealed"), Some("…abcd")));
    assert_eq!((row.default_region.as_str(), row.card.as_str()), ("KZ", "We build houses."));
    assert_eq!((row.error_code.as_deref(), row.error_at), (Some("no_money"), Some(NOW)));
    // A changed card heals nothing; a success does, and so does another model.
    let card = AiChange { card: Some(String::new()), ..AiChange::default() };
    store.change_ai_settings(COMPANY, OPERATOR, card, NOW).await.expect("stored");
    assert!(store.ai_settings(COMPANY).await.expect("an answer").expect("a row").error_code.is_some());
    let model = AiChange { model: Some(Some("small".into())), api_key: Some(None), ..AiChange::default() };
    store.change_ai_settings(COMPANY, OPERATOR, model, NOW).await.expect("stored");
    let row = store.ai_settings(COMPANY).await.expect("an answer").expect("a row");
    assert_eq!((row.api_key, row.key_hint, row.error_code, row.error_detail, row.error_at), (None, None, None, None, None));
    assert_eq!((row.model.as_deref(), row.card.as_str(), row.daily_budget_micros), (Some("small"), "", Some(2_500_000)));
    store.note_ai_error(ANOTHER, "bad_key".into(), "The key is wrong".into(), NOW).await.expect("noted without settings");
    store.clear_ai_error(ANOTHER).await.expect("cleared");
    assert_eq!(store.ai_settings(ANOTHER).await.expect("an answer").expect("a row").error_code, None);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM audit_log WHERE action = 'ai.changed'").await, 3);
    assert_eq!(shelf.count("SELECT COUNT(*) FROM audit_log WHERE CAST(data AS TEXT) LIKE '%sealed%'").await, 0);
}

async fn tools_are_the_companys_own(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let id = store.create_tool(COMPANY, OPERATOR, tool("find_order"), NOW).await.expect("an answer").expect("made");
    let row = store.tool(COMPANY, id).await.expect("an answer").expect("a tool");
    assert_eq!((row.headers, row.headers_hint.as_deref()), (Some(format!("sealed for {id}")), Some("x-key")));
    let taken = store.create_tool(COMPANY, OPERATOR, tool("find_order"), NOW).await.expect_err("the name is taken");
    assert!(taken.is_taken());
    store.create_tool(ANOTHER, OPERATOR, tool("find_order"), NOW).await.expect("an answer").expect("made");
    assert!(store.tool(ANOTHER, id).await.expect("an answer").is_none());
    let off = || ToolChange { enabled: Some(false), headers: Some(None), ..ToolChange::default() };
    assert!(!store.change_tool(ANOTHER, OPERATOR, id, off(), NOW).await.expect("an answer"));
    assert!(!store.remove_tool(ANOTHER, OPERATOR, id, NOW).await.expect("an answer"));
    assert!(store.change_tool(COMPANY, OPERATOR, id, off(), NOW + SECOND).await.expect("an answer"));
    let row = store.tool(COMPANY, id).await.expect("an answer").expect("a tool");
    assert_eq!((row.enabled, row.headers, row.headers_hint, row.url.as_str()), (false, None, None, "https://crm.example/orders"));
    for n in 1..MOST_TOOLS {
        let name = format!("tool_{n}");
        store.create_tool(COMPANY, OPERATOR, tool(&name), NOW).await.expect("an answer").expect("made");
    }
    assert_eq!(store.create_tool(COMPANY, OPERATOR, tool("one_more"), NOW).await.expect("an answer"), None);
    assert!(store.remove_tool(COMPANY, OPERATOR, id, NOW).await.expect("an answer"));
    assert!(!store.remove_tool(COMPANY, OPERATOR, id, NOW).await.expect("an answer"));
    assert_eq!(store.tools_of(COMPANY).await.expect("a list").len() as i64, MOST_TOOLS - 1);
}

async fn a_turn_sees_its_desk(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let bare = store.agent_desk(WEBCHAT, TODAY).await.expect("an answer").expect("a desk");
    assert_eq!((bare.company_id, bare.company_name.as_str(), bare.time_zone.as_str()), (COMPANY, "Stroika", "Asia/Almaty"));
    assert!(bare.version.is_none() && bare.ai.is_none() && bare.tools.is_empty());
    assert_eq!(bare.spent_today_micros, 0);

    store.add_agent_version(COMPANY, WEBCHAT, json!({"n": 1}), OPERATOR, NOW).await.expect("an answer").expect("made");
    store.add_agent_version(COMPANY, TELEGRAM, json!({"n": 2}), OPERATOR, NOW).await.expect("an answer").expect("made");
    let card = AiChange { card: Some("We build.".into()), ..AiChange::default() };
    store.change_ai_settings(COMPANY, OPERATOR, card, NOW).await.expect("stored");
    store.create_tool(COMPANY, OPERATOR, tool("on"), NOW).await.expect("an answer").expect("made");
    let off = NewTool { enabled: false, ..tool("off") };
    store.create_tool(COMPANY, OPERATOR, off, NOW).await.expect("an answer").expect("made");
    store.create_tool(ANOTHER, OPERATOR, tool("theirs"), NOW).await.expect("an answer").expect("made");
    let spent = "INSERT INTO ai_spend (company_id, day, channel_id, runs, tokens_in, tokens_out, cost_micros)";
    for (company, day, channel, cost) in [
        (COMPANY, TODAY - 1, WEBCHAT, 5),
        (COMPANY, TODAY, WEBCHAT, 4),
        (COMPANY, TODAY, TELEGRAM, 3),
        (ANOTHER, TODAY, TELEGRAM, 11),
    ] {
        shelf.sql(&format!("{spent} VALUES ({company}, {day}, {channel}, 1, 2, 3, {cost})")).await;
    }
    let desk = store.agent_desk(WEBCHAT, TODAY).await.expect("an answer").expect("a desk");
    assert_eq!(desk.version.map(|v| (v.number, v.settings)), Some((1, json!({"n": 1}))));
    assert_eq!(desk.ai.map(|ai| ai.card).as_deref(), Some("We build."));
    assert_eq!(desk.tools.iter().map(|t| t.name.as_str()).collect::<Vec<_>>(), ["on"]);
    assert_eq!((desk.spent_today_micros, desk.spent_here_today_micros), (7, 4));
    let days: Vec<(i64, i64)> =
        store.spend(COMPANY, TODAY - 1).await.expect("days").iter().map(|d| (d.day, d.cost_micros)).collect();
    assert_eq!(days, [(TODAY - 1, 5), (TODAY, 4), (TODAY, 3)]);
    assert_eq!(store.spend(COMPANY, TODAY).await.expect("days").len(), 2);
    let names = store.names_of_channels(COMPANY, vec![TELEGRAM, WEBCHAT, ChannelId::new(4)]).await.expect("names");
    assert_eq!(names.len(), 2, "another company's channel has no name here");
    for gone in ["enabled = false", "enabled = true, deleted_at = 1"] {
        shelf.sql(&format!("UPDATE channels SET {gone} WHERE id = 3")).await;
        assert!(store.agent_desk(WEBCHAT, TODAY).await.expect("an answer").is_none(), "{gone}");
    }
    assert!(store.agent_desk(ChannelId::new(99), TODAY).await.expect("an answer").is_none());
}

async fn a_run_knows_where_it_belongs(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let store = shelf.store();
    let conversation = shelf.commit(WEBCHAT, "k", &[says(WEBCHAT, "k", "hi")], NOW).await.after.id;
    let version = store.ensure_agent_version(COMPANY, WEBCHAT, json!({}), NOW).await.expect("an answer").expect("made").id;
    let run = "INSERT INTO agent_runs (id, company_id, conversation_id, agent_version_id, generation, state, reply, started_at)";
    shelf.sql(&format!("{run} VALUES (900, 1, {conversation}, {version}, 1, 'answered', 'Hello', {NOW})")).await;
    shelf.sql(&format!("UPDATE conversations SET assignee_id = {OPERATOR} WHERE id = {conversation}")).await;
    let row = store.agent_run(COMPANY, 900).await.expect("an answer").expect("a run");
    assert_eq!((row.conversation_id, row.agent_version, row.reply.as_str()), (conversation, 1, "Hello"));
    assert_eq!(row.scope, Scope { department_id: None, assignee_id: Some(OPERATOR) });
    assert_eq!((row.trace, row.ended_at), (Value::Object(Default::default()), None));
    assert!(store.agent_run(ANOTHER, 900).await.expect("an answer").is_none());
}

on_both_databases!(
    versions_count_on_and_stay,
    settings_change_field_by_field,
    tools_are_the_companys_own,
    a_turn_sees_its_desk,
    a_run_knows_where_it_belongs,
);
