//! The HTTP calls that a company lets its agents make. Their addresses are judged when they are saved and again at each
//! call; their headers go in and never come out.
mod input;

use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::extract::{Body, Id};
use super::limits::RateLimits;
use crate::clients::company_tool::{Bound, ToolRequest, call};
use crate::clients::guarded::{GuardedClient, GuardedError};
use crate::db::agent_tools::{MOST_TOOLS, SealHeaders, ToolRow};
use crate::db::{DbError, Store};
use crate::domain::access::Principal;
use crate::domain::agent::tools::{Parameter, ToolCall, ToolContext, parse};
use crate::domain::flaw::Flaw;
use crate::domain::form::KeyForm;
use crate::error::{Error, Result};
use crate::hub::Hub;
use crate::secrets::Vault;
use crate::sessions::Sessions;
use input::sealed;
pub use input::{AddingTool, CallMethod, Given};

fn missing() -> Error {
    Error::not_found("Tool not found")
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentTool")]
pub struct ToolView {
    id: i64,
    #[schemars(with = "KeyForm")]
    name: String,
    description: String,
    #[schemars(with = "CallMethod")]
    method: String,
    /// http or https, outside of our network. GET sends the parameters in the query, POST as a JSON object.
    url: String,
    #[schemars(with = "Vec<Parameter>")]
    parameters: Value,
    headers_hint: Option<String>,
    #[schemars(range(min = 100, max = 10_000))]
    timeout_ms: i64,
    enabled: bool,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentTools")]
pub struct ToolsView {
    tools: Vec<ToolView>,
}

fn view(tool: ToolRow) -> ToolView {
    ToolView {
        id: tool.id,
        name: tool.name,
        description: tool.description,
        method: tool.method,
        url: tool.url,
        parameters: tool.parameters,
        headers_hint: tool.headers_hint,
        timeout_ms: tool.timeout_ms,
        enabled: tool.enabled,
    }
}

/// `GET /api/agent/tools`: whole, there are few.
pub async fn list(who: Principal, store: web::Data<Store>) -> Result<HttpResponse> {
    let tools = store.tools_of(who.company_id).await?.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(ToolsView { tools }))
}

/// `POST /api/agent/tools`
pub async fn create(
    who: Principal,
    Body(body): Body<AddingTool>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let company = who.company_id;
    let (mut new, headers) = body.new_tool().await?;
    new.headers = headers.map(|headers| -> SealHeaders { Box::new(move |tool| sealed(&vault, company, tool, &headers)) });
    let made = store.create_tool(company, who.user_id, new, sessions.now()).await.map_err(name_taken)?;
    let id = made.ok_or_else(|| Error::validation(Flaw::TooManyTools { max: MOST_TOOLS as usize }))?;
    hub.core.agents.settings_changed();
    let row = store.tool(company, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Created().json(view(row)))
}

/// `PATCH /api/agent/tools/{id}`
pub async fn change(
    who: Principal,
    Id(id): Id,
    Body(body): Body<Given>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    vault: web::Data<Vault>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let now = store.tool(who.company_id, id).await?.ok_or_else(missing)?;
    let change = body.change(&now, |headers| sealed(&vault, who.company_id, id, headers)).await?;
    if !store.change_tool(who.company_id, who.user_id, id, change, sessions.now()).await.map_err(name_taken)? {
        return Err(missing());
    }
    hub.core.agents.settings_changed();
    let row = store.tool(who.company_id, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(view(row)))
}

fn name_taken(e: DbError) -> Error {
    if e.is_taken() { Error::field("name", Flaw::ToolNameTaken) } else { e.into() }
}

/// `DELETE /api/agent/tools/{id}`
pub async fn remove(
    who: Principal,
    Id(id): Id,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    if !store.remove_tool(who.company_id, who.user_id, id, sessions.now()).await? {
        return Err(missing());
    }
    hub.core.agents.settings_changed();
    Ok(HttpResponse::NoContent().finish())
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "TryingAgentTool")]
pub struct ToolTrial {
    #[serde(default)]
    arguments: Map<String, Value>,
}

/// What came of a call.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentToolAnswer")]
pub struct ToolTrialView {
    /// The server's; null when there was no answer.
    #[schemars(with = "Option<i64>")]
    status: Option<u16>,
    /// What the agent would read.
    body: String,
    /// Why the call was not made, or has no answer.
    refused: Option<String>,
}

/// `POST /api/agent/tools/{id}/try`: the call is real, whatever it does there; nothing is stored or said here.
pub async fn try_out(
    who: Principal,
    Id(id): Id,
    Body(body): Body<ToolTrial>,
    store: web::Data<Store>,
    vault: web::Data<Vault>,
    limits: web::Data<RateLimits>,
    guarded: web::Data<GuardedClient>,
) -> Result<HttpResponse> {
    let tool = store.tool(who.company_id, id).await?.ok_or_else(missing)?;
    let arguments = typed(&tool, body.arguments)?;
    let headers = tool.open_headers(who.company_id, &vault);
    let headers = headers.map_err(|e| Error::validation(Flaw::HeadersLost).because(e))?;
    limits.trial(who.company_id)?;
    let bound = Bound { company_id: who.company_id, dry_run: true, ..Bound::default() };
    let request = ToolRequest::new((&tool.method, &tool.url, tool.timeout_ms), headers, arguments, bound);
    let answer = match request {
        Ok(request) => call(&guarded, request).await,
        Err(refused) => Err(GuardedError::Refused(refused)),
    };
    Ok(HttpResponse::Ok().json(match answer {
        Ok(answer) => ToolTrialView { status: Some(answer.status), body: answer.body, refused: None },
        Err(e) => ToolTrialView { status: None, body: String::new(), refused: Some(e.to_string()) },
    }))
}

/// Read by the very rule that reads a model's arguments.
fn typed(tool: &ToolRow, arguments: Map<String, Value>) -> Result<Map<String, Value>> {
    let context = ToolContext {
        default_region: "",
        now: 0,
        time_zone: "UTC",
        customer_phone: None,
        customer_language: None,
        customer_fields: &[],
        company_tools: &[tool.for_model()],
    };
    match parse(&tool.name, &Value::Object(arguments).to_string(), &context) {
        Ok(ToolCall::Company { arguments, .. }) => Ok(arguments),
        Ok(_) => Err(Error::internal("a company's tool was taken for one of ours")),
        Err(refusal) => Err(Error::field("arguments", Flaw::NotAnArgument { words: refusal.say })),
    }
}
