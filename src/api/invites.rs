//! Invitations: how a second person comes into a company. The link is shown once; only its hash is kept.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::auth::account_view;
use super::check;
use super::extract::{Body, Client, Id, Page, page_of};
use super::limits::RateLimits;
use crate::actions::accept_invite::{Joining, accept_invite, gone};
use crate::config::Config;
use crate::db::Store;
use crate::db::team::{InviteRow, NewInvite};
use crate::domain::access::{Principal, Role};
use crate::domain::clock::{self, DAY, Micros};
use crate::domain::flaw::Flaw;
use crate::domain::form::*;
use crate::error::{Error, Result};
use crate::passwords::Passwords;
use crate::secrets::{random_token, token_hash};
use crate::sessions::Sessions;

const OPEN_FOR: Micros = 3 * DAY;

#[derive(Deserialize, JsonSchema)]
pub struct Inviting {
    #[schemars(with = "Role")]
    role: String,
    /// Empty: whoever holds the link.
    #[schemars(with = "Option<EmailOrNoneForm>")]
    email: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
pub struct InviteToken {
    token: String,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Joining")]
pub struct AcceptBody {
    token: String,
    #[schemars(with = "EmailForm")]
    email: String,
    #[schemars(with = "PasswordForm")]
    password: String,
    #[schemars(with = "NameForm<200>")]
    name: String,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Invite")]
pub struct InviteView {
    id: i64,
    role: Role,
    email: Option<String>,
    /// Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    url: Option<String>,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    expires_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
}

page_of!(InvitesPage as "Invites", invites: InviteView);

#[derive(Serialize, JsonSchema)]
pub struct InvitePreview {
    company_name: String,
    role: Role,
    email: Option<String>,
}

fn view(invite: InviteRow) -> InviteView {
    let InviteRow { id, role, email, expires_at, created_at } = invite;
    InviteView { id, role, email, url: None, expires_at, created_at }
}

/// `POST /api/invites`
pub async fn create(
    who: Principal,
    Body(body): Body<Inviting>,
    config: web::Data<Config>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let role = super::operators::role(&body.role)?;
    if role > Role::Operator && who.role < Role::Owner {
        return Err(Error::forbidden(Flaw::OnlyOwnerInvites));
    }
    let email = body.email.filter(|e| !e.trim().is_empty()).map(|e| check::email(&e)).transpose()?;
    let token = random_token();
    let at = sessions.now();
    let new = NewInvite {
        company_id: who.company_id,
        role,
        email,
        token_hash: token_hash(&token),
        created_by: who.user_id,
        expires_at: at + OPEN_FOR,
        at,
    };
    let mut shown = view(store.create_invite(new).await?);
    // Behind `#`, so that it reaches no server's log.
    shown.url = Some(config.public_address(&format!("invite#{token}")));
    Ok(HttpResponse::Created().json(shown))
}

/// `GET /api/invites`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    let rows = store.open_invites(who.company_id, sessions.now(), page.after_one().unwrap_or(0), page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|r| Page::cursor(&[r.id]));
    let invites = rows.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(InvitesPage { invites, next_cursor }))
}

/// `DELETE /api/invites/{id}`
pub async fn revoke(who: Principal, Id(id): Id, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    if !store.revoke_invite(who.company_id, who.user_id, id, sessions.now()).await? {
        return Err(Error::not_found("Invitation not found"));
    }
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/invites/preview`: what the link's holder is invited to.
pub async fn preview(
    Body(body): Body<InviteToken>,
    client: Client,
    limits: web::Data<RateLimits>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    limits.public_call(client.address)?;
    let invite = store.invite_by_token(token_hash(&body.token), sessions.now()).await?.ok_or_else(gone)?;
    let shown = InvitePreview { company_name: invite.company_name, role: invite.role, email: invite.email };
    Ok(HttpResponse::Ok().json(shown))
}

/// `POST /api/invites/accept`: makes the account; signing in comes after.
pub async fn accept(
    Body(body): Body<AcceptBody>,
    client: Client,
    config: web::Data<Config>,
    limits: web::Data<RateLimits>,
    passwords: web::Data<Passwords>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    limits.public_call(client.address)?;
    let email = check::email(&body.email)?;
    let name = check::name("name", &body.name)?;
    check::password(&body.password, config.password_min_length)?;
    let joining = Joining { token: body.token, email, name, password: body.password };
    let account = accept_invite(&store, &passwords, sessions.clock(), joining).await?;
    Ok(HttpResponse::Created().json(account_view(account)))
}
