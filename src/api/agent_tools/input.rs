//! What a tool may be made from and changed to.
use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{HeaderName, HeaderValue};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use url::Url;

use crate::api::check;
use crate::api::extract::given;
use crate::clients::company_tool::OUR_HEADERS;
use crate::clients::guarded::check_reachable;
use crate::db::agent_tools::{NewTool, SealedHeaders, ToolChange, ToolRow};
use crate::domain::agent::tools::{CompanyTool, Parameter};
use crate::domain::flaw::Flaw;
use crate::domain::form::{KeyForm, VisibleTextForm};
use crate::domain::ids::CompanyId;
use crate::domain::text::one_line;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::secrets::{SealedAt, Vault, hint};

pub type Headers = BTreeMap<String, String>;

/// A look-up that takes longer than a call may is none.
const LOOK_UP: Duration = Duration::from_secs(5);
const USUAL_TIMEOUT: i64 = 5000;
const MOST_HEADERS: usize = 20;
/// They belong to the connection, or to how we write and read a body.
const NOT_THEIRS: &[&str] = &[
    "host",
    "connection",
    "keep-alive",
    "upgrade",
    "te",
    "trailer",
    "transfer-encoding",
    "expect",
    "content-length",
    "content-type",
    "accept-encoding",
];

word_enum! { CallMethod { Get = "GET", Post = "POST" } }

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "AddingAgentTool")]
pub struct AddingTool {
    #[schemars(with = "KeyForm")]
    name: Option<String>,
    #[schemars(with = "VisibleTextForm<1000>")]
    description: Option<String>,
    #[schemars(with = "Option<CallMethod>")]
    method: Option<String>,
    /// http or https, outside of our network. GET sends the parameters in the query, POST as a JSON object.
    #[schemars(with = "String", length(max = 2000))]
    url: Option<String>,
    #[schemars(length(max = 20))]
    parameters: Option<Vec<Parameter>>,
    /// Sealed, never answered.
    headers: Option<Headers>,
    #[schemars(range(min = 100, max = 10_000))]
    timeout_ms: Option<i64>,
    enabled: Option<bool>,
}

/// What is missing stays.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangingAgentTool")]
pub struct Given {
    #[schemars(with = "Option<KeyForm>")]
    name: Option<String>,
    #[schemars(with = "Option<VisibleTextForm<1000>>")]
    description: Option<String>,
    #[schemars(with = "Option<CallMethod>")]
    method: Option<String>,
    /// http or https, outside of our network. GET sends the parameters in the query, POST as a JSON object.
    #[schemars(length(max = 2000))]
    url: Option<String>,
    #[schemars(length(max = 20))]
    parameters: Option<Vec<Parameter>>,
    /// Sealed, never answered; null or {} takes them away.
    #[serde(default, deserialize_with = "given")]
    headers: Option<Option<Headers>>,
    #[schemars(range(min = 100, max = 10_000))]
    timeout_ms: Option<i64>,
    enabled: Option<bool>,
}

impl AddingTool {
    /// With the headers still to be sealed.
    pub async fn new_tool(self) -> Result<(NewTool, Option<Headers>)> {
        let needed = |field: &'static str| Error::field(field, Flaw::ToolPartMissing);
        let tool = sound(CompanyTool {
            name: self.name.ok_or_else(|| needed("name"))?,
            description: self.description.ok_or_else(|| needed("description"))?,
            parameters: self.parameters.unwrap_or_default(),
        })?;
        let headers = self.headers.map(checked).transpose()?.filter(|headers| !headers.is_empty());
        let new = NewTool {
            name: tool.name,
            description: tool.description,
            method: self.method.as_deref().map_or(Ok("GET"), method)?,
            url: address(&self.url.ok_or_else(|| needed("url"))?).await?,
            parameters: json!(tool.parameters),
            headers: None,
            timeout_ms: self.timeout_ms.map_or(Ok(USUAL_TIMEOUT), timeout)?,
            enabled: self.enabled.unwrap_or(true),
        };
        Ok((new, headers))
    }
}

impl Given {
    pub async fn change(
        self,
        now: &ToolRow,
        seal: impl FnOnce(&Headers) -> std::result::Result<SealedHeaders, String>,
    ) -> Result<ToolChange> {
        let before = now.for_model();
        // The parts are judged together: what is not given stays.
        let tool = sound(CompanyTool {
            name: self.name.clone().unwrap_or(before.name),
            description: self.description.clone().unwrap_or(before.description),
            parameters: self.parameters.clone().unwrap_or(before.parameters),
        })?;
        let headers = match self.headers {
            None => None,
            Some(headers) => {
                let headers = checked(headers.unwrap_or_default())?;
                Some((!headers.is_empty()).then(|| seal(&headers)).transpose().map_err(Error::internal)?)
            }
        };
        let url = match self.url {
            Some(url) => Some(address(&url).await?),
            None => None,
        };
        Ok(ToolChange {
            name: self.name.map(|_| tool.name),
            description: self.description.map(|_| tool.description),
            method: self.method.as_deref().map(method).transpose()?,
            url,
            parameters: self.parameters.map(|_| json!(tool.parameters)),
            headers,
            timeout_ms: self.timeout_ms.map(timeout).transpose()?,
            enabled: self.enabled,
        })
    }
}

fn sound(mut tool: CompanyTool) -> Result<CompanyTool> {
    tool.name = tool.name.trim().to_owned();
    tool.description = tool.description.trim().to_owned();
    tool.validate().map_err(|problem| Error::field(problem.field, problem.flaw))?;
    Ok(tool)
}

fn method(word: &str) -> Result<&'static str> {
    check::one_of("method", CallMethod::parse(word), CallMethod::WORDS).map(CallMethod::as_str)
}

fn timeout(ms: i64) -> Result<i64> {
    // A turn ends within thirty seconds, and the model wants some of them.
    if (100..=10_000).contains(&ms) {
        Ok(ms)
    } else {
        Err(Error::field("timeout_ms", Flaw::WholeNumber { min: 100, max: 10_000 }))
    }
}

/// Nothing that leads inside is stored; what a name leads to later is judged at each call.
async fn address(text: &str) -> Result<String> {
    let wrong = |flaw: Flaw| Error::field("url", flaw);
    let text = text.trim();
    let url = Url::parse(text).map_err(|_| wrong(Flaw::NotAnAddress))?;
    if text.len() > 2000 || text.contains(['{', '}']) || url.fragment().is_some() {
        return Err(wrong(Flaw::NotAPlainAddress));
    }
    match tokio::time::timeout(LOOK_UP, check_reachable(&url)).await {
        Ok(Ok(())) => Ok(url.into()),
        Ok(Err(refused)) => Err(wrong(refused.flaw())),
        Err(_) => Err(wrong(Flaw::AddressNotLookedUp)),
    }
}

fn checked(headers: Headers) -> Result<Headers> {
    if headers.len() > MOST_HEADERS {
        return Err(Error::field("headers", Flaw::TooMany { max: MOST_HEADERS }));
    }
    for (name, value) in &headers {
        let ours = |name: &HeaderName| NOT_THEIRS.contains(&name.as_str()) || name.as_str().starts_with(OUR_HEADERS);
        if name.parse::<HeaderName>().map_or(true, |name| ours(&name)) {
            return Err(Error::field("headers", Flaw::HeaderNotTheirs { given: one_line(name, 100) }));
        }
        if value.is_empty() || value.len() > 4000 || HeaderValue::from_str(value).is_err() {
            return Err(Error::field("headers", Flaw::HeaderMalformed { given: one_line(name, 100), max: 4000 }));
        }
    }
    Ok(headers)
}

/// Sealed for one tool, with what may be shown of them.
pub fn sealed(vault: &Vault, company: CompanyId, tool: i64, headers: &Headers) -> std::result::Result<SealedHeaders, String> {
    let sealed = vault.seal(SealedAt::tool_headers(company, tool), &json!(headers).to_string()).map_err(|e| e.to_string())?;
    let hints: Vec<String> = headers.iter().map(|(name, value)| format!("{name}: {}", hint(value))).collect();
    Ok(SealedHeaders { sealed, hint: hints.join(", ") })
}
