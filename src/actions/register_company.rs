//! A company with its first user, who owns it, and the channels that every company has.
use crate::db::Store;
use crate::db::accounts::{Account, NewCompany};
use crate::domain::clock::Clock;
use crate::error::{Error, Result};
use crate::passwords::Passwords;
use crate::secrets::random_token;

const USUAL_LOCALE: &str = "ru";
const USUAL_TIME_ZONE: &str = "Asia/Almaty";

/// Checked, but not yet there.
pub struct Founding {
    pub email: String,
    pub password: String,
    pub company_name: String,
    pub user_name: Option<String>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
}

/// Refused with `email_taken` if the address has an account.
pub async fn register_company(store: &Store, passwords: &Passwords, clock: &Clock, founding: Founding) -> Result<Account> {
    let Founding { email, password, company_name, user_name, locale, time_zone } = founding;
    // Hashing is dear; the database has the last word all the same.
    if store.account_by_email(email.clone()).await?.is_some() {
        return Err(Error::email_taken());
    }
    let hashed_password = passwords.hash(password).await?;
    let new = NewCompany {
        user_name: user_name.unwrap_or_else(|| email.split('@').next().unwrap_or_default().to_owned()),
        email: email.clone(),
        hashed_password,
        company_name,
        locale: locale.unwrap_or_else(|| USUAL_LOCALE.to_owned()),
        time_zone: time_zone.unwrap_or_else(|| USUAL_TIME_ZONE.to_owned()),
        webchat_key: random_token(),
        at: clock.now(),
    };
    match store.register_company(new).await {
        Ok(Some(_)) => {}
        // Two at once: the database let one of them in.
        Ok(None) => return Err(Error::email_taken()),
        Err(e) if e.is_taken() => return Err(Error::email_taken()),
        Err(e) => return Err(e.into()),
    }
    store.account_by_email(email).await?.ok_or_else(|| Error::internal("the new account is not there"))
}
