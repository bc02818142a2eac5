//! What a company may define: fields of its customers and tools of its own.
use super::{BUILT_IN, CompanyTool, CustomerField, Problem};
use crate::domain::agent::settings::check::{KEY_RULE, is_key, line, text};

const MOST_FIELDS: usize = 50;
const MOST_PARAMETERS: usize = 20;
/// What every customer has already.
const TAKEN: &[&str] = &["name", "phone", "language", "email", "fields"];

pub fn check_customer_fields(fields: &[CustomerField]) -> Result<(), Problem> {
    let problem = |sentence: String| Err(Problem::new("customer_fields", sentence));
    if fields.len() > MOST_FIELDS {
        return problem(format!("There are at most {MOST_FIELDS} fields"));
    }
    for (at, field) in fields.iter().enumerate() {
        if !is_key(&field.key) {
            return problem(format!("The key {:?} must be {KEY_RULE}", field.key));
        }
        if TAKEN.contains(&field.key.as_str()) || fields[..at].iter().any(|other| other.key == field.key) {
            return problem(format!("The key {:?} is taken", field.key));
        }
        line("customer_fields", &field.label, 100)?;
        text("customer_fields", &field.description, 500)?;
    }
    Ok(())
}

impl CompanyTool {
    pub fn validate(&self) -> Result<(), Problem> {
        if !is_key(&self.name) {
            return Err(Problem::new("name", format!("name must be {KEY_RULE}")));
        }
        if BUILT_IN.contains(&self.name.as_str()) {
            return Err(Problem::new("name", format!("{} is a tool that every agent has", self.name)));
        }
        text("description", &self.description, 1000)?;
        if self.description.trim().is_empty() {
            return Err(Problem::new("description", "The description tells the model when to use the tool: it may not be empty"));
        }
        if self.parameters.len() > MOST_PARAMETERS {
            return Err(Problem::new("parameters", format!("A tool has at most {MOST_PARAMETERS} parameters")));
        }
        for (at, parameter) in self.parameters.iter().enumerate() {
            if !is_key(&parameter.name) {
                return Err(Problem::new("parameters", format!("The name {:?} must be {KEY_RULE}", parameter.name)));
            }
            if self.parameters[..at].iter().any(|other| other.name == parameter.name) {
                return Err(Problem::new("parameters", format!("The name {:?} stands twice", parameter.name)));
            }
            text("parameters", &parameter.description, 500)?;
        }
        Ok(())
    }
}
