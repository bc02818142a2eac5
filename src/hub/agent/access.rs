//! What a company's agents would use now.
use super::Agents;
use crate::clients::model_access::ModelAccess;
use crate::db::DbError;
use crate::db::agents::AiSettingsRow;
use crate::domain::ids::CompanyId;
use crate::secrets::OwnModel;

pub struct AiAccess {
    pub row: AiSettingsRow,
    pub own: OwnModel,
    /// None: there is no key, conversations go to people.
    pub access: Option<ModelAccess>,
    /// The company has a key that does not open. The instance's is not used in its stead: that would be another's bill.
    pub unreadable: bool,
}

impl AiAccess {
    pub fn ready(&self) -> bool {
        self.access.is_some()
    }
}

impl Agents {
    /// As the company's row says, and not as it is remembered.
    pub async fn access_of(&self, company: CompanyId) -> Result<AiAccess, DbError> {
        let row = self.store.ai_settings(company).await?.unwrap_or_default();
        match row.own(company, &self.outside.vault) {
            Ok(own) => Ok(AiAccess { access: ModelAccess::of(&own, &self.outside.openai), own, row, unreadable: false }),
            Err(e) => {
                tracing::warn!(company_id = company.get(), error = %e, "the company's key to its model does not open");
                Ok(AiAccess { access: None, own: OwnModel::default(), row, unreadable: true })
            }
        }
    }
}
