//! One smallest call before a setting is stored: its owner is told what is wrong, and not the first customer.
use crate::clients::guarded::check_url;
use crate::clients::model_access::ModelAccess;
use crate::clients::openai::{ErrorKind, Model, ModelError};
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};
use crate::secrets::OwnModel;

/// Is the key good, the server there, the model known?
pub async fn try_access(models: &dyn Model, access: &ModelAccess, own: &OwnModel) -> Result<()> {
    if !access.access.trusted {
        check_url(&access.access.base_url).map_err(|refused| Error::field("base_url", refused.flaw()))?;
    }
    models.check(&access.access, &access.model).await.map_err(|e| told(e, own.base_url.is_some()))
}

/// Is this model known to whomever the company's agents speak to?
pub async fn try_model(models: &dyn Model, access: &ModelAccess, model: &str) -> Result<()> {
    models.check(&access.access, model).await.map_err(|e| Error::field("model", Flaw::ModelSays { words: e.detail }))
}

/// The sentence stands at the field that can put it right.
fn told(error: ModelError, own_address: bool) -> Error {
    let field = match error.kind {
        ErrorKind::BadKey | ErrorKind::NoMoney | ErrorKind::RateLimited => "api_key",
        ErrorKind::UnknownModel => "model",
        _ if own_address => "base_url",
        ErrorKind::Refused => "model",
        _ => "api_key",
    };
    Error::field(field, Flaw::ModelSays { words: error.detail })
}
