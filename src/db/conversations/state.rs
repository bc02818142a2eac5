//! Conversations with their customer and identity: the state an actor holds, and the views screens show.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};

use super::conversation_views::{brief, suggestions};
use super::{Conn, backend, open, timers};
use crate::db::cached::Cached;
use crate::db::leases::Standing;
use crate::db::rows::*;
use crate::db::schema::*;
use crate::db::words::Exact;
use crate::domain::channel::{ChannelKind, shared_number};
use crate::domain::clock::Micros;
use crate::domain::conversation::*;
use crate::domain::event::*;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::*;

pub(super) fn new_customer(unit: &Unit, identity: &NewIdentity) -> CustomerRow {
    let customer = &unit.after.customer;
    CustomerRow {
        id: customer.id,
        company_id: unit.company_id,
        name: customer.name.clone(),
        phone: customer.phone.clone(),
        phone_e164: customer.phone.as_deref().and_then(shared_number),
        email: None,
        username: customer.username.clone(),
        language: customer.language.clone(),
        source: identity.source.clone(),
        notes: String::new(),
        seq: unit.after.seq,
        created_at: unit.at,
        updated_at: unit.at,
        number: customer.number,
    }
}

pub(super) fn new_identity(unit: &Unit, identity: &NewIdentity) -> IdentityRow {
    IdentityRow {
        id: unit.after.identity_id,
        company_id: unit.company_id,
        channel_id: unit.channel_id,
        customer_id: unit.after.customer.id,
        home_key: identity.key.clone(),
        address: unit.after.address.clone(),
        username: unit.after.customer.username.clone(),
        blocked_at: None,
        created_at: unit.at,
    }
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = BigInt)]
    id: ConversationId,
    #[diesel(sql_type = BigInt)]
    version: i64,
}

/// Locks conversations in the order of their ids, before anything else is locked, and returns their versions. What is read
/// of them afterwards stays as it is until the COMMIT.
pub async fn lock(c: &mut Conn, mut ids: Vec<ConversationId>) -> QueryResult<HashMap<ConversationId, i64>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    ids.sort_unstable();
    ids.dedup();
    // Ids are our own numbers, so they may stand in the text; one statement locks them in order.
    let list = ids.iter().map(ConversationId::to_string).collect::<Vec<_>>().join(",");
    let sql = format!("SELECT id, version FROM conversations WHERE id IN ({list}) ORDER BY id{}", backend::LOCK_SUFFIX);
    let rows: Vec<Locked> = diesel::sql_query(sql).load(c).await?;
    Ok(rows.into_iter().map(|r| (r.id, r.version)).collect())
}

/// Writes the state over the row it stands on; 0 when the row has moved.
pub async fn update(c: &mut Conn, s: &State, id: ConversationId, version: i64) -> QueryResult<usize> {
    use conversations::dsl as t;
    let row = t::conversations.filter(t::id.eq(id)).filter(t::version.eq(version));
    Cached(diesel::update(row).set(ConversationChange::of(s))).execute(c).await
}

pub(super) async fn update_customer(c: &mut Conn, s: &State, change: &CustomerChange, now: Micros) -> QueryResult<()> {
    use customers::dsl as t;
    let fields = match change.fields.is_empty() {
        true => None,
        false => {
            let mut fields: Value = t::customers.find(s.customer.id).select(t::fields).first(c).await?;
            if !fields.is_object() {
                fields = json!({});
            }
            for (key, value) in &change.fields {
                fields[key.as_str()] = json!(value);
            }
            Some(fields)
        }
    };
    if let Some(username) = &change.username {
        let identity = identities::table.find(s.identity_id);
        diesel::update(identity).set(identities::username.eq(username)).execute(c).await?;
    }
    diesel::update(t::customers.find(s.customer.id))
        .set((
            fields.map(|v| t::fields.eq(v)),
            change.phone_e164.as_ref().map(|v| t::phone_e164.eq(v)),
            change.email.as_ref().map(|v| t::email.eq(v)),
            change.name.as_ref().map(|v| t::name.eq(v)),
            change.username.as_ref().map(|v| t::username.eq(v)),
            change.language.as_ref().map(|v| t::language.eq(v)),
            change.phone.as_ref().map(|v| t::phone.eq(v)),
            t::seq.eq(s.seq),
            t::updated_at.eq(now),
        ))
        .execute(c)
        .await
        .map(|_| ())
}

/// The state behind a key of a channel; `None` when nobody with it has written yet.
pub async fn load_state(c: &mut Conn, channel: ChannelId, key: String) -> QueryResult<Option<State>> {
    let id: Option<ConversationId> = identity_keys::table
        .inner_join(conversations::table.on(conversations::identity_id.eq(identity_keys::identity_id)))
        .filter(identity_keys::channel_id.eq(channel))
        .filter(identity_keys::key.eq(key))
        .select(conversations::id)
        .first(c)
        .await
        .optional()?;
    match id {
        Some(id) => state_by_id(c, id).await,
        None => Ok(None),
    }
}

pub async fn state_by_id(c: &mut Conn, id: ConversationId) -> QueryResult<Option<State>> {
    // A unit writes these back and acts on them: a newer process's word must not become another.
    type Words = (Exact<ConversationStatus>, Exact<Handler>, Exact<ChannelKind>);
    type Joined = (ConversationRow, IdentityRow, CustomerRow, Words, i64, Option<String>);
    let row: Option<Joined> = conversations::table
        .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
        .inner_join(customers::table.on(customers::id.eq(conversations::customer_id)))
        .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
        .inner_join(episodes::table.on(episodes::id.eq(conversations::episode_id)))
        .left_join(users::table.on(conversations::assignee_id.eq(users::id.nullable())))
        .filter(conversations::id.eq(id))
        .select((
            ConversationRow::as_select(),
            IdentityRow::as_select(),
            CustomerRow::as_select(),
            (conversations::status, conversations::handler, channels::kind),
            episodes::number,
            users::name.nullable(),
        ))
        .first(c)
        .await
        .optional()?;
    let Some((row, identity, customer, (_, _, Exact(kind)), episode_number, assignee_name)) = row else { return Ok(None) };
    // Without `..`: a new column has its place in the state, or this does not compile.
    let ConversationRow {
        id,
        company_id,
        channel_id,
        identity_id,
        customer_id: _,
        created_at,
        episode_id,
        version,
        generation,
        status,
        handler,
        assignee_id,
        department_id,
        inbound_count,
        last_message_id,
        public_seq,
        public_author,
        other_seq,
        snoozed_until,
        window_expires_at,
        seq,
        updated_at,
        turn_since,
        lead_id,
        lead_at,
        suggestion_run_id,
    } = row;
    let queue = open_queue(c, id).await?;
    let timers = timers::set_timers(c, id).await?;
    let suggestion = match suggestion_run_id {
        Some(run) => suggestions(c, vec![run]).await?.remove(&run),
        None => None,
    };
    Ok(Some(State {
        id,
        company_id,
        channel_id,
        channel_kind: kind,
        identity_id,
        home_key: identity.home_key,
        address: identity.address,
        blocked: identity.blocked_at.is_some(),
        customer: brief(&customer),
        episode_id,
        episode_number,
        version,
        generation,
        status,
        handler,
        assignee: assignee_id.map(|id| Assignee { id, name: assignee_name.unwrap_or_default() }),
        department_id,
        inbound_count,
        last_message_id,
        public_seq,
        public_author,
        other_seq,
        snoozed_until,
        window_expires_at,
        seq,
        created_at,
        updated_at,
        turn_since,
        suggestion,
        lead: lead_id.map(|id| OpenLead { id, at: lead_at.unwrap_or_default() }),
        queue,
        timers,
    }))
}

/// All parts of the messages that have an open one, in the order they must leave.
async fn open_queue(c: &mut Conn, conversation: ConversationId) -> QueryResult<Vec<OpenDelivery>> {
    use crate::db::schema::messages as m;
    use deliveries::dsl as d;
    let messages: Vec<MessageId> = d::deliveries
        .filter(d::conversation_id.eq(conversation))
        .filter(open::delivery())
        .select(d::message_id)
        .distinct()
        .load(c)
        .await?;
    if messages.is_empty() {
        return Ok(vec![]);
    }
    let rows: Vec<(DeliveryRow, Option<i64>)> = d::deliveries
        .inner_join(m::table.on(m::id.eq(d::message_id)))
        .filter(d::message_id.eq_any(messages))
        .order(d::id)
        .select((DeliveryRow::as_select(), m::generation))
        .load(c)
        .await?;
    // Of a part only its newest attempt counts: the ones before it are over, however they went.
    let newest: HashMap<(MessageId, i64), i64> = rows.iter().map(|(r, _)| ((r.message_id, r.part), r.id)).collect();
    Ok(rows
        .into_iter()
        .filter(|(r, _)| newest.get(&(r.message_id, r.part)) == Some(&r.id))
        .map(|(r, generation)| OpenDelivery {
            // What a person has sent again is theirs.
            automatic: generation.is_some() && r.attempt == 1,
            id: r.id,
            message_id: r.message_id,
            part: r.part,
            attempt: r.attempt,
            state: MessageStatus::parse(&r.state).unwrap_or(MessageStatus::Failed),
            retries: r.retries,
            not_before: r.not_before,
            uncertain_at: r.uncertain_at,
        })
        .collect())
}

/// Where a conversation lives: its channel and home key pick the actor. With a company, only that company's are found.
pub async fn home_of(
    c: &mut Conn,
    company: Option<CompanyId>,
    id: ConversationId,
) -> QueryResult<Option<(CompanyId, ChannelId, String)>> {
    let mut query = conversations::table
        .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
        .filter(conversations::id.eq(id))
        .select((conversations::company_id, conversations::channel_id, identities::home_key))
        .into_boxed();
    if let Some(company) = company {
        query = query.filter(conversations::company_id.eq(company));
    }
    query.first(c).await.optional()
}

/// What of these is there, and whether somebody must act for it.
pub async fn standing_of(c: &mut Conn, ids: Vec<ConversationId>) -> QueryResult<Vec<Standing>> {
    use deliveries::dsl as d;
    let rows: Vec<(ConversationId, i64, ChannelId, String, Option<i64>)> = conversations::table
        .inner_join(identities::table.on(identities::id.eq(conversations::identity_id)))
        .filter(conversations::id.eq_any(&ids))
        .select((
            conversations::id,
            conversations::version,
            conversations::channel_id,
            identities::home_key,
            conversations::turn_since,
        ))
        .load(c)
        .await?;
    let open: Vec<ConversationId> = d::deliveries
        .filter(open::delivery())
        .filter(d::conversation_id.eq_any(&ids))
        .select(d::conversation_id)
        .distinct()
        .load(c)
        .await?;
    let standing = |(id, version, channel_id, home_key, turn_since): (ConversationId, i64, ChannelId, String, Option<i64>)| {
        Standing { id, version, channel_id, home_key, is_owed_something: turn_since.is_some() || open.contains(&id) }
    };
    Ok(rows.into_iter().map(standing).collect())
}
