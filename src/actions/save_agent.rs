//! A channel's agent is set up. A model that it did not have is tried first; the settings become the channel's next version, with
//! their line in the company's record, or nothing does; this node's conversations go by them from then on, the others' within a
//! second.
use serde_json::json;

use super::refusal::NO_CHANNEL;
use super::try_model::try_model;
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::agent::AgentSettings;
use crate::domain::clock::Micros;
use crate::domain::flaw::Flaw;
use crate::domain::ids::ChannelId;
use crate::error::{Error, Result};
use crate::hub::agent::Agents;

fn missing() -> Error {
    Error::not_found(NO_CHANNEL)
}

/// What is saved already makes no version. `may_try` is asked before a call that the company has us make.
pub async fn save_agent(
    store: &Store,
    agents: &Agents,
    who: &Principal,
    channel: ChannelId,
    settings: AgentSettings,
    may_try: impl FnOnce() -> Result<()>,
    at: Micros,
) -> Result<()> {
    settings.validate().map_err(|problem| Error::field(problem.field, problem.flaw))?;
    store.channel(who.company_id, channel).await?.ok_or_else(missing)?;
    let saved = store.current_agent(who.company_id, channel).await?;
    let before: Option<AgentSettings> = saved.and_then(|version| serde_json::from_value(version.settings).ok());
    if before.as_ref() == Some(&settings) {
        return Ok(());
    }
    if let Some(model) = settings.model.as_ref().filter(|model| before.and_then(|b| b.model).as_ref() != Some(model))
        && let Some(access) = agents.access_of(who.company_id).await?.access
    {
        may_try()?;
        try_model(&*agents.outside.model, &access, model).await?;
    }
    let added = store.add_agent_version(who.company_id, channel, json!(settings), who.user_id, at).await?;
    added.ok_or_else(missing)?;
    agents.settings_changed();
    Ok(())
}

/// The settings of an old version become a new one.
pub async fn roll_back_agent(
    store: &Store,
    agents: &Agents,
    who: &Principal,
    channel: ChannelId,
    number: i64,
    may_try: impl FnOnce() -> Result<()>,
    at: Micros,
) -> Result<()> {
    store.channel(who.company_id, channel).await?.ok_or_else(missing)?;
    let old = store.agent_version(who.company_id, channel, number).await?;
    let old = old.ok_or_else(|| Error::unknown("number", Flaw::UnknownVersion))?;
    let too_old = || Error::conflict(Flaw::VersionTooOld).about("number");
    let settings = serde_json::from_value(old.settings).map_err(|e| too_old().because(e))?;
    save_agent(store, agents, who, channel, settings, may_try, at).await
}
