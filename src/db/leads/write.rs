//! What people do to leads: write one down by hand, and change one. Each is an event, and a line of the company's record.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::leads_feed::{Place, announce};
use super::{Conn, audit, backend, conversations as states, feed, inbox, leads, team};
use crate::db::engine::Wrote;
use crate::db::leads::{LeadChanged, LeadEdit};
use crate::db::rows::{EventRow, LeadRow};
use crate::db::schema::{conversations::dsl as v, events, leads::dsl as t};
use crate::domain::access::Principal;
use crate::domain::clock::Micros;
use crate::domain::conversation::CompanyNumbers;
use crate::domain::event::EventKind;
use crate::domain::ids::ConversationId;
use crate::domain::lead::{LeadDraft, LeadStatus, LeadView, NoticeState};

/// A request that a person has heard of in a conversation. `None` when the conversation is not there to be seen.
pub async fn add_lead(
    c: &mut Conn,
    who: Principal,
    conversation: ConversationId,
    draft: LeadDraft,
    notify: bool,
    at: Micros,
) -> QueryResult<Wrote<Option<LeadView>>> {
    let Some(place) = locked(c, &who, conversation).await? else { return Ok(Wrote::quiet(None)) };
    let episode_id: i64 = v::conversations.find(conversation).select(v::episode_id).first(c).await?;
    let Some(id) = backend::draw_ids(c, 1).await?.next() else { return Ok(Wrote::quiet(None)) };
    let next = feed::advance_one(c, who.company_id, CompanyNumbers { seq: 2, lead: 1, customer: 0 }).await?;
    let created = EventRow { seq: next.seq, ..place.event(EventKind::LeadCreated, Some(id), at) };
    let changed = EventRow { seq: next.seq + 1, ..place.event(EventKind::ConversationUpdated, None, at) };
    let told = vec![created, changed];
    insert_all!(c, events::table, told);
    let row = LeadRow {
        id,
        company_id: who.company_id,
        customer_id: place.customer_id,
        conversation_id: conversation,
        episode_id,
        agent_run_id: None,
        name: draft.name,
        phone: draft.phone,
        phone_e164: draft.phone_e164,
        city: draft.city,
        object_type: draft.object_type,
        area: draft.area,
        summary: draft.summary,
        language: draft.language,
        status: LeadStatus::New,
        assignee_id: None,
        notice_state: NoticeState::None,
        notice_detail: None,
        seq: next.seq,
        created_at: at,
        updated_at: at,
        number: next.lead,
    };
    diesel::insert_into(t::leads).values(&row).execute(c).await?;
    if notify {
        leads::queue_notice(c, who.company_id, id, at).await?;
    }
    // The agent must not make a second one of the same request; what the conversation's actor holds is old now.
    diesel::update(v::conversations.find(conversation))
        .set((v::version.eq(v::version + 1), v::seq.eq(next.seq + 1), v::lead_id.eq(id), v::lead_at.eq(at)))
        .execute(c)
        .await?;
    let data = json!({ "conversation_id": conversation });
    audit::record(c, who.company_id, Some(who.user_id), "lead.created".into(), format!("lead:{id}"), data, at).await?;
    let view = leads::views_by_ids(c, vec![id]).await?.pop();
    Ok(Wrote { value: view, events: feed::hydrate(c, told).await? })
}

/// Changes the lead for everybody who sees it. A change to what is there already is no event.
pub async fn edit_lead(c: &mut Conn, who: Principal, id: i64, edit: LeadEdit, at: Micros) -> QueryResult<Wrote<LeadChanged>> {
    let ours = t::leads.filter(t::company_id.eq(who.company_id)).filter(t::id.eq(id));
    let conversation: Option<ConversationId> = ours.select(t::conversation_id).first(c).await.optional()?;
    let Some(conversation) = conversation else { return Ok(Wrote::quiet(LeadChanged::Missing)) };
    if locked(c, &who, conversation).await?.is_none() {
        return Ok(Wrote::quiet(LeadChanged::Missing));
    }
    let row: LeadRow = t::leads.find(id).select(LeadRow::as_select()).first(c).await?;
    // As it stands: a word of a newer process is none of ours, and "new" is a change of it.
    let status: String = t::leads.find(id).select(t::status).first(c).await?;
    let changes = changes(&row, &status, &edit);
    if let Some(Some(user)) = edit.assignee_id.filter(|user| *user != row.assignee_id) {
        if inbox::assignable(c, who.company_id, user).await?.is_none() {
            return Ok(Wrote::quiet(LeadChanged::NoSuchMember));
        }
        if team::home_seen_by(c, who.company_id, user, conversation).await?.is_none() {
            return Ok(Wrote::quiet(LeadChanged::WouldNotSeeIt));
        }
    }
    let mut events = vec![];
    if changes != json!({}) {
        apply(c, id, edit).await?;
        events.push(announce(c, id, at).await?);
        audit::record(c, who.company_id, Some(who.user_id), "lead.changed".into(), format!("lead:{id}"), changes, at).await?;
    }
    let view = leads::views_by_ids(c, vec![id]).await?.pop();
    let value = view.map_or(LeadChanged::Missing, |view| LeadChanged::Done(Box::new(view.shown_to(&who))));
    Ok(Wrote { value, events })
}

/// The conversation first, like every unit. `None` when this principal does not see it; a stranger's is not even locked.
async fn locked(c: &mut Conn, who: &Principal, conversation: ConversationId) -> QueryResult<Option<Place>> {
    if !Place::of(c, conversation).await?.is_some_and(|place| place.seen_by(who)) {
        return Ok(None);
    }
    states::lock(c, vec![conversation]).await?;
    Ok(Place::of(c, conversation).await?.filter(|place| place.seen_by(who)))
}

async fn apply(c: &mut Conn, id: i64, edit: LeadEdit) -> QueryResult<()> {
    let (phone, phone_e164) = edit.phone.unzip();
    let set = (
        edit.status.map(|x| t::status.eq(x)),
        edit.assignee_id.map(|x| t::assignee_id.eq(x)),
        edit.name.map(|x| t::name.eq(x)),
        phone.map(|x| t::phone.eq(x)),
        phone_e164.map(|x| t::phone_e164.eq(x)),
        edit.city.map(|x| t::city.eq(x)),
        edit.object_type.map(|x| t::object_type.eq(x)),
        edit.area.map(|x| t::area.eq(x)),
        edit.summary.map(|x| t::summary.eq(x)),
    );
    diesel::update(t::leads.find(id)).set(set).execute(c).await.map(|_| ())
}

/// For the company's record: where it went and who got it, and of what is personal only that it changed.
fn changes(row: &LeadRow, status_now: &str, edit: &LeadEdit) -> Value {
    let mut found = serde_json::Map::new();
    if let Some(status) = edit.status.filter(|status| status.as_str() != status_now) {
        found.insert("status".into(), json!({ "from": status_now, "to": status }));
    }
    if let Some(user) = edit.assignee_id.filter(|user| *user != row.assignee_id) {
        found.insert("assignee_id".into(), json!({ "from": row.assignee_id, "to": user }));
    }
    let (phone, e164) = (edit.phone.as_ref().map(|p| &p.0), edit.phone.as_ref().map(|p| &p.1));
    let texts = [
        ("name", edit.name.as_ref(), &row.name),
        ("phone", phone, &row.phone),
        ("phone_e164", e164, &row.phone_e164),
        ("city", edit.city.as_ref(), &row.city),
        ("object_type", edit.object_type.as_ref(), &row.object_type),
        ("area", edit.area.as_ref(), &row.area),
        ("summary", edit.summary.as_ref(), &row.summary),
    ];
    let changed: Vec<&str> =
        texts.into_iter().filter(|(_, new, old)| new.is_some_and(|new| new != *old)).map(|(name, ..)| name).collect();
    if !changed.is_empty() {
        found.insert("fields".into(), json!(changed));
    }
    Value::Object(found)
}
