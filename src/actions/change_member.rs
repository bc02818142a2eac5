//! A member's role, whether they may sign in, or that they are gone. Who may change whom is decided with the rows in hand.
use crate::db::Store;
use crate::db::team::{MemberChange, MemberChanged};
use crate::domain::access::Principal;
use crate::domain::flaw::Flaw;
use crate::domain::ids::UserId;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

pub fn missing() -> Error {
    Error::not_found("Operator not found")
}

pub async fn change_member(
    store: &Store,
    sessions: &Sessions,
    who: &Principal,
    member: UserId,
    wanted: MemberChange,
) -> Result<()> {
    match store.change_member(who.clone(), member, wanted, sessions.now()).await? {
        MemberChanged::Done(changed) => {
            // Sockets close too: what they may see may have changed. They come back by themselves.
            sessions.forget(&changed);
            Ok(())
        }
        MemberChanged::Missing => Err(missing()),
        MemberChanged::Forbidden => Err(Error::forbidden(Flaw::ManagersChangeOperators)),
        MemberChanged::LastOwner => Err(Error::conflict(Flaw::LastOwner)),
    }
}
