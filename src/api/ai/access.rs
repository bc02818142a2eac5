//! What a company's agents would use now.
use crate::clients::model_access::ModelAccess;
use crate::config::Config;
use crate::db::Store;
use crate::db::agents::AiSettingsRow;
use crate::domain::ids::CompanyId;
use crate::error::Result;
use crate::secrets::{OwnModel, Vault};

pub struct AiAccess {
    pub row: AiSettingsRow,
    pub own: OwnModel,
    /// None: there is no key, conversations go to people.
    pub access: Option<ModelAccess>,
    /// The company has a key that does not open. The instance's is not used in its stead: that would be another's bill.
    pub unreadable: bool,
}

impl AiAccess {
    pub async fn of(store: &Store, config: &Config, vault: &Vault, company: CompanyId) -> Result<Self> {
        let row = store.ai_settings(company).await?.unwrap_or_default();
        match row.own(company, vault) {
            Ok(own) => Ok(AiAccess { access: ModelAccess::of(&own, &config.openai), own, row, unreadable: false }),
            Err(e) => {
                tracing::warn!(company_id = company.get(), error = %e, "the company's key to its model does not open");
                Ok(AiAccess { access: None, own: OwnModel::default(), row, unreadable: true })
            }
        }
    }

    pub fn ready(&self) -> bool {
        self.access.is_some()
    }
}
