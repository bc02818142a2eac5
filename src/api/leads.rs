//! Leads: what the agent has qualified and what people have written down, as lists, one by one, and as a file.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::check;
use super::extract::{Body, Id, Page, Params, given};
use crate::actions::refusal::NO_CONVERSATION;
use crate::db::Store;
use crate::db::leads::{LeadChanged, LeadEdit};
use crate::domain::access::Principal;
use crate::domain::agent::phone;
use crate::domain::flaw::Flaw;
use crate::domain::form::*;
use crate::domain::ids::{ConversationId, UserId};
use crate::domain::lead::{LeadDraft, LeadStatus, LeadView};
use crate::error::{Error, Result};
use crate::sessions::Sessions;

mod csv;
pub mod export;
mod pages;
mod query;
mod table;
mod xlsx;

pub use query::{LeadFilterQuery, LeadPaging};

fn missing() -> Error {
    Error::not_found("Lead not found")
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Leads")]
pub struct LeadsPage {
    leads: Vec<LeadView>,
    total: i64,
    next_cursor: Option<String>,
}

/// `GET /api/leads`: whole, newest first; with `limit` or `cursor` a page.
pub async fn list(
    who: Principal,
    page: Page,
    Params(paging): Params<LeadPaging>,
    Params(query): Params<LeadFilterQuery>,
    store: web::Data<Store>,
) -> Result<HttpResponse> {
    let filter = query.read(&who, &store).await?;
    if !paging.is_paged() {
        let leads = pages::begun(store, who, filter, usize::MAX).await?;
        return Ok(HttpResponse::Ok().content_type("application/json").streaming(pages::json(leads)));
    }
    let total = store.count_leads(who.clone(), filter.clone()).await?;
    let leads = store.leads_page(who, filter, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next_cursor = leads.last().filter(|_| leads.len() as i64 == page.limit).map(|lead| Page::cursor(&[lead.id]));
    Ok(HttpResponse::Ok().json(LeadsPage { leads, total, next_cursor }))
}

/// `GET /api/leads/{id}`
pub async fn show(who: Principal, Id(id): Id, store: web::Data<Store>) -> Result<HttpResponse> {
    let lead = store.lead(who, id).await?.ok_or_else(missing)?;
    Ok(HttpResponse::Ok().json(lead))
}

/// What a person has heard in a conversation.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "CreatingLead")]
pub struct CreateLead {
    conversation_id: ConversationId,
    #[schemars(with = "NameForm<200>")]
    name: String,
    #[schemars(with = "PhoneForm")]
    phone: String,
    #[serde(flatten)]
    about: LeadDetails,
    #[schemars(with = "Option<LineForm<16>>")]
    language: Option<String>,
    /// Tells the company's own chat, as of a lead that the agent has made.
    #[serde(default)]
    notify: bool,
}

/// What a lead may do without; null and missing differ only in a change.
#[derive(Deserialize, JsonSchema)]
struct LeadDetails {
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<LineForm<200>>")]
    city: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<LineForm<200>>")]
    object_type: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<LineForm<200>>")]
    area: Option<Option<String>>,
    #[serde(default, deserialize_with = "given")]
    #[schemars(with = "Option<TextForm<4000>>")]
    summary: Option<Option<String>>,
}

/// `POST /api/leads`: a person writes down what they have heard in a conversation.
pub async fn create(
    who: Principal,
    Body(body): Body<CreateLead>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let (phone, phone_e164) = dialled(&who, &store, &body.phone).await?;
    let about = read(body.about)?;
    let draft = LeadDraft {
        name: check::name("name", &body.name)?,
        phone,
        phone_e164,
        city: about.city.unwrap_or_default(),
        object_type: about.object_type.unwrap_or_default(),
        area: about.area.unwrap_or_default(),
        summary: about.summary.unwrap_or_default(),
        language: check::optional_line("language", &body.language.unwrap_or_default(), 16)?.unwrap_or_default(),
    };
    let lead = store.add_lead(who, body.conversation_id, draft, body.notify, sessions.now()).await?;
    Ok(HttpResponse::Created().json(lead.ok_or_else(|| Error::not_found(NO_CONVERSATION))?))
}

/// A field that is missing stays; one that is null or empty is emptied, as far as it may be.
#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "ChangingLead")]
pub struct LeadPatch {
    #[schemars(with = "Option<LeadStatus>")]
    status: Option<String>,
    /// An operator who sees the conversation; null for nobody.
    #[serde(default, deserialize_with = "given")]
    assignee_id: Option<Option<UserId>>,
    #[schemars(with = "Option<NameForm<200>>")]
    name: Option<String>,
    #[schemars(with = "Option<PhoneForm>")]
    phone: Option<String>,
    #[serde(flatten)]
    about: LeadDetails,
}

/// `PATCH /api/leads/{id}`
pub async fn change(
    who: Principal,
    Id(id): Id,
    Body(body): Body<LeadPatch>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let phone = match &body.phone {
        Some(given) => Some(dialled(&who, &store, given).await?),
        None => None,
    };
    let edit = LeadEdit {
        status: body.status.as_deref().map(status).transpose()?,
        assignee_id: body.assignee_id,
        name: body.name.map(|name| check::name("name", &name)).transpose()?,
        phone,
        ..read(body.about)?
    };
    match store.edit_lead(who, id, edit, sessions.now()).await? {
        LeadChanged::Done(lead) => Ok(HttpResponse::Ok().json(lead)),
        LeadChanged::Missing => Err(missing()),
        LeadChanged::NoSuchMember => Err(Error::unknown("assignee_id", Flaw::UnknownOperator)),
        LeadChanged::WouldNotSeeIt => Err(Error::conflict(Flaw::LeadNotSeen).about("assignee_id")),
    }
}

fn read(about: LeadDetails) -> Result<LeadEdit> {
    let line = |field, value: Option<Option<String>>| {
        value.map(|text| check::optional_line(field, &text.unwrap_or_default(), 200).map(Option::unwrap_or_default)).transpose()
    };
    Ok(LeadEdit {
        city: line("city", about.city)?,
        object_type: line("object_type", about.object_type)?,
        area: line("area", about.area)?,
        summary: about.summary.map(|text| check::text("summary", &text.unwrap_or_default(), 4000)).transpose()?,
        ..LeadEdit::default()
    })
}

fn status(word: &str) -> Result<LeadStatus> {
    check::one_of("status", LeadStatus::parse(word), LeadStatus::WORDS)
}

/// The number as it was given, and as the whole world dials it.
async fn dialled(who: &Principal, store: &Store, given: &str) -> Result<(String, String)> {
    let region = store.default_region(who.company_id).await?;
    let phone = phone::check(given, &region).map_err(|problem| Error::field("phone", problem.flaw()))?;
    Ok((phone.given, phone.e164))
}
