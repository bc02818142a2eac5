//! The arguments of a company's own tool: only the parameters it defines, each of its type.
use serde_json::{Map, Number, Value};

use super::arguments::{Arguments, scalar};
use super::{CompanyTool, Parameter, ParameterType, ToolRefusal};
use crate::domain::agent::safety::several_lines;

const LONGEST_TEXT: usize = 2000;

pub(super) fn typed(tool: &CompanyTool, given: &Arguments) -> Result<Map<String, Value>, ToolRefusal> {
    let mut typed = Map::new();
    for parameter in &tool.parameters {
        let value = given.0.get(&parameter.name).filter(|value| !value.is_null());
        let empty = value.and_then(Value::as_str).is_some_and(|text| text.trim().is_empty());
        match value.filter(|_| !empty) {
            Some(value) => {
                typed.insert(parameter.name.clone(), coerce(parameter, value)?);
            }
            None if parameter.required => {
                let say = format!(
                    "The argument {} of {} is missing. Ask the customer for it, or go on without the tool.",
                    parameter.name, tool.name
                );
                return Err(ToolRefusal::new("missing", say));
            }
            None => {}
        }
    }
    Ok(typed)
}

fn coerce(parameter: &Parameter, value: &Value) -> Result<Value, ToolRefusal> {
    let text = scalar(value).unwrap_or_default();
    let text = text.trim();
    let coerced = match parameter.kind {
        ParameterType::String if value.is_object() => None,
        ParameterType::String => Some(Value::String(several_lines(text, LONGEST_TEXT))),
        ParameterType::Number => number(text).and_then(Number::from_f64).map(Value::Number),
        ParameterType::Integer => {
            let whole = text
                .parse::<i64>()
                .ok()
                .or_else(|| number(text).filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| n as i64));
            whole.map(Value::from)
        }
        ParameterType::Boolean => match text.to_lowercase().as_str() {
            "true" | "yes" | "1" | "да" | "иә" => Some(Value::Bool(true)),
            "false" | "no" | "0" | "нет" | "жоқ" => Some(Value::Bool(false)),
            _ => None,
        },
    };
    coerced.ok_or_else(|| {
        let kind = match parameter.kind {
            ParameterType::String => "a text",
            ParameterType::Number => "a number",
            ParameterType::Integer => "a whole number",
            ParameterType::Boolean => "true or false",
        };
        ToolRefusal::new("bad_argument", format!("The argument {} must be {kind}.", parameter.name))
    })
}

/// `1 500,5` is a number too.
fn number(text: &str) -> Option<f64> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let plain = if plain.contains('.') { plain } else { plain.replacen(',', ".", 1) };
    plain.parse::<f64>().ok().filter(|number| number.is_finite())
}
