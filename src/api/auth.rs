//! Accounts and signing in. Texts and status codes are the documents', word for word.
use actix_web::cookie::Cookie;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extract::{Body, Client, Form, Optional};
use super::limits::RateLimits;
use super::{check, cookie, guard};
use crate::actions::change_profile::change_profile;
use crate::actions::register_company::{Founding, register_company};
use crate::config::{Config, Registration};
use crate::db::Store;
use crate::db::accounts::{Account, ProfileChange};
use crate::domain::access::Principal;
use crate::domain::access::Role;
use crate::domain::clock::{self, Micros};
use crate::domain::flaw::Flaw;
use crate::domain::form::*;
use crate::domain::ids::{CompanyId, UserId};
use crate::domain::{email, zone};
use crate::error::{Error, Result};
use crate::passwords::{Passwords, Strength, strength};
use crate::sessions::{Granted, Sessions};
use crate::telemetry::metrics;

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Registering")]
pub struct RegisterBody {
    #[schemars(with = "EmailForm")]
    email: String,
    #[schemars(with = "PasswordForm")]
    password: String,
    #[schemars(with = "NameForm<200>")]
    company_name: String,
    #[schemars(with = "Option<NameForm<200>>")]
    name: Option<String>,
    #[schemars(with = "Option<LocaleForm>")]
    locale: Option<String>,
    #[schemars(with = "Option<TimeZoneForm>")]
    time_zone: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub struct Credentials {
    username: String,
    #[schemars(extend("format" = "password"))]
    password: String,
}

#[derive(Deserialize, JsonSchema)]
pub struct Refreshing {
    refresh_token: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub struct ChangingMe {
    #[schemars(with = "Option<NameForm<200>>")]
    name: Option<String>,
    #[schemars(with = "Option<LocaleForm>")]
    locale: Option<String>,
    #[schemars(with = "Option<TimeZoneForm>")]
    time_zone: Option<String>,
    #[schemars(with = "Option<PasswordForm>")]
    password: Option<String>,
    current_password: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Options")]
pub struct OptionsView {
    registration: Registration,
    #[schemars(with = "i64")]
    password_min_length: usize,
    version: &'static str,
}

/// The account as register and me show it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Account")]
pub struct AccountView {
    id: UserId,
    email: String,
    name: String,
    role: Role,
    company_id: CompanyId,
    company_name: String,
    /// The company's first user.
    owner_id: UserId,
    is_active: bool,
    locale: String,
    time_zone: &'static str,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
    /// When it was just made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Strength")]
    password_strength: Option<Strength>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Token")]
pub struct TokenView {
    access_token: String,
    #[schemars(extend("const" = "bearer"))]
    token_type: &'static str,
    /// Only with X-Client: api.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    refresh_token: Option<String>,
}

/// What the sign-in page needs to know before anybody is signed in.
pub async fn options(config: web::Data<Config>) -> HttpResponse {
    HttpResponse::Ok().json(OptionsView {
        registration: config.registration,
        password_min_length: config.password_min_length,
        version: env!("CARGO_PKG_VERSION"),
    })
}

pub async fn register(
    Body(body): Body<RegisterBody>,
    client: Client,
    config: web::Data<Config>,
    store: web::Data<Store>,
    passwords: web::Data<Passwords>,
    limits: web::Data<RateLimits>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    match config.registration {
        Registration::Open => {}
        Registration::Invite => return Err(Error::forbidden(Flaw::ByInvitation)),
        Registration::Closed => return Err(Error::forbidden(Flaw::RegistrationClosed)),
    }
    limits.public_call(client.address)?;
    let email = check::email(&body.email)?;
    check::password(&body.password, config.password_min_length)?;
    let company_name = check::name("company_name", &body.company_name)?;
    let founding = Founding {
        email,
        company_name,
        user_name: body.name.map(|name| check::name("name", &name)).transpose()?,
        locale: body.locale.map(|locale| check::locale(&locale)).transpose()?,
        time_zone: body.time_zone.map(|zone| check::time_zone(&zone)).transpose()?,
        password: body.password,
    };
    let strength = strength(&founding.password);
    let account = register_company(&store, &passwords, sessions.clock(), founding).await?;
    let mut view = account_view(account);
    view.password_strength = Some(strength);
    Ok(HttpResponse::Created().json(view))
}

pub fn account_view(account: Account) -> AccountView {
    AccountView {
        id: account.user_id,
        email: account.email,
        name: account.name,
        role: account.role,
        company_id: account.company_id,
        company_name: account.company_name,
        owner_id: account.owner_id,
        is_active: account.is_active,
        locale: account.locale,
        time_zone: zone::shown(&account.time_zone),
        created_at: account.created_at,
        password_strength: None,
    }
}

pub async fn login(
    req: HttpRequest,
    Form(form): Form<Credentials>,
    client: Client,
    config: web::Data<Config>,
    store: web::Data<Store>,
    passwords: web::Data<Passwords>,
    limits: web::Data<RateLimits>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    limits.public_call(client.address)?;
    let old = email::old_spelling(&form.username);
    if old.len() > email::LONGEST {
        // Nobody's, and not worth remembering.
        return Err(refused(&client));
    }
    let email = email::normal(&form.username).unwrap_or_else(|| old.clone());
    limits.try_sign_in(&email, client.address, sessions.now())?;
    let account = signing_in(&store, &email, old).await?;
    // The same work and the same words, whether the account is unknown, switched off, or the password wrong.
    let fits = passwords.verify(form.password, account.as_ref().map(|a| a.hashed_password.clone())).await?;
    let account = account.filter(|a| fits && a.is_active).ok_or_else(|| refused(&client))?;
    limits.succeeded(&email, client.address);
    metrics().sign_ins.with_label_values(&["accepted"]).inc();
    let granted = sessions.open(&account, client.address.to_string(), client.user_agent).await?;
    Ok(granted_response(&req, &config, granted))
}

/// Whose address this is, also of an account that is older than the one spelling of addresses.
async fn signing_in(store: &Store, email: &str, old: String) -> Result<Option<Account>> {
    match store.account_by_email(email.to_owned()).await? {
        None if old != email => Ok(store.account_by_email(old).await?),
        found => Ok(found),
    }
}

fn refused(client: &Client) -> Error {
    metrics().sign_ins.with_label_values(&["refused"]).inc();
    tracing::info!(address = %client.address, "sign-in refused");
    Error::bad_credentials()
}

fn granted_response(req: &HttpRequest, config: &Config, granted: Granted) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    // A form on somebody's page can send a sign-in here; it must not leave its reader signed in as somebody else.
    if !guard::is_foreign(req, config) {
        response = answer_with(response, cookie::keep(config, &granted.refresh_token));
    }
    response.json(TokenView {
        access_token: granted.access_token,
        token_type: "bearer",
        refresh_token: is_program(req).then_some(granted.refresh_token),
    })
}

fn answer_with(mut response: HttpResponseBuilder, cookies: [Cookie<'static>; 2]) -> HttpResponseBuilder {
    for cookie in cookies {
        response.cookie(cookie);
    }
    response
}

/// Programs keep the refresh token themselves; browsers must not be able to read it.
fn is_program(req: &HttpRequest) -> bool {
    req.headers().get("x-client").is_some_and(|v| v == "api")
}

pub async fn refresh(
    req: HttpRequest,
    Optional(body): Optional<Refreshing>,
    client: Client,
    config: web::Data<Config>,
    limits: web::Data<RateLimits>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    limits.public_call(client.address)?;
    let named = body.filter(|_| is_program(&req)).and_then(|body| body.refresh_token);
    let token = match named {
        Some(token) => token,
        None => cookie::token(&req, &config)?.ok_or_else(Error::not_signed_in)?,
    };
    let granted = sessions.refresh(&token).await?;
    Ok(granted_response(&req, &config, granted))
}

/// Ends the session of the bearer token, or, when there is none any more, of the cookie. Asking twice is no error.
pub async fn logout(
    req: HttpRequest,
    config: web::Data<Config>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let who = match by_bearer(&req, &sessions).await? {
        Some(who) => Some(who),
        None => match cookie::token(&req, &config)? {
            Some(token) => sessions.of_refresh(&token).await?,
            None => None,
        },
    };
    if let Some(who) = who {
        store.revoke(who.company_id, who.user_id, who.session_id, sessions.now()).await?;
        sessions.forget(&[who.session_id]);
    }
    Ok(answer_with(HttpResponse::NoContent(), cookie::forget(&config)).finish())
}

/// `None` when there is no token, or one that has expired: the cookie may still name the session.
async fn by_bearer(req: &HttpRequest, sessions: &Sessions) -> Result<Option<Principal>> {
    let Some(token) = guard::bearer(req) else { return Ok(None) };
    match sessions.authenticate(token).await {
        Ok(who) => Ok(Some((*who).clone())),
        Err(e) if e.status == StatusCode::UNAUTHORIZED => Ok(None),
        Err(e) => Err(e),
    }
}

pub async fn me(who: Principal, store: web::Data<Store>) -> Result<HttpResponse> {
    let account = store.account(who.company_id, who.user_id).await?.ok_or_else(Error::not_signed_in)?;
    Ok(HttpResponse::Ok().json(account_view(account)))
}

pub async fn change_me(
    who: Principal,
    Body(body): Body<ChangingMe>,
    client: Client,
    config: web::Data<Config>,
    store: web::Data<Store>,
    passwords: web::Data<Passwords>,
    limits: web::Data<RateLimits>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let mut change = ProfileChange {
        name: body.name.map(|v| check::name("name", &v)).transpose()?,
        locale: body.locale.map(|v| check::locale(&v)).transpose()?,
        time_zone: body.time_zone.map(|v| check::time_zone(&v)).transpose()?,
        hashed_password: None,
    };
    if let Some(password) = body.password {
        check::password(&password, config.password_min_length)?;
        limits.try_sign_in(&who.email, client.address, sessions.now())?;
        let account = store.account(who.company_id, who.user_id).await?.ok_or_else(Error::not_signed_in)?;
        let current = body.current_password.unwrap_or_default();
        if !passwords.verify(current, Some(account.hashed_password)).await? {
            return Err(Error::forbidden(Flaw::WrongPassword).about("current_password"));
        }
        limits.succeeded(&who.email, client.address);
        change.hashed_password = Some(passwords.hash(password).await?);
    }
    change_profile(&store, &sessions, &who, change).await?;
    me(who, store).await
}
