//! Notices go where the company's group went. Of the two messages that tell of it either may be first.
use crate::db::notices::Own;
use crate::db::{DbError, Store};

/// False: no notices go to this group, so that it is a customer's.
pub async fn move_notice_chat(store: &Store, from: &str, to: &str, own: Own) -> Result<bool, DbError> {
    let (company, channel) = (own.company_id, own.channel_id);
    let was = store.is_notice_chat(company, channel, from.to_owned()).await?;
    if !was && !store.is_notice_chat(company, channel, to.to_owned()).await? {
        return Ok(false);
    }
    store.move_notice_chat(company, from.to_owned(), to.to_owned()).await?;
    store.keep_own(own).await?;
    Ok(true)
}
