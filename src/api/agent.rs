//! The agent of a channel: who answers first, and how. Every change is a new version; none is ever lost.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::extract::{Body, Id, Page, page_of};
use super::limits::RateLimits;
use crate::actions::refusal::NO_CHANNEL;
use crate::actions::save_agent::{roll_back_agent, save_agent};
use crate::db::Store;
use crate::db::agents::{AgentVersion, AgentVersionBy};
use crate::domain::access::Principal;
use crate::domain::agent::presets::{Preset, presets};
use crate::domain::agent::{AgentSettings, AnswersFirst, effective};
use crate::domain::clock::{self, Micros};
use crate::domain::event::Assignee;
use crate::domain::form::TimeForm;
use crate::domain::ids::{ChannelId, CompanyId};
use crate::error::{Error, Result};
use crate::hub::Hub;

fn missing() -> Error {
    Error::not_found(NO_CHANNEL)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentPresets")]
pub struct PresetsView {
    presets: Vec<Preset>,
}

/// `GET /api/agent/presets`
pub async fn list_presets(_: Principal) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(PresetsView { presets: presets() }))
}

/// The newest version of a channel that is this company's.
async fn newest(store: &Store, company: CompanyId, channel: ChannelId) -> Result<Option<AgentVersionBy>> {
    store.channel(company, channel).await?.ok_or_else(missing)?;
    Ok(store.agent_versions(company, channel, None, 1).await?.pop())
}

/// A channel's agent. `settings` are what is saved, or what a channel begins with.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Agent")]
pub struct AgentView {
    channel_id: ChannelId,
    /// 0: nobody has saved any.
    version: i64,
    /// What happens now: people while the agent is not ready.
    answers_first: AnswersFirst,
    settings: AgentSettings,
    ready: bool,
    #[serde(serialize_with = "clock::as_rfc3339_opt")]
    #[schemars(with = "Option<TimeForm>")]
    updated_at: Option<Micros>,
    updated_by: Option<Assignee>,
}

fn view(channel_id: ChannelId, newest: Option<&AgentVersionBy>, ready: bool) -> AgentView {
    let saved = newest.map(|by| &by.version.settings);
    AgentView {
        channel_id,
        version: newest.map_or(0, |by| by.version.number),
        answers_first: effective(saved, ready).answers_first,
        settings: effective(saved, true),
        ready,
        updated_at: newest.map(|by| by.version.created_at),
        updated_by: newest.and_then(made_by),
    }
}

/// `None` when nobody did: a version that a first turn needed.
fn made_by(by: &AgentVersionBy) -> Option<Assignee> {
    Some(Assignee { id: by.version.created_by?, name: by.name.clone()? })
}

/// `GET /api/channels/{id}/agent`
pub async fn show(who: Principal, Id(id): Id<ChannelId>, store: web::Data<Store>, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let newest = newest(&store, who.company_id, id).await?;
    let ai = hub.core.agents.access_of(who.company_id).await?;
    Ok(HttpResponse::Ok().json(view(id, newest.as_ref(), ai.ready())))
}

/// `PUT /api/channels/{id}/agent`: what is not said has its default.
pub async fn save(
    who: Principal,
    Id(id): Id<ChannelId>,
    Body(settings): Body<AgentSettings>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    limits: web::Data<RateLimits>,
) -> Result<HttpResponse> {
    let may_try = || limits.trial(who.company_id);
    save_agent(&store, &hub.core.agents, &who, id, settings, may_try, hub.core.clock.now()).await?;
    show(who, Id(id), store, hub).await
}

/// `GET /api/channels/{id}/agent/versions`, newest first.
pub async fn versions(who: Principal, Id(id): Id<ChannelId>, page: Page, store: web::Data<Store>) -> Result<HttpResponse> {
    store.channel(who.company_id, id).await?.ok_or_else(missing)?;
    let rows = store.agent_versions(who.company_id, id, page.after_one(), page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|by| Page::cursor(&[by.version.number]));
    let versions = rows.into_iter().map(version_view).collect();
    Ok(HttpResponse::Ok().json(AgentVersionsPage { versions, next_cursor }))
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AgentVersion")]
pub struct AgentVersionView {
    number: i64,
    /// As they were saved: an old version may lack what came later.
    #[schemars(with = "AgentSettings")]
    settings: Value,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
    created_by: Option<Assignee>,
}

page_of!(AgentVersionsPage as "AgentVersions", versions: AgentVersionView);

fn version_view(by: AgentVersionBy) -> AgentVersionView {
    let created_by = made_by(&by);
    let AgentVersion { number, settings, created_at, .. } = by.version;
    AgentVersionView { number, settings, created_at, created_by }
}

#[derive(Deserialize, JsonSchema)]
pub struct RollingBack {
    #[schemars(range(min = 1))]
    number: i64,
}

/// `POST /api/channels/{id}/agent/rollback`: a new version with the settings of an old one.
pub async fn roll_back(
    who: Principal,
    Id(id): Id<ChannelId>,
    Body(body): Body<RollingBack>,
    store: web::Data<Store>,
    hub: web::Data<Hub>,
    limits: web::Data<RateLimits>,
) -> Result<HttpResponse> {
    let may_try = || limits.trial(who.company_id);
    roll_back_agent(&store, &hub.core.agents, &who, id, body.number, may_try, hub.core.clock.now()).await?;
    show(who, Id(id), store, hub).await
}
