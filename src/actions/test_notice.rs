//! A notice that says nothing but that the way to the company's chat is open.
use crate::domain::channel::SendOutcome;
use crate::domain::flaw::Flaw;
use crate::domain::ids::CompanyId;
use crate::domain::notice::{Notice, words};
use crate::error::{Error, Result};
use crate::hub::{Hub, notices};

/// What came of it. Refused when there is no way to try.
pub async fn test_notice(hub: &Hub, company: CompanyId) -> Result<SendOutcome> {
    let Some(way) = notices::way(&hub.core, company).await? else {
        return Err(Error::conflict(Flaw::NoChatForNotices));
    };
    let Some(outlet) = &way.outlet else {
        return Err(Error::conflict(Flaw::NoBotForNotices));
    };
    let settings = hub.core.store.company_settings(company).await?.ok_or_else(Error::not_signed_in)?;
    let text = words::test(words::language_of(&settings.locale), &settings.name);
    let told = notices::say(outlet, Notice::plain(&way.chat_id, text)).await;
    notices::follow(&hub.core, company, &way, &told).await?;
    Ok(told.outcome)
}
