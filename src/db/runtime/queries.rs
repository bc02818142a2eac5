//! What the hub itself asks: receipts, the web chat's channel.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::{Conn, conversations as states, feed, messages, open};
use crate::db::engine::Wrote;
use crate::db::rows::{EventRow, MessageRow};
use crate::db::runtime::{RECEIPTS_AT_ONCE, WebchatChannel};
use crate::db::schema::*;
use crate::domain::access::{Role, Scope};
use crate::domain::channel::ChannelKind;
use crate::domain::clock::Micros;
use crate::domain::conversation::CompanyNumbers;
use crate::domain::event::{EventBody, EventKind, Notification, NotificationView};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::message::{Direction, MessageStatus, MessageView};

pub async fn webchat_by_key(c: &mut Conn, key: String) -> QueryResult<Option<WebchatChannel>> {
    let row: Option<(ChannelId, CompanyId, String, String, Value)> = channels::table
        .inner_join(companies::table.on(companies::id.eq(channels::company_id)))
        .filter(channels::key.eq(key))
        .filter(channels::kind.eq(ChannelKind::Webchat))
        .filter(channels::enabled.eq(true))
        .filter(channels::deleted_at.is_null())
        .filter(companies::is_active.eq(true))
        .select((channels::id, channels::company_id, channels::name, companies::name, channels::settings))
        .first(c)
        .await
        .optional()?;
    Ok(row.map(|(id, company_id, name, company_name, settings)| WebchatChannel {
        id,
        company_id,
        name,
        company_name,
        allowed_origins: settings["allowed_origins"]
            .as_array()
            .map(|list| list.iter().filter_map(|o| o.as_str().map(str::to_owned)).collect())
            .unwrap_or_default(),
    }))
}

/// The newest messages in or out, newest first.
pub async fn public_messages(c: &mut Conn, conversation: ConversationId, limit: i64) -> QueryResult<Vec<MessageView>> {
    let rows = messages_table::table
        .filter(messages_table::conversation_id.eq(conversation))
        .filter(messages_table::direction.eq_any([Direction::In, Direction::Out]))
        .order(messages_table::id.desc())
        .limit(limit)
        .select(MessageRow::as_select())
        .load(c)
        .await?;
    messages::with_parts(c, rows).await
}

use crate::db::schema::messages as messages_table;

/// "Read up to here" in a chat without a provider: raises what went out up to `up_to` to `status`; what is there already, or
/// failed, stays. Returns how many rose, the newest first and at most [`RECEIPTS_AT_ONCE`]: after a long absence the rest
/// comes in further slices.
pub async fn raise_receipts(
    c: &mut Conn,
    conversation: ConversationId,
    up_to: MessageId,
    status: MessageStatus,
    now: Micros,
) -> QueryResult<Wrote<usize>> {
    use messages_table as m;
    let lower = [MessageStatus::Sent, MessageStatus::Delivered].into_iter().filter(|s| s.rank() < status.rank());
    // Before the look: of two receipts the second must see what the first has made of the messages.
    states::lock(c, vec![conversation]).await?;
    let mut rows: Vec<MessageRow> = vec![];
    // One status at a time: then the index gives those that rise, and no others.
    for from in lower {
        let rising = m::table
            .filter(open::unread())
            .filter(m::conversation_id.eq(conversation))
            .filter(m::status.eq(from))
            .filter(m::id.le(up_to));
        let some: Vec<MessageRow> =
            rising.order(m::id.desc()).limit(RECEIPTS_AT_ONCE).select(MessageRow::as_select()).load(c).await?;
        rows.extend(some);
    }
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.id));
    rows.truncate(RECEIPTS_AT_ONCE as usize);
    if rows.is_empty() {
        return Ok(Wrote::quiet(0));
    }
    raise(c, rows, status, now).await
}

async fn raise(c: &mut Conn, mut rows: Vec<MessageRow>, status: MessageStatus, now: Micros) -> QueryResult<Wrote<usize>> {
    rows.reverse();
    let Some(company) = rows.as_slice().first().map(|r| r.company_id) else { return Ok(Wrote::quiet(0)) };
    let conversation = rows[0].conversation_id;
    let first = feed::advance_one(c, company, CompanyNumbers::places(rows.len() as i64)).await?.seq;
    let (department, assignee, customer): (Option<i64>, Option<UserId>, CustomerId) = conversations::table
        .find(conversation)
        .select((conversations::department_id, conversations::assignee_id, conversations::customer_id))
        .first(c)
        .await?;
    let seqs: Vec<(MessageId, i64)> = rows.iter().map(|row| row.id).zip(first..).collect();
    set_status(c, &seqs, status).await?;
    let scope = Scope { department_id: department, assignee_id: assignee };
    let event = |(message_id, seq): (MessageId, i64)| EventRow {
        seq,
        conversation_id: Some(conversation),
        message_id: Some(message_id),
        customer_id: Some(customer),
        ..EventRow::of(company, EventKind::MessageUpdated, now).within(&scope)
    };
    let events: Vec<EventRow> = seqs.into_iter().map(event).collect();
    insert_all!(c, crate::db::schema::events::table, events);
    let raised = events.len();
    Ok(Wrote { value: raised, events: feed::hydrate(c, events).await? })
}

/// One statement, each message with its own number.
async fn set_status(c: &mut Conn, seqs: &[(MessageId, i64)], status: MessageStatus) -> QueryResult<usize> {
    // Ids and numbers are our own, so they may stand in the text.
    let values = seqs.iter().map(|(id, seq)| format!("({id},{seq})")).collect::<Vec<_>>().join(",");
    let sql = format!(
        "UPDATE messages SET status = '{}', seq = raised.seq \
         FROM (SELECT column1 AS id, column2 AS seq FROM (VALUES {values}) AS given) AS raised WHERE messages.id = raised.id",
        status.as_str()
    );
    diesel::sql_query(sql).execute(c).await
}

/// Tells a channel's company something that a person should look at.
pub async fn notify_company(
    c: &mut Conn,
    channel: ChannelId,
    code: String,
    detail: String,
    now: Micros,
) -> QueryResult<Wrote<()>> {
    let company: Option<CompanyId> = channels::table.find(channel).select(channels::company_id).first(c).await.optional()?;
    let Some(company_id) = company else { return Ok(Wrote::quiet(())) };
    notify(c, company_id, NotificationView { code, detail, channel_id: Some(channel), ..NotificationView::default() }, now).await
}

/// The same, whatever it is about.
pub(super) async fn notify(c: &mut Conn, company_id: CompanyId, view: NotificationView, now: Micros) -> QueryResult<Wrote<()>> {
    let row = EventRow { diff: Some(json!(view)), ..EventRow::of(company_id, EventKind::NotificationCreated, now) };
    let row = feed::append(c, row).await?;
    let event = feed::event_of(row, EventKind::NotificationCreated, EventBody::Notification(Notification::new(&view)));
    Ok(Wrote { value: (), events: vec![event] })
}

/// True when the last process ended by itself. The mark is taken away here and put back by [`mark_clean_stop`].
pub async fn take_clean_stop(c: &mut Conn) -> QueryResult<bool> {
    let taken = diesel::delete(meta::table.find("clean_stop")).execute(c).await?;
    let ran_before = (meta::key.eq("started_once"), meta::value.eq("1"));
    let first_ever =
        diesel::insert_into(meta::table).values(ran_before).on_conflict(meta::key).do_nothing().execute(c).await? > 0;
    Ok(taken > 0 || first_ever)
}

pub async fn mark_clean_stop(c: &mut Conn) -> QueryResult<()> {
    let row = (meta::key.eq("clean_stop"), meta::value.eq("1"));
    diesel::insert_into(meta::table).values(row).on_conflict(meta::key).do_nothing().execute(c).await.map(|_| ())
}

/// The oldest company and one of its owners.
pub async fn first_company(c: &mut Conn) -> QueryResult<Option<(CompanyId, UserId)>> {
    memberships::table
        .filter(memberships::role.eq(Role::Owner))
        .order((memberships::company_id, memberships::id))
        .select((memberships::company_id, memberships::user_id))
        .first(c)
        .await
        .optional()
}

/// `SELECT 1`, for `/api/health`.
pub async fn ping(c: &mut Conn) -> QueryResult<()> {
    diesel::select(diesel::dsl::sql::<diesel::sql_types::Text>("'1'")).execute(c).await.map(|_| ())
}
