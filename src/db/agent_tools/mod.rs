//! HTTP calls that a company lets its agents make.
use std::collections::BTreeMap;

use serde_json::Value;

use super::store::ops;
use crate::config::Secret;
use crate::domain::agent::tools::CompanyTool;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};
use crate::secrets::{SealedAt, Unsealable, Vault};

#[derive(Clone, Debug, diesel::Queryable, diesel::Selectable)]
#[diesel(table_name = super::schema::agent_tools)]
pub struct ToolRow {
    pub id: i64,
    pub name: String,
    pub description: String,
    pub method: String,
    pub url: String,
    pub parameters: Value,
    /// Sealed, see [`crate::secrets::Place::tool_headers`].
    pub headers: Option<String>,
    pub headers_hint: Option<String>,
    pub timeout_ms: i64,
    pub enabled: bool,
}

impl ToolRow {
    /// As a model sees it.
    pub fn for_model(&self) -> CompanyTool {
        // Checked when it was stored.
        let parameters = serde_json::from_value(self.parameters.clone()).unwrap_or_default();
        CompanyTool { name: self.name.clone(), description: self.description.clone(), parameters }
    }

    pub fn open_headers(&self, company: CompanyId, vault: &Vault) -> Result<Vec<(String, Secret<String>)>, Unsealable> {
        let Some(sealed) = &self.headers else { return Ok(vec![]) };
        let opened = vault.open(SealedAt::tool_headers(company, self.id), sealed)?;
        let headers: BTreeMap<String, String> = serde_json::from_str(opened.reveal()).map_err(|_| Unsealable::Damaged)?;
        Ok(headers.into_iter().map(|(name, value)| (name, Secret::new(value))).collect())
    }
}

/// Headers sealed for a tool, which needs the tool's id: they are made inside the transaction that draws the id.
pub type SealHeaders = Box<dyn FnOnce(i64) -> Result<SealedHeaders, String> + Send>;

pub struct SealedHeaders {
    pub sealed: String,
    pub hint: String,
}

pub struct NewTool {
    pub name: String,
    pub description: String,
    pub method: &'static str,
    pub url: String,
    pub parameters: Value,
    pub headers: Option<SealHeaders>,
    pub timeout_ms: i64,
    pub enabled: bool,
}

/// `None` leaves a thing as it is; `Some(None)` takes it away.
#[derive(Default)]
pub struct ToolChange {
    pub name: Option<String>,
    pub description: Option<String>,
    pub method: Option<&'static str>,
    pub url: Option<String>,
    pub parameters: Option<Value>,
    pub headers: Option<Option<SealedHeaders>>,
    pub timeout_ms: Option<i64>,
    pub enabled: Option<bool>,
}

/// As many as a model can still tell apart; a list of tools is never paged.
pub const MOST_TOOLS: i64 = 32;

ops! {
    read agent_tools::tools_of(company: CompanyId) -> Vec<ToolRow>;
    read agent_tools::tool(company: CompanyId, id: i64) -> Option<ToolRow>;
    write agent_tools::create_tool(company: CompanyId, by: UserId, new: NewTool, at: Micros) -> Option<i64>;
    write agent_tools::change_tool(company: CompanyId, by: UserId, id: i64, change: ToolChange, at: Micros) -> bool;
    write agent_tools::remove_tool(company: CompanyId, by: UserId, id: i64, at: Micros) -> bool;
}
