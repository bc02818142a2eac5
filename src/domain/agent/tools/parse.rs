//! From a call to what it means.
use std::collections::BTreeMap;

use super::arguments::Arguments;
use super::*;
use crate::domain::agent::phone::{self, Phone};
use crate::domain::email;

/// Reads a call. Unknown arguments are ignored; what is missing or wrong comes back as a sentence for the model.
pub fn parse(name: &str, arguments: &str, context: &ToolContext) -> Result<ToolCall, ToolRefusal> {
    let name = known_name(name, own_names(context)).unwrap_or(name.trim());
    if name == HAND_OFF {
        // Whatever its arguments: a person is never refused.
        let given = Arguments::read(arguments).unwrap_or(Arguments(serde_json::Map::new()));
        return Ok(ToolCall::HandOff {
            reason: given.line("reason", 300).unwrap_or_default(),
            summary: given.lines("summary", 2000).unwrap_or_default(),
        });
    }
    let tool = context.company_tools.iter().find(|tool| tool.name == name && !BUILT_IN.contains(&name));
    if tool.is_none() && !BUILT_IN.contains(&name) {
        let names: Vec<&str> = own_names(context).collect();
        return Err(ToolRefusal::new("unknown_tool", format!("There is no such tool. The tools are: {}.", names.join(", "))));
    }
    let given = Arguments::read(arguments)?;
    match (name, tool) {
        (_, Some(tool)) => Ok(ToolCall::Company { name: tool.name.clone(), arguments: company::typed(tool, &given)? }),
        (REGISTER_LEAD, _) => register_lead(&given, context).map(ToolCall::RegisterLead),
        (SCHEDULE_CALLBACK, _) => {
            let when = given.line("when", 60).ok_or_else(|| missing("when", "at what time to call"))?;
            let at = when::read(&when, context.now, context.time_zone)?;
            Ok(ToolCall::ScheduleCallback { at, note: given.lines("note", 500).unwrap_or_default() })
        }
        _ => update_customer(&given, context).map(ToolCall::UpdateCustomer),
    }
}

/// Every name that a call may have.
fn own_names<'a>(context: &'a ToolContext) -> impl Iterator<Item = &'a str> {
    BUILT_IN.iter().copied().chain(context.company_tools.iter().map(|tool| tool.name.as_str()))
}

fn missing(argument: &str, what: &str) -> ToolRefusal {
    ToolRefusal::new("missing", format!("The argument {argument} is missing. Ask the customer {what}, then call the tool again."))
}

fn register_lead(given: &Arguments, context: &ToolContext) -> Result<LeadDraft, ToolRefusal> {
    let name = given.line("name", 100).filter(|name| name.chars().any(char::is_alphabetic));
    let name = name.ok_or_else(|| missing("name", "for their name"))?;
    let phone = phone(given, context)?;
    let language = given.line("language", 20).and_then(|word| Language::of_name(&word)).or(context.customer_language);
    Ok(LeadDraft {
        name,
        phone: phone.given,
        phone_e164: phone.e164,
        city: given.line("city", 100).unwrap_or_default(),
        object_type: given.line("object_type", 200).unwrap_or_default(),
        area: given.line("area", 100).unwrap_or_default(),
        summary: given.lines("summary", 2000).unwrap_or_default(),
        language: language.map(|l| l.as_str().to_owned()).unwrap_or_default(),
    })
}

/// The number that the model gives, else the one that is known of the customer.
fn phone(given: &Arguments, context: &ToolContext) -> Result<Phone, ToolRefusal> {
    if let Some(number) = given.line("phone", phone::LONGEST_TEXT + 1) {
        return phone::check(&number, context.default_region).map_err(|problem| {
            let say =
                format!("{}. Ask the customer for the number again, then call the tool again.", problem.flaw().sentence("phone"));
            ToolRefusal::new("bad_phone", say)
        });
    }
    let known = context.customer_phone.and_then(|number| phone::check(number, context.default_region).ok());
    known.ok_or_else(|| missing("phone", "for a phone number"))
}

fn update_customer(given: &Arguments, context: &ToolContext) -> Result<CustomerFacts, ToolRefusal> {
    let email =
        match given.line("email", 2 * email::LONGEST) {
            Some(text) => Some(email::normal(&text).ok_or_else(|| {
                ToolRefusal::new("bad_argument", "This is not an e-mail address. Ask the customer for it again.")
            })?),
            None => None,
        };
    // Some models put the company's fields into an object of their own.
    let nested = given.0.get("fields").and_then(|fields| fields.as_object()).cloned().map(Arguments);
    let mut fields = BTreeMap::new();
    for field in context.customer_fields {
        let value = given.lines(&field.key, 500).or_else(|| nested.as_ref()?.lines(&field.key, 500));
        if let Some(value) = value {
            fields.insert(field.key.clone(), value);
        }
    }
    let language = given.line("language", 20).and_then(|word| Language::of_name(&word));
    let facts = CustomerFacts { name: given.line("name", 100), language, email, fields };
    if facts == CustomerFacts::default() {
        let keys = context.customer_fields.iter().map(|field| field.key.as_str());
        let keys: Vec<&str> = ["name", "language", "email"].into_iter().chain(keys).collect();
        return Err(ToolRefusal::new("missing", format!("Nothing new was given. The arguments are: {}.", keys.join(", "))));
    }
    Ok(facts)
}
