//! Receipts as sets: however many come at once, the same few statements raise deliveries and messages by rank.
//!
//! The order of locks is that of the units: conversations by id, then the company's feed, then everything else.
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, conversations as states, feed, open};
use crate::db::deliveries::ToHear;
use crate::db::engine::Wrote;
use crate::db::rows::EventRow;
use crate::db::schema::{conversations, deliveries, events, messages, orphan_receipts};
use crate::domain::access::Scope;
use crate::domain::channel::{Receipt, ReceiptStatus, raised};
use crate::domain::clock::Micros;
use crate::domain::conversation::{CompanyNumbers, OpenDelivery, Unit, state::message_status};
use crate::domain::event::{Event, EventKind};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::message::MessageStatus;

/// A delivery that a receipt may speak of.
struct KnownDelivery {
    id: i64,
    message_id: MessageId,
    conversation_id: ConversationId,
    provider_id: Option<String>,
    state: MessageStatus,
}

/// What becomes of a delivery. `unloads`: some memory may hold it as it was.
struct Rise {
    delivery_id: i64,
    message_id: MessageId,
    conversation_id: ConversationId,
    to: MessageStatus,
    provider_id: String,
    error: Option<(String, String)>,
    unloads: bool,
}

/// Raises what the receipts speak of and keeps those whose message is not known yet. Those that a Conversation must hear of
/// first change nothing and are returned; once it has heard them (`heard`), they are taken like all others.
pub async fn take_receipts(
    c: &mut Conn,
    channel: ChannelId,
    receipts: Vec<Receipt>,
    heard: bool,
    now: Micros,
) -> QueryResult<Wrote<Vec<ToHear>>> {
    let touched = found(c, channel, &receipts).await?;
    states::lock(c, touched.iter().map(|f| f.conversation_id).collect()).await?;
    // Read again behind the lock: of two receipts the second must see what the first has made of the row.
    let known = found(c, channel, &receipts).await?;
    let waiting = with_waiting_parts(c, known.iter().map(|f| f.message_id).collect()).await?;
    let (mut orphans, mut to_hear, mut said) = (vec![], vec![], vec![]);
    for receipt in receipts {
        let Some(f) = known.iter().find(|f| is_of(f, &receipt)) else {
            orphans.push(receipt);
            continue;
        };
        let settles = matches!(f.state, MessageStatus::Sending | MessageStatus::Uncertain);
        let ends_others = receipt.status == ReceiptStatus::Failed && waiting.contains(&f.message_id);
        if !heard && (settles || ends_others) {
            let (conversation_id, message_id, delivery_id) = (f.conversation_id, f.message_id, f.id);
            to_hear.push(ToHear { conversation_id, message_id, delivery_id, settles, receipt });
        } else {
            said.push((f, receipt));
        }
    }
    keep(c, channel, orphans, now).await?;
    let events = raise(c, rises(said), now).await?;
    Ok(Wrote { value: to_hear, events })
}

/// Receipts that came before the provider id they speak of: this batch of units stores it.
pub(super) async fn join_orphans(c: &mut Conn, units: &[Unit], now: Micros) -> QueryResult<Vec<Arc<Event>>> {
    let mut stored: BTreeMap<ChannelId, Vec<String>> = BTreeMap::new();
    for unit in units.iter().filter(|u| u.after.channel_kind.features().has_receipts) {
        let told = unit.deliveries.iter().filter_map(|d| d.provider_id.clone());
        stored.entry(unit.channel_id).or_default().extend(told);
    }
    let mut all = vec![];
    for (channel, ids) in stored.into_iter().filter(|(_, ids)| !ids.is_empty()) {
        use orphan_receipts::dsl as o;
        let early = o::orphan_receipts.filter(o::channel_id.eq(channel)).filter(o::provider_id.eq_any(ids));
        let rows: Vec<(String, String, Option<String>, Option<String>)> =
            early.clone().order(o::received_at).select((o::provider_id, o::status, o::error_code, o::detail)).load(c).await?;
        if rows.is_empty() {
            continue;
        }
        diesel::delete(early).execute(c).await?;
        let receipts: Vec<Receipt> = rows
            .into_iter()
            .filter_map(|(provider_id, status, code, detail)| {
                let status = ReceiptStatus::parse(&status)?;
                Some(Receipt { provider_id, delivery_id: None, status, error: code.zip(detail) })
            })
            .collect();
        let known = found(c, channel, &receipts).await?;
        let said = receipts.into_iter().filter_map(|r| Some((known.iter().find(|f| is_of(f, &r))?, r))).collect();
        all.extend(raise(c, rises(said), now).await?);
    }
    Ok(all)
}

fn is_of(found: &KnownDelivery, receipt: &Receipt) -> bool {
    found.provider_id.as_ref() == Some(&receipt.provider_id) || Some(found.id) == receipt.delivery_id
}

/// By the provider's id, and by our own where it came back.
async fn found(c: &mut Conn, channel: ChannelId, receipts: &[Receipt]) -> QueryResult<Vec<KnownDelivery>> {
    use deliveries::dsl as d;
    let columns = (d::id, d::message_id, d::conversation_id, d::provider_id, d::state);
    type Columns = (i64, MessageId, ConversationId, Option<String>, String);
    let theirs: Vec<&str> = receipts.iter().map(|r| r.provider_id.as_str()).collect();
    let of_channel = d::deliveries.filter(d::channel_id.eq(channel));
    let mut rows: Vec<Columns> = of_channel.filter(d::provider_id.eq_any(theirs)).select(columns).load(c).await?;
    let ours: Vec<i64> = receipts.iter().filter_map(|r| r.delivery_id).filter(|id| rows.iter().all(|r| r.0 != *id)).collect();
    if !ours.is_empty() {
        rows.extend(of_channel.filter(d::id.eq_any(ours)).select(columns).load::<Columns>(c).await?);
    }
    Ok(rows
        .into_iter()
        .filter_map(|(id, message_id, conversation_id, provider_id, state)| {
            Some(KnownDelivery { id, message_id, conversation_id, provider_id, state: MessageStatus::parse(&state)? })
        })
        .collect())
}

/// Messages of which a part is yet to leave.
async fn with_waiting_parts(c: &mut Conn, messages: Vec<MessageId>) -> QueryResult<BTreeSet<MessageId>> {
    use deliveries::dsl as d;
    let rows: Vec<MessageId> = d::deliveries
        .filter(d::message_id.eq_any(messages))
        .filter(open::delivery())
        .filter(d::state.eq(MessageStatus::Queued))
        .select(d::message_id)
        .load(c)
        .await?;
    Ok(rows.into_iter().collect())
}

async fn keep(c: &mut Conn, channel: ChannelId, orphans: Vec<Receipt>, now: Micros) -> QueryResult<()> {
    use orphan_receipts::dsl as o;
    for orphan in orphans {
        let (code, detail) = orphan.error.unzip();
        let row = (
            o::channel_id.eq(channel),
            o::provider_id.eq(orphan.provider_id),
            o::status.eq(orphan.status.as_str()),
            o::error_code.eq(code),
            o::detail.eq(detail),
            o::received_at.eq(now),
        );
        diesel::insert_into(o::orphan_receipts)
            .values(row)
            .on_conflict((o::channel_id, o::provider_id, o::status))
            .do_nothing()
            .execute(c)
            .await?;
    }
    Ok(())
}

/// One rise a delivery, whatever number of receipts speak of it.
fn rises(said: Vec<(&KnownDelivery, Receipt)>) -> Vec<Rise> {
    let mut rises: BTreeMap<i64, Rise> = BTreeMap::new();
    for (f, receipt) in said {
        let now = rises.get(&f.id).map_or(f.state, |rise| rise.to);
        let Some(to) = raised(now, receipt.status) else { continue };
        let unloads = matches!(f.state, MessageStatus::Sending | MessageStatus::Uncertain) || to == MessageStatus::Failed;
        let error = receipt.error.filter(|_| to == MessageStatus::Failed);
        let (message_id, conversation_id) = (f.message_id, f.conversation_id);
        let rise = Rise { delivery_id: f.id, message_id, conversation_id, to, provider_id: receipt.provider_id, error, unloads };
        rises.insert(f.id, rise);
    }
    rises.into_values().collect()
}

async fn raise(c: &mut Conn, rises: Vec<Rise>, now: Micros) -> QueryResult<Vec<Arc<Event>>> {
    if rises.is_empty() {
        return Ok(vec![]);
    }
    // Ids, numbers and words of our own may stand in the text.
    let values = rises.iter().map(|r| format!("({},'{}')", r.delivery_id, r.to)).collect::<Vec<_>>().join(",");
    let sql = format!(
        "UPDATE deliveries SET state = v.column2, updated_at = {now} FROM (VALUES {values}) AS v WHERE deliveries.id = v.column1"
    );
    diesel::sql_query(sql).execute(c).await?;
    for rise in rises.iter().filter(|r| r.unloads) {
        let (code, detail) = rise.error.clone().unzip();
        use deliveries::dsl as d;
        diesel::update(d::deliveries.find(rise.delivery_id))
            .set((
                d::error_code.eq(code),
                d::error_detail.eq(detail),
                d::uncertain_at.eq(None::<i64>),
                d::provider_id.eq(&rise.provider_id),
            ))
            .execute(c)
            .await?;
    }
    let unloaded: BTreeSet<ConversationId> = rises.iter().filter(|r| r.unloads).map(|r| r.conversation_id).collect();
    if !unloaded.is_empty() {
        use conversations::dsl as v;
        let rows = v::conversations.filter(v::id.eq_any(unloaded));
        diesel::update(rows).set(v::version.eq(v::version + 1)).execute(c).await?;
    }
    raise_messages(c, &rises, now).await
}

/// A message is as far as its lowest part; a part that failed, or was taken back, decides for all of it.
async fn raise_messages(c: &mut Conn, rises: &[Rise], now: Micros) -> QueryResult<Vec<Arc<Event>>> {
    let ids: Vec<MessageId> = rises.iter().map(|r| r.message_id).collect::<BTreeSet<_>>().into_iter().collect();
    let mut parts: HashMap<MessageId, Vec<OpenDelivery>> = HashMap::new();
    for part in parts_of(c, &ids).await? {
        parts.entry(part.message_id).or_default().push(part);
    }
    type Columns = (MessageId, CompanyId, ConversationId, String, Option<i64>, Option<UserId>, CustomerId);
    let rows: Vec<Columns> = messages::table
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(messages::id.eq_any(&ids))
        .order((messages::company_id, messages::id))
        .select((
            messages::id,
            messages::company_id,
            messages::conversation_id,
            messages::status,
            conversations::department_id,
            conversations::assignee_id,
            conversations::customer_id,
        ))
        .load(c)
        .await?;
    let mut changed: Vec<(Columns, MessageStatus)> = vec![];
    for row in rows {
        let was = MessageStatus::parse(&row.3);
        let to = parts.get(&row.0).and_then(|parts| message_status(parts.iter()));
        let settled = |to: &MessageStatus| matches!(to, MessageStatus::Failed) || to.rank() >= MessageStatus::Sent.rank();
        if let Some(to) = to.filter(|to| Some(*to) != was).filter(settled) {
            changed.push((row, to));
        }
    }
    let mut wanted: BTreeMap<CompanyId, CompanyNumbers> = BTreeMap::new();
    for (row, _) in &changed {
        *wanted.entry(row.1).or_default() += CompanyNumbers::places(1);
    }
    let mut next = feed::advance(c, &wanted).await?;
    let (mut values, mut rows) = (vec![], vec![]);
    for ((id, company, conversation, _, department, assignee, customer), to) in &changed {
        let next = next.entry(*company).or_default();
        let seq = next.seq;
        next.seq += 1;
        values.push(format!("({id},'{to}',{seq})"));
        let scope = Scope { department_id: *department, assignee_id: *assignee };
        rows.push(EventRow {
            seq,
            conversation_id: Some(*conversation),
            message_id: Some(*id),
            customer_id: Some(*customer),
            ..EventRow::of(*company, EventKind::MessageUpdated, now).within(&scope)
        });
    }
    if rows.is_empty() {
        return Ok(vec![]);
    }
    let sql = format!(
        "UPDATE messages SET status = v.column2, seq = v.column3, error_code = NULL, error_detail = NULL \
         FROM (VALUES {}) AS v WHERE messages.id = v.column1",
        values.join(",")
    );
    diesel::sql_query(sql).execute(c).await?;
    for rise in rises.iter().filter(|r| r.to == MessageStatus::Failed) {
        let (code, detail) = rise.error.clone().unzip();
        diesel::update(messages::table.find(rise.message_id).filter(messages::status.eq(MessageStatus::Failed)))
            .set((messages::error_code.eq(code), messages::error_detail.eq(detail)))
            .execute(c)
            .await?;
    }
    insert_all!(c, events::table, rows);
    feed::hydrate(c, rows).await
}

async fn parts_of(c: &mut Conn, messages: &[MessageId]) -> QueryResult<Vec<OpenDelivery>> {
    use deliveries::dsl as d;
    let rows: Vec<(i64, MessageId, i64, i64, String)> = d::deliveries
        .filter(d::message_id.eq_any(messages))
        .select((d::id, d::message_id, d::part, d::attempt, d::state))
        .load(c)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, message_id, part, attempt, state)| OpenDelivery {
            id,
            message_id,
            part,
            attempt,
            state: MessageStatus::parse(&state).unwrap_or(MessageStatus::Failed),
            retries: 0,
            not_before: None,
            uncertain_at: None,
            automatic: false,
        })
        .collect())
}
