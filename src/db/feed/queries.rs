//! A company's numbered events: advancing the head, keeping the rows, and reading them back whole.
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, conversation_views, leads, messages};
use crate::db::cached::Cached;
use crate::db::rows::EventRow;
use crate::db::schema::{company_feeds, events, meta, read_states};
use crate::domain::access::Scope;
use crate::domain::conversation::{CompanyNumbers, EventDraft, MessageTarget, PersonalNotification, Subject, Unit};
use crate::domain::event::*;
use crate::domain::ids::{CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::lead::LeadView;

/// Reserves `wanted[company]` numbers for each company, in company order, and returns the first of each. Whatever is counted is
/// told by an event.
pub async fn advance(
    c: &mut Conn,
    wanted: &BTreeMap<CompanyId, CompanyNumbers>,
) -> QueryResult<HashMap<CompanyId, CompanyNumbers>> {
    use company_feeds::dsl as f;
    let mut first = HashMap::new();
    for (company, n) in wanted.iter().filter(|(_, n)| n.seq > 0) {
        let forward = diesel::update(f::company_feeds.find(company))
            .set((
                f::last_seq.eq(f::last_seq + n.seq),
                f::last_customer.eq(f::last_customer + n.customer),
                f::last_lead.eq(f::last_lead + n.lead),
            ))
            .returning((f::last_seq, f::last_customer, f::last_lead));
        let (seq, customer, lead): (i64, i64, i64) = Cached(forward).get_result(c).await?;
        let numbers = CompanyNumbers { seq: seq - n.seq + 1, customer: customer - n.customer + 1, lead: lead - n.lead + 1 };
        first.insert(*company, numbers);
    }
    Ok(first)
}

/// The same for one company.
pub(super) async fn advance_one(c: &mut Conn, company: CompanyId, wanted: CompanyNumbers) -> QueryResult<CompanyNumbers> {
    let first = advance(c, &BTreeMap::from([(company, wanted)])).await?;
    first.get(&company).copied().ok_or(diesel::result::Error::NotFound)
}

pub(super) fn row_of(unit: &Unit, draft: &EventDraft) -> EventRow {
    let after = unit.after.scope();
    let before = unit.before.unwrap_or(after);
    let message_id = match draft.subject {
        Subject::Message(i) => Some(unit.messages[i].id),
        // What only the provider's id names is filled in by the change itself, once it knows which message it was.
        Subject::Change(i) => match &unit.changes[i].target {
            MessageTarget::Id(id) => Some(*id),
            MessageTarget::Provider(_) => None,
        },
        Subject::Personal(i) => unit.personal[i].message.map(|index| unit.messages[index].id),
        Subject::Conversation | Subject::Customer | Subject::Lead => None,
    };
    let personal = if let Subject::Personal(i) = draft.subject { Some(&unit.personal[i]) } else { None };
    EventRow {
        company_id: unit.company_id,
        seq: draft.seq,
        kind: draft.kind.as_str().into(),
        conversation_id: Some(unit.after.id),
        message_id,
        customer_id: Some(unit.after.customer.id),
        user_id: personal.map(|told| told.user_id),
        department_before: before.department_id,
        department_after: after.department_id,
        assignee_before: before.assignee_id,
        assignee_after: after.assignee_id,
        diff: personal.map(|told| json!(personal_view(unit, told))),
        at: unit.at,
        lead_id: unit.lead.as_ref().map(|l| l.id).filter(|_| draft.subject == Subject::Lead),
    }
}

/// A personal notification as `notification.created` shows it. The list shows its row.
pub(super) fn personal_view(unit: &Unit, told: &PersonalNotification) -> NotificationView {
    NotificationView {
        code: told.code.as_str().into(),
        channel_id: Some(unit.channel_id),
        id: Some(told.id),
        params: Some(unit.personal_params(told)),
        ..NotificationView::default()
    }
}

/// Writes one event that no unit carries (customer edited, conversation read), and returns its number.
pub async fn append(c: &mut Conn, mut row: EventRow) -> QueryResult<EventRow> {
    row.seq = advance_one(c, row.company_id, CompanyNumbers::places(1)).await?.seq;
    diesel::insert_into(events::table).values(&row).execute(c).await?;
    Ok(row)
}

pub async fn feed_head(c: &mut Conn, company: CompanyId) -> QueryResult<i64> {
    company_feeds::table.find(company).select(company_feeds::last_seq).first(c).await.optional().map(|h| h.unwrap_or(0))
}

pub async fn feed_heads(c: &mut Conn) -> QueryResult<Vec<(CompanyId, i64)>> {
    company_feeds::table.select((company_feeds::company_id, company_feeds::last_seq)).load(c).await
}

/// The lowest number still kept; 0 when none was ever purged.
pub async fn feed_floor(c: &mut Conn, company: CompanyId) -> QueryResult<i64> {
    let lowest: Option<i64> =
        events::table.filter(events::company_id.eq(company)).select(diesel::dsl::min(events::seq)).first(c).await?;
    Ok(lowest.unwrap_or(0))
}

/// The database's epoch: positions of another one mean nothing here.
pub async fn epoch(c: &mut Conn, fresh: String) -> QueryResult<String> {
    let row = (meta::key.eq("epoch"), meta::value.eq(fresh));
    diesel::insert_into(meta::table).values(row).on_conflict(meta::key).do_nothing().execute(c).await?;
    meta::table.find("epoch").select(meta::value).first(c).await
}

/// The events after `after`, oldest first, with the objects as they are now (clients keep the greater `seq`).
pub async fn events_after(c: &mut Conn, company: CompanyId, after: i64, limit: i64) -> QueryResult<Vec<Arc<Event>>> {
    let rows: Vec<EventRow> = events::table
        .filter(events::company_id.eq(company))
        .filter(events::seq.gt(after))
        .order(events::seq)
        .limit(limit)
        .select(EventRow::as_select())
        .load(c)
        .await?;
    hydrate(c, rows).await
}

/// One event for each row, whatever it says: the feed is dense, and who reads it waits for every number.
pub(super) async fn hydrate(c: &mut Conn, rows: Vec<EventRow>) -> QueryResult<Vec<Arc<Event>>> {
    let message_ids: Vec<MessageId> = rows.iter().filter_map(|r| r.message_id).collect();
    let conversation_ids: Vec<ConversationId> = rows.iter().filter_map(|r| r.conversation_id).collect();
    let views: HashMap<MessageId, _> = messages::views_by_ids(c, message_ids).await?.into_iter().map(|v| (v.id, v)).collect();
    let conversations: HashMap<ConversationId, ConversationView> =
        conversation_views::views_by_ids(c, conversation_ids).await?.into_iter().map(|v| (v.id, v)).collect();
    let lead_ids: Vec<i64> = rows.iter().filter_map(|r| r.lead_id).collect();
    let leads: HashMap<i64, LeadView> = leads::views_by_ids(c, lead_ids).await?.into_iter().map(|v| (v.id, v)).collect();
    let of_kind = |kind: EventKind| rows.iter().filter(move |row| row.kind == kind.as_str());
    let customer_ids: HashSet<CustomerId> = of_kind(EventKind::CustomerUpdated).filter_map(|row| row.customer_id).collect();
    let customers = conversation_views::customer_views(c, customer_ids.into_iter().collect()).await?;
    let customers: HashMap<CustomerId, serde_json::Value> =
        customers.into_iter().map(|customer| (customer.id, serde_json::json!(customer))).collect();
    let looks = of_kind(EventKind::UnreadUpdated).filter_map(|row| Some((row.conversation_id?, row.user_id?))).collect();
    let unread = unread_of(c, looks).await?;
    let mut out = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(kind) = EventKind::parse(&row.kind) else {
            out.push(Event::of_a_newer_version(row.company_id, row.seq, row.at));
            continue;
        };
        let conversation = row.conversation_id.and_then(|id| conversations.get(&id));
        let body = match kind {
            EventKind::MessageCreated | EventKind::MessageUpdated => {
                match (row.message_id.and_then(|id| views.get(&id)), conversation) {
                    (Some(m), Some(v)) => {
                        EventBody::Message { message: Box::new(m.clone()), conversation: Box::new(summary_of(v)) }
                    }
                    _ => EventBody::Gone,
                }
            }
            EventKind::ConversationCreated | EventKind::ConversationUpdated | EventKind::ConversationAssigned => {
                conversation.map_or(EventBody::Gone, |v| EventBody::Conversation(Box::new(v.clone())))
            }
            EventKind::CustomerUpdated => {
                row.customer_id.and_then(|id| customers.get(&id)).map_or(EventBody::Gone, |c| EventBody::Other(c.clone()))
            }
            EventKind::LeadCreated | EventKind::LeadUpdated => {
                row.lead_id.and_then(|id| leads.get(&id)).map_or(EventBody::Gone, leads::body_of)
            }
            EventKind::UnreadUpdated => {
                let look = row.conversation_id.zip(row.user_id);
                look.and_then(|look| unread.get(&look)).map_or(EventBody::Gone, |body| EventBody::Other(body.clone()))
            }
            EventKind::NotificationCreated => {
                row.diff.clone().map_or(EventBody::Gone, |body| EventBody::Notification(Notification::stored(body)))
            }
            EventKind::NotificationsRead => row.diff.clone().map_or(EventBody::Gone, EventBody::Other),
        };
        out.push(event_of(row, kind, body));
    }
    Ok(out)
}

pub(super) fn event_of(row: EventRow, kind: EventKind, body: EventBody) -> Arc<Event> {
    Event::new(EventParts {
        company_id: row.company_id,
        seq: row.seq,
        at: row.at,
        kind,
        conversation_id: row.conversation_id,
        message_id: row.message_id,
        customer_id: row.customer_id,
        user_id: row.user_id,
        scope: Scope { department_id: row.department_after, assignee_id: row.assignee_after },
        before: Some(Scope { department_id: row.department_before, assignee_id: row.assignee_before }),
        body,
    })
}

fn summary_of(v: &ConversationView) -> ConversationSummary {
    ConversationSummary {
        id: v.id,
        status: v.status,
        handler: v.handler,
        assignee: v.assignee.clone(),
        last_message_id: v.last_message.as_ref().map(|m| m.id),
        inbound_count: v.inbound_count,
        snoozed_until: v.snoozed_until,
        window_expires_at: v.window_expires_at,
        suggestion: v.suggestion.clone(),
        lead_id: v.lead_id,
        seq: v.seq,
        updated_at: v.updated_at,
    }
}

/// How much of a conversation its viewer has not read.
pub(super) async fn unread_now(c: &mut Conn, conversation: ConversationId, user: UserId) -> QueryResult<serde_json::Value> {
    let look = (conversation, user);
    Ok(unread_of(c, HashSet::from([look])).await?.remove(&look).unwrap_or_default())
}

/// The same of many: two queries.
async fn unread_of(
    c: &mut Conn,
    looks: HashSet<(ConversationId, UserId)>,
) -> QueryResult<HashMap<(ConversationId, UserId), serde_json::Value>> {
    use crate::db::schema::conversations::dsl as v;
    if looks.is_empty() {
        return Ok(HashMap::new());
    }
    let (of, users): (HashSet<ConversationId>, HashSet<UserId>) = looks.iter().copied().unzip();
    let counts: Vec<(ConversationId, i64)> =
        v::conversations.filter(v::id.eq_any(of.clone())).select((v::id, v::inbound_count)).load(c).await?;
    let read: Vec<(ConversationId, UserId, i64, Option<MessageId>)> = read_states::table
        .filter(read_states::conversation_id.eq_any(of))
        .filter(read_states::user_id.eq_any(users))
        .select((read_states::conversation_id, read_states::user_id, read_states::read_count, read_states::read_up_to))
        .load(c)
        .await?;
    let counts: HashMap<ConversationId, i64> = counts.into_iter().collect();
    let read: HashMap<(ConversationId, UserId), (i64, Option<MessageId>)> =
        read.into_iter().map(|(id, user, count, up_to)| ((id, user), (count, up_to))).collect();
    let body = |look: (ConversationId, UserId)| {
        let (read_count, up_to) = read.get(&look).copied().unwrap_or((0, None));
        let unread = (counts.get(&look.0).copied().unwrap_or(0) - read_count).max(0);
        (look, json!(UnreadView { conversation_id: look.0, unread, read_up_to: up_to }))
    };
    Ok(looks.into_iter().map(body).collect())
}
