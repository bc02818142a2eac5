//! Conversations: the list, one of them, who has it, where it stands, what has been read.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extract::{Body, Id, Optional, Page, Params, given};
use super::messages::{check_key, words};
use crate::actions::refusal::NO_CONVERSATION;
use crate::actions::send_message::{NoteAlong, note_along};
use crate::api::check;
use crate::db::conversations::{ListFilter, View};
use crate::domain::access::Principal;
use crate::domain::agent::AnswersFirst;
use crate::domain::clock::{Micros, parse_rfc3339};
use crate::domain::conversation::counts::PerView;
use crate::domain::conversation::{Command, ConversationStatus};
use crate::domain::event::{Assignee, ConversationView};
use crate::domain::flaw::Flaw;
use crate::domain::form::{AnyTextForm, NoNulForm, StatusOrAnyForm, TimeForm};
use crate::domain::ids::{ChannelId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::message::Revealed;
use crate::error::{Error, Result};
use crate::hub::Hub;

const LONGEST_PHONE: usize = 40;

#[derive(Deserialize, JsonSchema)]
pub struct ConversationListQuery {
    /// In `mentions` are those where a note of the last 90 days names the caller.
    #[schemars(with = "Option<View>")]
    view: Option<String>,
    #[schemars(with = "Option<StatusOrAnyForm>")]
    status: Option<String>,
    customer_id: Option<CustomerId>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Conversations")]
pub struct ConversationsPage {
    conversations: Vec<ConversationView>,
    next_cursor: Option<String>,
    /// How many of each view one has not read.
    counts: PerView<i64>,
    /// How many of each view wait for an answer.
    waiting: PerView<i64>,
}

/// `GET /api/conversations`
pub async fn list(
    who: Principal,
    hub: web::Data<Hub>,
    page: Page,
    Params(query): Params<ConversationListQuery>,
) -> Result<HttpResponse> {
    let view = match query.view.as_deref() {
        None => View::All,
        Some(word) => check::one_of("view", View::parse(word), View::WORDS)?,
    };
    let status = match query.status.as_deref() {
        None | Some("") => None,
        Some("any") => Some("any".to_owned()),
        Some(word) => Some(parse_status(word)?.as_str().to_owned()),
    };
    let before: Option<(Micros, ConversationId)> = match page.after.as_deref() {
        None => None,
        Some([updated_at, id]) => Some((*updated_at, ConversationId::new(*id))),
        Some(_) => return Err(Error::field("cursor", Flaw::NotACursor)),
    };
    let limit = page.limit;
    let filter = ListFilter { view, status, customer_id: query.customer_id, before, limit };
    let store = &hub.core.store;
    let conversations = store.list_conversations(who.clone(), filter).await?;
    let conversations: Vec<ConversationView> = conversations.into_iter().map(|view| view.shown_to(&who)).collect();
    let counts = store.count_views(who).await?;
    let next_cursor =
        conversations.last().filter(|_| conversations.len() as i64 == limit).map(|v| Page::cursor(&[v.updated_at, v.id.get()]));
    let (unread, waiting) = (counts.unread(), counts.waiting());
    Ok(HttpResponse::Ok().json(ConversationsPage { conversations, next_cursor, counts: unread, waiting }))
}

/// `GET /api/conversations/{id}`
pub async fn show(who: Principal, hub: web::Data<Hub>, Id(id): Id<ConversationId>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(seen(&hub, who, id).await?))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Starting")]
#[schemars(extend("anyOf" = [
    { "required": ["customer_id"], "properties": { "customer_id": { "type": "integer" } } },
    { "required": ["phone"], "properties": { "phone": { "type": "string" } } },
]))]
pub struct Start {
    channel_id: ChannelId,
    customer_id: Option<CustomerId>,
    #[schemars(with = "Option<NoNulForm<40>>")]
    phone: Option<String>,
}

/// `POST /api/conversations`: the conversation with a customer who has written on this channel before.
pub async fn start(who: Principal, hub: web::Data<Hub>, Body(body): Body<Start>) -> Result<HttpResponse> {
    let store = &hub.core.store;
    if body.phone.as_ref().is_some_and(|phone| phone.chars().count() > LONGEST_PHONE) {
        return Err(Error::field("phone", Flaw::TooLong { max: LONGEST_PHONE }));
    }
    let customer = match (body.customer_id, &body.phone) {
        (Some(id), _) => Some(id),
        (None, Some(phone)) => store.customer_by_phone(who.company_id, phone.trim().to_owned()).await?,
        (None, None) => return Err(Error::field("customer_id", Flaw::CustomerMissing)),
    };
    let customer = customer.ok_or_else(|| Error::not_found("Customer not found"))?;
    let found = store.conversation_with(who.company_id, body.channel_id, customer).await?;
    let id = found.ok_or_else(|| Error::conflict(Flaw::OnlyCustomerBegins))?;
    Ok(HttpResponse::Created().json(seen(&hub, who, id).await?))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Assigning", extend("required" = ["assignee_id"]))]
pub struct Assign {
    /// null gives it back to the queue.
    assignee_id: Option<UserId>,
    /// Who has it as far as the caller knows; null: nobody. Not said, it is taken from whoever has it.
    #[serde(default, deserialize_with = "given")]
    if_assignee: Option<Option<UserId>>,
    /// True: back to the agent.
    #[serde(default)]
    agent: bool,
    /// Written as a note of the conversation, and whoever gets that is led to it. At most 64 KB.
    #[serde(default)]
    #[schemars(with = "Option<AnyTextForm>")]
    note: Option<String>,
    /// However often the note is sent under this, it is written once.
    #[serde(default)]
    #[schemars(length(min = 1, max = 200))]
    client_id: Option<String>,
}

impl Assign {
    fn note(&mut self) -> Result<NoteAlong> {
        check_key(self.client_id.as_deref())?;
        Ok(NoteAlong { text: words(self.note.take())?, client_id: self.client_id.take() })
    }
}

/// `POST /api/conversations/{id}/assign`
pub async fn assign(
    who: Principal,
    hub: web::Data<Hub>,
    Id(id): Id<ConversationId>,
    Body(mut body): Body<Assign>,
) -> Result<HttpResponse> {
    let view = seen(&hub, who.clone(), id).await?;
    let note = body.note()?;
    if body.agent {
        if hub.core.agents.answers_first(view.channel_id).await != AnswersFirst::Agent {
            return Err(Error::conflict(Flaw::AgentOffHere).about("agent"));
        }
        let note = note_along(&hub, &who, id, None, note).await?;
        hub.command(who.company_id, id, Command::AssignAgent { from: body.if_assignee, by: acting(&who), note }).await?;
        return assigned(&hub, &who, id).await;
    }
    let assignee = match body.assignee_id {
        None => None,
        Some(user) => {
            let found = hub.core.store.assignable(who.company_id, user).await?;
            let (id, name) = found.ok_or_else(|| Error::unknown("assignee_id", Flaw::UnknownOperator))?;
            Some(Assignee { id, name })
        }
    };
    let note = note_along(&hub, &who, id, body.assignee_id, note).await?;
    hub.command(who.company_id, id, Command::Assign { assignee, from: body.if_assignee, by: acting(&who), note }).await?;
    assigned(&hub, &who, id).await
}

fn acting(who: &Principal) -> Assignee {
    Assignee { id: who.user_id, name: who.name.clone() }
}

/// Who gives a conversation away may not see it any more; the answer shows what became of it all the same.
async fn assigned(hub: &Hub, who: &Principal, id: ConversationId) -> Result<HttpResponse> {
    let mut views = hub.core.store.conversation_views(vec![id]).await?;
    Ok(HttpResponse::Ok().json(views.pop().map(|view| view.shown_to(who))))
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "SettingStatus")]
#[schemars(extend("oneOf" = [
    { "properties": { "status": { "enum": ["open", "pending", "closed"] } } },
    { "properties": { "status": { "const": "snoozed" }, "until": { "type": "string" } }, "required": ["until"] },
]))]
pub struct SetStatus {
    #[schemars(with = "ConversationStatus")]
    status: String,
    /// In the future.
    #[schemars(with = "Option<TimeForm>")]
    until: Option<String>,
}

/// `POST /api/conversations/{id}/status`
pub async fn set_status(
    who: Principal,
    hub: web::Data<Hub>,
    Id(id): Id<ConversationId>,
    Body(body): Body<SetStatus>,
) -> Result<HttpResponse> {
    seen(&hub, who.clone(), id).await?;
    let status = parse_status(&body.status)?;
    let until = match (&body.until, status) {
        (Some(text), ConversationStatus::Snoozed) => {
            let at = parse_rfc3339(text).filter(|at| *at > hub.core.clock.now());
            Some(at.ok_or_else(|| Error::field("until", Flaw::NotALaterTime))?)
        }
        (None, ConversationStatus::Snoozed) => return Err(Error::field("until", Flaw::UntilMissing)),
        _ => None,
    };
    hub.command(who.company_id, id, Command::SetStatus { status, until, by: acting(&who) }).await?;
    show(who, hub, Id(id)).await
}

#[derive(Deserialize, JsonSchema)]
#[schemars(rename = "Reading")]
pub struct Read {
    /// Up to this one; nothing means everything.
    message_id: Option<MessageId>,
    /// The other way: from this one on it is unread, and `message_id` means nothing. Where no message of the customer's follows, it
    /// is unread from the customer's last one before it.
    unread_from: Option<MessageId>,
}

/// `POST /api/conversations/{id}/read`
pub async fn read(
    who: Principal,
    hub: web::Data<Hub>,
    Id(id): Id<ConversationId>,
    Optional(body): Optional<Read>,
) -> Result<HttpResponse> {
    seen(&hub, who.clone(), id).await?;
    let (store, now) = (&hub.core.store, hub.core.clock.now());
    match body {
        Some(Read { unread_from: Some(message), .. }) => store.mark_unread(who, id, message, now).await?,
        Some(Read { message_id, .. }) => store.mark_read(who, id, message_id, now).await?,
        // No body means "everything".
        None => store.mark_read(who, id, None, now).await?,
    }
    Ok(HttpResponse::NoContent().finish())
}

/// The conversation, if it is this company's and this viewer may see it.
pub(super) async fn seen(hub: &Hub, who: Principal, id: ConversationId) -> Result<ConversationView> {
    let view = hub.core.store.conversation_for(who.clone(), id).await?;
    view.map(|view| view.shown_to(&who)).ok_or_else(|| Error::not_found(NO_CONVERSATION))
}

fn parse_status(word: &str) -> Result<ConversationStatus> {
    check::one_of("status", ConversationStatus::parse(word), ConversationStatus::WORDS)
}
