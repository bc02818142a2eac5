//! Conversations and customers as screens see them.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, messages};
use crate::db::rows::*;
use crate::db::schema::*;
use crate::domain::channel::ChannelKind;
use crate::domain::conversation::*;
use crate::domain::customer::{CustomerView, ReachedOn};
use crate::domain::event::*;
use crate::domain::ids::{ChannelId, ConversationId, CustomerId, MessageId};
use crate::domain::message::*;

pub fn brief(row: &CustomerRow) -> CustomerBrief {
    CustomerBrief {
        id: row.id,
        number: row.number,
        name: row.name.clone(),
        phone: row.phone.clone(),
        username: row.username.clone(),
        language: row.language.clone(),
    }
}

pub(super) fn view_of_state(s: &State, last_message: Option<MessageView>) -> ConversationView {
    ConversationView {
        id: s.id,
        channel_id: s.channel_id,
        channel_kind: s.channel_kind,
        customer: s.customer.clone(),
        status: s.status,
        handler: s.handler,
        assignee: s.assignee.clone(),
        department_id: s.department_id,
        last_message,
        unread: None,
        read_up_to: None,
        inbound_count: s.inbound_count,
        snoozed_until: s.snoozed_until,
        window_expires_at: s.window_expires_at,
        suggestion: s.suggestion.clone(),
        lead_id: s.lead.map(|l| l.id),
        seq: s.seq,
        created_at: s.created_at,
        updated_at: s.updated_at,
    }
}

pub async fn conversation_views(c: &mut Conn, ids: Vec<ConversationId>) -> QueryResult<Vec<ConversationView>> {
    views_by_ids(c, ids).await
}

pub async fn views_by_ids(c: &mut Conn, mut ids: Vec<ConversationId>) -> QueryResult<Vec<ConversationView>> {
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        return Ok(vec![]);
    }
    type Joined = (ConversationRow, CustomerRow, ChannelKind, Option<String>);
    let rows: Vec<Joined> = conversations::table
        .inner_join(customers::table.on(customers::id.eq(conversations::customer_id)))
        .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
        .left_join(users::table.on(conversations::assignee_id.eq(users::id.nullable())))
        .filter(conversations::id.eq_any(ids))
        .select((ConversationRow::as_select(), CustomerRow::as_select(), channels::kind, users::name.nullable()))
        .load(c)
        .await?;
    views(c, rows).await
}

pub(super) async fn views(
    c: &mut Conn,
    rows: Vec<(ConversationRow, CustomerRow, ChannelKind, Option<String>)>,
) -> QueryResult<Vec<ConversationView>> {
    let last_ids = rows.iter().filter_map(|(v, ..)| v.last_message_id).collect();
    let mut last: HashMap<MessageId, MessageView> =
        messages::views_by_ids(c, last_ids).await?.into_iter().map(|m| (m.id, m)).collect();
    let mut suggested = suggestions(c, rows.iter().filter_map(|(v, ..)| v.suggestion_run_id).collect()).await?;
    Ok(rows
        .into_iter()
        .map(|(v, customer, kind, assignee_name)| ConversationView {
            id: v.id,
            channel_id: v.channel_id,
            channel_kind: kind,
            customer: brief(&customer),
            status: v.status,
            handler: v.handler,
            assignee: v.assignee_id.map(|id| Assignee { id, name: assignee_name.unwrap_or_default() }),
            department_id: v.department_id,
            last_message: v.last_message_id.and_then(|id| last.remove(&id)),
            unread: None,
            read_up_to: None,
            inbound_count: v.inbound_count,
            snoozed_until: v.snoozed_until,
            window_expires_at: v.window_expires_at,
            suggestion: v.suggestion_run_id.and_then(|run| suggested.remove(&run)),
            lead_id: v.lead_id,
            seq: v.seq,
            created_at: v.created_at,
            updated_at: v.updated_at,
        })
        .collect())
}

/// The replies that wait for approval, by their run.
pub(super) async fn suggestions(c: &mut Conn, runs: Vec<i64>) -> QueryResult<HashMap<i64, Suggestion>> {
    if runs.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(i64, String)> =
        agent_runs::table.filter(agent_runs::id.eq_any(runs)).select((agent_runs::id, agent_runs::reply)).load(c).await?;
    Ok(rows.into_iter().map(|(run_id, text)| (run_id, Suggestion { run_id, text })).collect())
}

/// The customer object of the API and of `customer.updated`.
pub async fn customer_view(c: &mut Conn, id: CustomerId) -> QueryResult<Option<CustomerView>> {
    Ok(customer_views(c, vec![id]).await?.pop())
}

/// Those that there are, newest first: two queries, however many.
pub async fn customer_views(c: &mut Conn, ids: Vec<CustomerId>) -> QueryResult<Vec<CustomerView>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<CustomerRow> = customers::table
        .filter(customers::id.eq_any(&ids))
        .order(customers::id.desc())
        .select(CustomerRow::as_select())
        .load(c)
        .await?;
    with_channels(c, rows).await
}

/// The customers, in the order of their rows, with the channels on which they can be reached: one query.
pub(super) async fn with_channels(c: &mut Conn, rows: Vec<CustomerRow>) -> QueryResult<Vec<CustomerView>> {
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let reached: Vec<(CustomerId, String, ChannelId, Option<String>)> = identities::table
        .inner_join(channels::table.on(channels::id.eq(identities::channel_id)))
        .filter(identities::customer_id.eq_any(rows.iter().map(|row| row.id)))
        .order(identities::id)
        .select((identities::customer_id, channels::kind, channels::id, identities::username))
        .load(c)
        .await?;
    let mut channels_of: HashMap<CustomerId, Vec<ReachedOn>> = HashMap::new();
    for (customer, kind, channel_id, username) in reached {
        channels_of.entry(customer).or_default().push(ReachedOn { kind, channel_id, username });
    }
    Ok(rows
        .into_iter()
        .map(|row| {
            let channels = channels_of.remove(&row.id).unwrap_or_default();
            one_customer(row, channels)
        })
        .collect())
}

fn one_customer(row: CustomerRow, channels: Vec<ReachedOn>) -> CustomerView {
    CustomerView {
        id: row.id,
        number: row.number,
        name: row.name,
        phone: row.phone,
        phone_e164: row.phone_e164,
        email: row.email,
        username: row.username,
        language: row.language,
        source: row.source,
        notes: row.notes,
        channels,
        seq: row.seq,
        created_at: row.created_at,
        updated_at: row.updated_at,
    }
}
