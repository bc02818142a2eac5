//! What a company may define: fields of its customers and tools of its own.
use super::{BUILT_IN, CompanyTool, CustomerField, Problem};
use crate::domain::agent::settings::check::{is_key, line, text};
use crate::domain::flaw::Flaw;

const MOST_FIELDS: usize = 50;
const MOST_PARAMETERS: usize = 20;
/// What every customer has already.
const TAKEN: &[&str] = &["name", "phone", "language", "email", "fields"];

pub fn check_customer_fields(fields: &[CustomerField]) -> Result<(), Problem> {
    let problem = |flaw: Flaw| Err(Problem::new("customer_fields", flaw));
    if fields.len() > MOST_FIELDS {
        return problem(Flaw::TooMany { max: MOST_FIELDS });
    }
    for (at, field) in fields.iter().enumerate() {
        if !is_key(&field.key) {
            return problem(Flaw::NotAKey { given: field.key.clone() });
        }
        if TAKEN.contains(&field.key.as_str()) || fields[..at].iter().any(|other| other.key == field.key) {
            return problem(Flaw::TakenKey { given: field.key.clone() });
        }
        line("customer_fields", &field.label, 100)?;
        text("customer_fields", &field.description, 500)?;
    }
    Ok(())
}

impl CompanyTool {
    pub fn validate(&self) -> Result<(), Problem> {
        if !is_key(&self.name) {
            return Err(Problem::new("name", Flaw::NotAKey { given: self.name.clone() }));
        }
        if BUILT_IN.contains(&self.name.as_str()) {
            return Err(Problem::new("name", Flaw::BuiltInTool { given: self.name.clone() }));
        }
        text("description", &self.description, 1000)?;
        if self.description.trim().is_empty() {
            return Err(Problem::new("description", Flaw::DescriptionMissing));
        }
        if self.parameters.len() > MOST_PARAMETERS {
            return Err(Problem::new("parameters", Flaw::TooMany { max: MOST_PARAMETERS }));
        }
        for (at, parameter) in self.parameters.iter().enumerate() {
            if !is_key(&parameter.name) {
                return Err(Problem::new("parameters", Flaw::NotAKey { given: parameter.name.clone() }));
            }
            if self.parameters[..at].iter().any(|other| other.name == parameter.name) {
                return Err(Problem::new("parameters", Flaw::Twice { given: parameter.name.clone() }));
            }
            text("parameters", &parameter.description, 500)?;
        }
        Ok(())
    }
}
