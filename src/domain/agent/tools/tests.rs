use serde_json::{Value, json};

use super::*;
use crate::domain::agent::presets::presets;
use crate::domain::agent::settings::AgentSettings;
use crate::domain::clock::parse_rfc3339;

fn fields() -> Vec<CustomerField> {
    vec![CustomerField { key: "budget".into(), label: "Бюджет".into(), description: "в тенге".into() }]
}

fn company_tools() -> Vec<CompanyTool> {
    let parameters = json!([
        {"name": "sku", "type": "string", "description": "", "required": true},
        {"name": "count", "type": "integer"},
        {"name": "price", "type": "number"},
        {"name": "express", "type": "boolean"},
    ]);
    vec![CompanyTool {
        name: "stock".into(),
        description: "Is it there?".into(),
        parameters: serde_json::from_value(parameters).unwrap(),
    }]
}

fn call_with(name: &str, arguments: &str, phone: Option<&str>) -> Result<ToolCall, ToolRefusal> {
    let (fields, tools) = (fields(), company_tools());
    let context = ToolContext {
        default_region: "KZ",
        now: parse_rfc3339("2026-01-28T10:30:00Z").unwrap(),
        time_zone: "Asia/Almaty",
        customer_phone: phone,
        customer_language: Some(Language::Kk),
        customer_fields: &fields,
        company_tools: &tools,
    };
    parse(name, arguments, &context)
}

fn call(name: &str, arguments: Value) -> Result<ToolCall, ToolRefusal> {
    call_with(name, &arguments.to_string(), None)
}

fn code(answer: Result<ToolCall, ToolRefusal>) -> &'static str {
    let refusal = answer.unwrap_err();
    assert!(refusal.say.len() > 10);
    refusal.code
}

fn lead(arguments: Value) -> LeadDraft {
    match call(REGISTER_LEAD, arguments).unwrap() {
        ToolCall::RegisterLead(lead) => lead,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_documents_lead_is_registered() {
    let lead = lead(json!({
        "name": "Канат", "phone": 87768776637_i64, "city": "Алматы", "object_type": "дом", "area": "150 м²", "company_id": 7,
        "summary": "Строительство дома\u{0} с нуля", "language": "Russian",
    }));
    assert_eq!((lead.phone.as_str(), lead.phone_e164.as_str()), ("87768776637", "+77768776637"));
    assert_eq!((lead.name.as_str(), lead.area.as_str(), lead.language.as_str()), ("Канат", "150 м²", "ru"));
    assert_eq!(lead.summary, "Строительство дома с нуля");
}

#[test]
fn scalars_are_coerced_and_texts_bounded() {
    let lead = lead(
        json!({"name": "А\nБ", "phone": "8 (776) 877-66-37", "area": 150, "city": ["Алматы", "Астана"], "summary": "я".repeat(9000), "object_type": {"a": 1}}),
    );
    assert_eq!((lead.name.as_str(), lead.area.as_str(), lead.city.as_str()), ("А Б", "150", "Алматы, Астана"));
    assert_eq!(lead.summary.chars().count(), 2000);
    assert_eq!((lead.object_type.as_str(), lead.language.as_str()), ("", "kk"));
    assert_eq!(self::lead(json!({"name": "x".repeat(500), "phone": 87768776637.0})).name.len(), 100);
}

#[test]
fn a_lead_needs_a_name_and_a_real_phone() {
    assert_eq!(code(call(REGISTER_LEAD, json!({"phone": "87768776637"}))), "missing");
    assert_eq!(code(call(REGISTER_LEAD, json!({"name": "Unknown", "phone": "87768776637"}))), "missing");
    assert_eq!(code(call(REGISTER_LEAD, json!({"name": "Канат"}))), "missing");
    assert_eq!(code(call(REGISTER_LEAD, json!({"name": "Канат", "phone": null}))), "missing");
    assert_eq!(code(call(REGISTER_LEAD, json!({"name": "Канат", "phone": "12345"}))), "bad_phone");
    let known = call_with(REGISTER_LEAD, r#"{"name":"Канат"}"#, Some("77768776637")).unwrap();
    assert!(matches!(known, ToolCall::RegisterLead(lead) if lead.phone_e164 == "+77768776637"));
    let foreign = call_with(REGISTER_LEAD, r#"{"name":"Anna"}"#, Some("4915123456789")).unwrap();
    assert!(matches!(foreign, ToolCall::RegisterLead(lead) if lead.phone_e164 == "+4915123456789"));
}

#[test]
fn broken_arguments_are_refused_and_odd_wrappings_are_not() {
    for broken in ["{", "[]", "42", "\"x\"", "{\"name\":", "true"] {
        assert_eq!(code(call_with(REGISTER_LEAD, broken, None)), "malformed", "{broken}");
    }
    assert_eq!(code(call_with(REGISTER_LEAD, "", None)), "missing");
    assert_eq!(code(call_with(REGISTER_LEAD, &"x".repeat(40_000), None)), "too_long");
    let lead = r#"{"name":"Канат","phone":"87768776637"}"#;
    for wrapped in [format!("```json\n{lead}\n```"), json!(lead).to_string(), format!("\n {lead} ")] {
        assert!(call_with(REGISTER_LEAD, &wrapped, None).is_ok(), "{wrapped}");
    }
    assert_eq!(code(call("delete_everything", json!({}))), "unknown_tool");
    assert!(call("delete_everything", json!({})).unwrap_err().say.contains("stock"));
}

#[test]
fn a_hand_off_is_never_refused() {
    let handed = |reason: &str| ToolCall::HandOff { reason: reason.into(), summary: String::new() };
    assert_eq!(call(HAND_OFF, json!({"reason": "жалоба", "extra": 1})), Ok(handed("жалоба")));
    assert_eq!(call_with(HAND_OFF, "{broken", None), Ok(handed("")));
}

#[test]
fn the_customer_is_changed_in_defined_fields_only() {
    let facts = call(
        UPDATE_CUSTOMER,
        json!({"name": "Канат", "email": " K@Good.KZ ", "language": "kk", "budget": 5_000_000, "role": "admin"}),
    );
    let expected = CustomerFacts {
        name: Some("Канат".into()),
        language: Some(Language::Kk),
        email: Some("k@good.kz".into()),
        fields: [("budget".to_owned(), "5000000".to_owned())].into(),
    };
    assert_eq!(facts, Ok(ToolCall::UpdateCustomer(expected)));
    let nested = call(UPDATE_CUSTOMER, json!({"fields": {"budget": "много", "id": 1}})).unwrap();
    assert!(matches!(nested, ToolCall::UpdateCustomer(facts) if facts.fields.len() == 1));
    assert_eq!(code(call(UPDATE_CUSTOMER, json!({"email": "no"}))), "bad_argument");
    assert_eq!(code(call(UPDATE_CUSTOMER, json!({"id": 5}))), "missing");
}

#[test]
fn a_callback_is_at_a_local_time_ahead() {
    let at = |when: &str| match call(SCHEDULE_CALLBACK, json!({"when": when, "note": "замер"})) {
        Ok(ToolCall::ScheduleCallback { at, note }) if note == "замер" => Ok(crate::domain::clock::rfc3339(at)),
        Ok(other) => panic!("{other:?}"),
        Err(refusal) => Err(refusal.code),
    };
    let three = Ok("2026-01-29T10:00:00.000000Z".to_owned());
    for when in ["2026-01-29 15:00", "2026-01-29T15:00:00", "29.01.2026 15:00", "2026-01-29T15:00:00+05:00", "15:00"] {
        assert_eq!(at(when), three, "{when}");
    }
    assert_eq!(at("16:00"), Ok("2026-01-28T11:00:00.000000Z".into()), "today");
    for when in ["2026-01-29T15:00:00Z", "tomorrow", "2026-01-29", "2025-01-29 15:00", "2027-01-29 15:00", "", "2026-02-31 10:00"]
    {
        assert!(at(when).is_err(), "{when}");
    }
}

#[test]
fn company_tools_get_typed_arguments() {
    let answer = call("stock", json!({"sku": 17, "count": "3", "price": "1 500,5", "express": "да", "url": "http://10.0.0.1"}));
    let arguments = json!({"sku": "17", "count": 3, "price": 1500.5, "express": true}).as_object().unwrap().clone();
    assert_eq!(answer, Ok(ToolCall::Company { name: "stock".into(), arguments }));
    assert_eq!(code(call("stock", json!({"count": 1}))), "missing");
    for wrong in [
        json!({"sku": "a", "count": 1.5}),
        json!({"sku": "a", "price": "x"}),
        json!({"sku": "a", "express": 7}),
        json!({"sku": {}}),
    ] {
        assert_eq!(code(call("stock", wrong.clone())), "bad_argument", "{wrong}");
    }
}

#[test]
fn the_schemas_are_openais_and_follow_the_settings() {
    let tools = schemas(&presets()[0].settings, &fields(), &company_tools());
    let names: Vec<&str> = tools.iter().map(|t| t["function"]["name"].as_str().unwrap()).collect();
    assert_eq!(names, [REGISTER_LEAD, UPDATE_CUSTOMER, HAND_OFF, SCHEDULE_CALLBACK, "stock"]);
    assert!(tools.iter().all(|t| t["type"] == "function" && t["function"]["parameters"]["type"] == "object"));
    let lead = &tools[0]["function"]["parameters"];
    assert_eq!(lead["required"], json!(["name", "phone", "city", "object_type", "area", "summary"]));
    assert_eq!(lead["properties"]["language"]["enum"], json!(["ru", "kk", "en"]));
    assert_eq!(tools[1]["function"]["parameters"]["properties"]["budget"]["description"], "Бюджет: в тенге");
    assert_eq!(tools[4]["function"]["parameters"]["properties"]["count"]["type"], "integer");
    assert_eq!(tools[4]["function"]["parameters"]["required"], json!(["sku"]));
    let plain = schemas(&AgentSettings::default(), &[], &[]);
    assert_eq!(plain[0]["function"]["parameters"]["required"], json!(["name", "phone", "summary"]));
}

#[test]
fn what_a_company_defines_is_checked() {
    assert_eq!(check_customer_fields(&fields()), Ok(()));
    let twice = [fields(), fields()].concat();
    assert!(check_customer_fields(&twice).is_err());
    assert!(check_customer_fields(&[CustomerField { key: "email".into(), ..CustomerField::default() }]).is_err());
    let tool = &company_tools()[0];
    assert_eq!(tool.validate(), Ok(()));
    for name in ["handoff", "Stock", "", "a-b"] {
        assert_eq!(CompanyTool { name: name.into(), ..tool.clone() }.validate().unwrap_err().field, "name");
    }
    assert!(CompanyTool { description: " ".into(), ..tool.clone() }.validate().is_err());
}
