//! Whoever holds an invitation's link becomes a user of its company.
use crate::db::Store;
use crate::db::accounts::Account;
use crate::db::team::{Accepted, Accepting};
use crate::domain::clock::Clock;
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};
use crate::passwords::Passwords;
use crate::secrets::token_hash;

/// Checked, but for the invitation.
pub struct Joining {
    pub token: String,
    pub email: String,
    pub name: String,
    pub password: String,
}

/// Told of an invitation that is not there, or not any more.
pub fn gone() -> Error {
    Error::not_found("This invitation does not exist, was used, or is too old")
}

pub async fn accept_invite(store: &Store, passwords: &Passwords, clock: &Clock, joining: Joining) -> Result<Account> {
    let Joining { token, email, name, password } = joining;
    let token_hash = token_hash(&token);
    let invite = store.invite_by_token(token_hash.clone(), clock.now()).await?.ok_or_else(gone)?;
    if invite.email.is_some_and(|wanted| wanted != email) {
        return Err(Error::field("email", Flaw::OtherInvitation));
    }
    let hashed_password = passwords.hash(password).await?;
    let (company, user) = match store.accept_invite(Accepting { token_hash, email, name, hashed_password, at: clock.now() }).await
    {
        Ok(Accepted::User { company_id, user_id }) => (company_id, user_id),
        Ok(Accepted::EmailTaken) => return Err(Error::email_taken()),
        Ok(Accepted::Gone) => return Err(gone()),
        Err(e) if e.is_taken() => return Err(Error::email_taken()),
        Err(e) => return Err(e.into()),
    };
    store.account(company, user).await?.ok_or_else(|| Error::internal("the new account is not there"))
}
