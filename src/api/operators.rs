//! The people who answer: who they are, what they may do, and whether they are here.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extract::{Body, Id, Page, page_of};
use crate::actions::change_member::{change_member, missing};
use crate::api::check;
use crate::db::Store;
use crate::db::team::{MemberChange, MemberRow};
use crate::domain::access::{OnlineState, Principal, Role};
use crate::domain::clock::{self, Micros};
use crate::domain::form::TimeForm;
use crate::domain::ids::{CompanyId, UserId};
use crate::error::Result;
use crate::hub::Hub;
use crate::sessions::Sessions;

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangingOperator")]
pub struct OperatorPatch {
    #[schemars(with = "Option<Role>")]
    role: Option<String>,
    is_active: Option<bool>,
}

pub fn role(word: &str) -> Result<Role> {
    check::one_of("role", Role::parse(word), Role::WORDS)
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Operator")]
pub struct OperatorView {
    id: UserId,
    name: String,
    email: String,
    role: Role,
    is_active: bool,
    presence: OnlineState,
    /// How many open conversations they have.
    open_conversations: i64,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
}

page_of!(OperatorsPage as "Operators", operators: OperatorView);

/// These people with what they have in hand.
async fn views(hub: &Hub, company: CompanyId, members: Vec<MemberRow>) -> Result<Vec<OperatorView>> {
    let loads = hub.core.store.loads(company, members.iter().map(|member| member.user_id).collect()).await?;
    let online = hub.core.publisher.online(company);
    Ok(members.into_iter().map(|member| view(member, &online, &loads)).collect())
}

fn view(member: MemberRow, online: &[UserId], loads: &[(UserId, i64)]) -> OperatorView {
    OperatorView {
        open_conversations: loads.iter().find(|(user, _)| *user == member.user_id).map_or(0, |(_, count)| *count),
        presence: if online.contains(&member.user_id) { OnlineState::Online } else { OnlineState::Offline },
        id: member.user_id,
        name: member.name,
        email: member.email,
        role: member.role,
        is_active: member.is_active,
        created_at: member.created_at,
    }
}

/// `GET /api/operators`
pub async fn list(who: Principal, page: Page, store: web::Data<Store>, hub: web::Data<Hub>) -> Result<HttpResponse> {
    let rows = store.members(who.company_id, page.after_one().unwrap_or(0), page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|r| Page::cursor(&[r.user_id.get()]));
    let operators = views(&hub, who.company_id, rows).await?;
    Ok(HttpResponse::Ok().json(OperatorsPage { operators, next_cursor }))
}

/// `PATCH /api/operators/{id}`
pub async fn change(
    who: Principal,
    Id(id): Id<UserId>,
    Body(body): Body<OperatorPatch>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
    hub: web::Data<Hub>,
) -> Result<HttpResponse> {
    let wanted = MemberChange { role: body.role.as_deref().map(role).transpose()?, is_active: body.is_active, remove: false };
    change_member(&store, &sessions, &who, id, wanted).await?;
    let member = store.member(who.company_id, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(views(&hub, who.company_id, vec![member]).await?.pop()))
}

/// `DELETE /api/operators/{id}`: their messages stay, they do not.
pub async fn remove(
    who: Principal,
    Id(id): Id<UserId>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    change_member(&store, &sessions, &who, id, MemberChange { remove: true, ..MemberChange::default() }).await?;
    Ok(HttpResponse::NoContent().finish())
}
