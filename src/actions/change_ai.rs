//! What a company's agents run on. A new key, address or model is tried first; what is stored is sealed, and stands with its line
//! in the company's record; this node's agents go by it from then on, the others' within a second.
use crate::clients::model_access::ModelAccess;
use crate::config::Secret;
use crate::db::Store;
use crate::db::agents::{AiChange, SealedKey};
use crate::domain::access::{Permission, Principal};
use crate::domain::clock::Micros;
use crate::domain::flaw::Flaw;
use crate::domain::ids::CompanyId;
use crate::error::{Error, Result};
use crate::hub::agent::Agents;
use crate::secrets::{OwnModel, SealedAt, Vault, hint};

use super::try_model::try_access;

/// A change whose every value is sound.
pub struct WantedAi {
    pub api_key: Option<Option<Secret<String>>>,
    /// The rest; its `api_key` waits for the vault.
    pub change: AiChange,
}

/// The same, with what the company would have then.
struct MergedAi {
    wanted: WantedAi,
    own: OwnModel,
}

/// `may_try` is asked before a call that the company has us make.
pub async fn change_ai(
    store: &Store,
    agents: &Agents,
    who: &Principal,
    wanted: WantedAi,
    may_try: impl FnOnce() -> Result<()>,
    at: Micros,
) -> Result<()> {
    if wanted.moves_the_key() && !who.role.may(Permission::Own) {
        return Err(Error::forbidden(Flaw::OnlyOwnerKeys));
    }
    let now = agents.access_of(who.company_id).await?.own;
    let merged = wanted.over(&now)?;
    if merged.is_to_be_tried(&now)
        && let Some(access) = ModelAccess::of(&merged.own, &agents.outside.openai)
    {
        may_try()?;
        try_access(&*agents.outside.model, &access, &merged.own).await?;
    }
    let change = merged.sealed(who.company_id, &agents.outside.vault)?;
    store.change_ai_settings(who.company_id, who.user_id, change, at).await?;
    agents.settings_changed();
    Ok(())
}

impl WantedAi {
    /// The key itself, and where it is sent: whoever may choose the address gets to see the key.
    fn moves_the_key(&self) -> bool {
        self.api_key.is_some() || self.change.base_url.is_some()
    }

    /// Laid over what the company has now.
    fn over(mut self, now: &OwnModel) -> Result<MergedAi> {
        if matches!(self.api_key, Some(None)) {
            // The address and the models belonged to that account.
            let change = &mut self.change;
            for belonging in [&mut change.base_url, &mut change.model, &mut change.transcribe_model] {
                belonging.get_or_insert(None);
            }
        }
        let own = OwnModel {
            api_key: self.api_key.clone().unwrap_or_else(|| now.api_key.clone()),
            base_url: self.change.base_url.clone().unwrap_or_else(|| now.base_url.clone()),
            model: self.change.model.clone().unwrap_or_else(|| now.model.clone()),
            transcribe_model: self.change.transcribe_model.clone().unwrap_or_else(|| now.transcribe_model.clone()),
            // Neither decides where the key goes.
            daily_budget_micros: now.daily_budget_micros,
            prices: now.prices.clone(),
        };
        if own.base_url.is_some() && own.api_key.is_none() {
            return Err(Error::field("base_url", Flaw::AddressNeedsKey));
        }
        Ok(MergedAi { wanted: self, own })
    }
}

impl MergedAi {
    /// A new key always; an address or a model when it is another one. Taking things away is never refused.
    fn is_to_be_tried(&self, now: &OwnModel) -> bool {
        let other = |wanted: &Option<String>, now: &Option<String>| wanted.is_some() && wanted != now;
        matches!(self.wanted.api_key, Some(Some(_)))
            || other(&self.own.base_url, &now.base_url)
            || other(&self.own.model, &now.model)
    }

    fn sealed(self, company: CompanyId, vault: &Vault) -> Result<AiChange> {
        let WantedAi { api_key, mut change } = self.wanted;
        let seal = |key: Secret<String>| {
            let sealed = vault.seal(SealedAt::ai_key(company), key.reveal()).map_err(Error::internal)?;
            Ok::<_, Error>(SealedKey { sealed, hint: hint(key.reveal()) })
        };
        change.api_key = api_key.map(|key| key.map(seal).transpose()).transpose()?;
        Ok(change)
    }
}
