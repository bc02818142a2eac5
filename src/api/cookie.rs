//! The refresh token as a browser keeps it: no script sees it, and it goes only to the addresses that use it. Browsers keep
//! cookies of one name by their path, so each of these addresses has its own.
use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time::Duration};

use super::guard;
use crate::config::Config;
use crate::domain::clock::SECOND;
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};
use crate::sessions::STAY;

pub const NAME: &str = "sb_refresh";
/// Where a session is refreshed and ended, and where a browser follows a link to an attachment.
const PATHS: [&str; 2] = ["/api/auth", "/api/files"];

pub fn keep(config: &Config, token: &str) -> [Cookie<'static>; 2] {
    PATHS.map(|path| cookie(config, path, token, Duration::seconds(STAY / SECOND)))
}

pub fn forget(config: &Config) -> [Cookie<'static>; 2] {
    PATHS.map(|path| cookie(config, path, "", Duration::ZERO))
}

fn cookie(config: &Config, path: &'static str, token: &str, max_age: Duration) -> Cookie<'static> {
    Cookie::build(NAME, token.to_owned())
        .path(path)
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(config.is_https())
        .max_age(max_age)
        .finish()
}

/// The cookie's token; a browser that sends one with anything but a read must be on a page of ours.
pub fn token(req: &HttpRequest, config: &Config) -> Result<Option<String>> {
    let Some(cookie) = req.cookie(NAME) else { return Ok(None) };
    if !guard::is_our_origin(req, config) {
        return Err(Error::forbidden(Flaw::OtherOrigin));
    }
    Ok(Some(cookie.value().to_owned()))
}
