//! Leads as the API and the feed show them: lists, and one.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::leads_found::found;
use super::{Conn, accounts};
use crate::db::leads::LeadFilter;
use crate::db::rows::LeadRow;
use crate::db::schema::*;
use crate::domain::access::Principal;
use crate::domain::channel::ChannelKind;
use crate::domain::event::{Assignee, EventBody};
use crate::domain::ids::{CompanyId, UserId};
use crate::domain::lead::{LeadView, NoticeView};

/// Leads by id, newest first, below `before`. Only those of conversations that this principal may see.
pub async fn leads_page(c: &mut Conn, who: Principal, filter: LeadFilter, before: i64, limit: i64) -> QueryResult<Vec<LeadView>> {
    let page = found(&who, &filter).filter(leads::id.lt(before)).order(leads::id.desc()).limit(limit);
    let ids: Vec<i64> = page.select(leads::id).load(c).await?;
    let mut views = views_by_ids(c, ids).await?;
    views.reverse();
    Ok(views.into_iter().map(|view| view.shown_to(&who)).collect())
}

pub async fn count_leads(c: &mut Conn, who: Principal, filter: LeadFilter) -> QueryResult<i64> {
    found(&who, &filter).count().get_result(c).await
}

pub async fn lead(c: &mut Conn, who: Principal, id: i64) -> QueryResult<Option<LeadView>> {
    let seen: Option<i64> =
        found(&who, &LeadFilter::default()).filter(leads::id.eq(id)).select(leads::id).first(c).await.optional()?;
    match seen {
        Some(id) => Ok(views_by_ids(c, vec![id]).await?.pop().map(|view| view.shown_to(&who))),
        None => Ok(None),
    }
}

pub use super::lead_notices::queue_notice;

/// Where a phone number without a country's code is at home.
pub async fn default_region(c: &mut Conn, company: CompanyId) -> QueryResult<String> {
    let set: Option<String> = ai_settings::table.find(company).select(ai_settings::default_region).first(c).await.optional()?;
    Ok(set.unwrap_or_else(|| "KZ".into()))
}

/// In the order of their ids; those that are not there are left out.
pub async fn views_by_ids(c: &mut Conn, mut ids: Vec<i64>) -> QueryResult<Vec<LeadView>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<Joined> = leads::table
        .inner_join(conversations::table.on(conversations::id.eq(leads::conversation_id)))
        .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
        .left_join(users::table.on(leads::assignee_id.eq(users::id.nullable())))
        .filter(leads::id.eq_any(ids))
        .order(leads::id)
        .select((LeadRow::as_select(), channels::kind, users::name.nullable()))
        .load(c)
        .await?;
    views(c, rows).await
}

/// A lead, its channel's kind and its assignee's name.
pub(super) type Joined = (LeadRow, ChannelKind, Option<String>);

pub(super) async fn views(c: &mut Conn, rows: Vec<Joined>) -> QueryResult<Vec<LeadView>> {
    // One company in nearly every call.
    let mut owners: HashMap<CompanyId, UserId> = HashMap::new();
    let mut views = Vec::with_capacity(rows.len());
    for (row, channel_kind, assignee_name) in rows {
        let owner_id = match owners.get(&row.company_id) {
            Some(id) => *id,
            None => {
                let id = accounts::first_user(c, row.company_id).await?;
                owners.insert(row.company_id, id);
                id
            }
        };
        views.push(view(row, owner_id, channel_kind, assignee_name));
    }
    Ok(views)
}

fn view(row: LeadRow, owner_id: UserId, channel_kind: ChannelKind, assignee_name: Option<String>) -> LeadView {
    LeadView {
        id: row.id,
        number: row.number,
        owner_id,
        bot_user_id: row.customer_id,
        name: row.name,
        phone: row.phone,
        phone_e164: row.phone_e164,
        city: row.city,
        object_type: row.object_type,
        area: row.area,
        summary: row.summary,
        language: row.language,
        status: row.status,
        created_at: row.created_at,
        conversation_id: row.conversation_id,
        channel_kind,
        assignee: row.assignee_id.map(|id| Assignee { id, name: assignee_name.unwrap_or_default() }),
        notice: NoticeView { state: row.notice_state, detail: row.notice_detail },
        agent_run_id: row.agent_run_id,
        seq: row.seq,
        updated_at: row.updated_at,
    }
}

/// What the frames of `lead.created` and `lead.updated` carry: the lead without the provider's words about its notice.
pub(super) fn body_of(view: &LeadView) -> EventBody {
    let view = LeadView { notice: NoticeView { detail: None, ..view.notice.clone() }, ..view.clone() };
    // Our own types always serialise.
    EventBody::Other(serde_json::to_value(view).unwrap_or(Value::Null))
}
