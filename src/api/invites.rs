//! Invitations: how a second person comes into a company. The link is shown once; only its hash is kept.
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::auth::account_view;
use super::check;
use super::extract::{Body, Client, Id, Page};
use super::limits::RateLimits;
use crate::actions::accept_invite::{Joining, accept_invite, gone};
use crate::config::Config;
use crate::db::Store;
use crate::db::team::{InviteRow, NewInvite};
use crate::domain::access::{Principal, Role};
use crate::domain::clock::{DAY, Micros, rfc3339};
use crate::domain::flaw::Flaw;
use crate::error::{Error, Result};
use crate::passwords::Passwords;
use crate::secrets::{random_token, token_hash};
use crate::sessions::Sessions;

const OPEN_FOR: Micros = 3 * DAY;

#[derive(Deserialize)]
pub struct Inviting {
    role: String,
    email: Option<String>,
}

#[derive(Deserialize)]
pub struct Token {
    token: String,
}

#[derive(Deserialize)]
pub struct AcceptBody {
    token: String,
    email: String,
    password: String,
    name: String,
}

fn view(invite: &InviteRow) -> Value {
    json!({
        "id": invite.id, "role": invite.role, "email": invite.email, "expires_at": rfc3339(invite.expires_at),
        "created_at": rfc3339(invite.created_at),
    })
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
    let mut shown = view(&store.create_invite(new).await?);
    // Behind `#`, so that it reaches no server's log.
    shown["url"] = json!(config.public_address(&format!("invite#{token}")));
    Ok(HttpResponse::Created().json(shown))
}

/// `GET /api/invites`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, sessions: web::Data<Sessions>) -> Result<HttpResponse> {
    let rows = store.open_invites(who.company_id, sessions.now(), page.after_one().unwrap_or(0), page.limit).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|r| Page::cursor(&[r.id]));
    let shown: Vec<Value> = rows.iter().map(view).collect();
    Ok(HttpResponse::Ok().json(json!({ "invites": shown, "next_cursor": next })))
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
    Body(body): Body<Token>,
    client: Client,
    limits: web::Data<RateLimits>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    limits.public_call(client.address)?;
    let invite = store.invite_by_token(token_hash(&body.token), sessions.now()).await?.ok_or_else(gone)?;
    let shown = json!({ "company_name": invite.company_name, "role": invite.role, "email": invite.email });
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
    Ok(HttpResponse::Created().json(account_view(&account)))
}
