//! What people change about themselves. A new password ends every other session of theirs.
use crate::db::Store;
use crate::db::accounts::ProfileChange;
use crate::domain::access::Principal;
use crate::error::Result;
use crate::sessions::Sessions;

pub async fn change_profile(store: &Store, sessions: &Sessions, who: &Principal, change: ProfileChange) -> Result<()> {
    let at = sessions.now();
    let password_changed = change.hashed_password.is_some();
    store.change_profile(who.company_id, who.user_id, change, at).await?;
    if password_changed {
        let ended = store.revoke_others(who.user_id, Some(who.session_id), at).await?;
        sessions.forget(&ended);
    }
    sessions.reload(who.session_id);
    Ok(())
}
