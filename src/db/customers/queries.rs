//! Customers: lists, one, and an edit that every screen learns of.
use std::collections::HashSet;

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::{Conn, backend, conversation_views, feed};
use crate::db::customers::CustomerEdit;
use crate::db::engine::Wrote;
use crate::db::rows::{CustomerRow, EventRow};
use crate::db::schema::{conversations::dsl as v, customers::dsl as t};
use crate::domain::access::{Principal, Scope};
use crate::domain::clock::Micros;
use crate::domain::customer::CustomerView;
use crate::domain::event::{EventBody, EventKind};
use crate::domain::ids::{ConversationId, CustomerId, UserId};

/// Customers by id, newest first, below `before`. Those the principal may not see come as `None`, so that pages go on.
/// Three queries, however long the page.
pub async fn customers_page(
    c: &mut Conn,
    who: Principal,
    before: i64,
    limit: i64,
) -> QueryResult<Vec<(CustomerId, Option<CustomerView>)>> {
    let rows: Vec<CustomerRow> = t::customers
        .filter(t::company_id.eq(who.company_id))
        .filter(t::id.lt(before))
        .filter(t::deleted_at.is_null().and(t::merged_into_id.is_null()))
        .order(t::id.desc())
        .limit(limit)
        .select(CustomerRow::as_select())
        .load(c)
        .await?;
    let ids: Vec<CustomerId> = rows.iter().map(|row| row.id).collect();
    let hidden = hidden_among(c, &who, &ids).await?;
    let shown = rows.into_iter().filter(|row| !hidden.contains(&row.id)).collect();
    let mut shown = conversation_views::with_channels(c, shown).await?.into_iter();
    Ok(ids.into_iter().map(|id| (id, if hidden.contains(&id) { None } else { shown.next() })).collect())
}

/// Those of whose conversations the principal sees none.
async fn hidden_among(c: &mut Conn, who: &Principal, ids: &[CustomerId]) -> QueryResult<HashSet<CustomerId>> {
    if who.sees_all() || ids.is_empty() {
        return Ok(HashSet::new());
    }
    // By the customers alone, who are the company's: SQLite would take an index that begins with the company, and read all.
    let rows: Vec<(CustomerId, Option<i64>, Option<UserId>)> = v::conversations
        .filter(v::customer_id.eq_any(ids))
        .select((v::customer_id, v::department_id, v::assignee_id))
        .load(c)
        .await?;
    let (mut met, mut seen) = (HashSet::new(), HashSet::new());
    for (customer, department_id, assignee_id) in rows {
        met.insert(customer);
        if who.sees(&Scope { department_id, assignee_id }) {
            seen.insert(customer);
        }
    }
    Ok(met.difference(&seen).copied().collect())
}

pub async fn customer(c: &mut Conn, who: Principal, id: CustomerId) -> QueryResult<Option<CustomerView>> {
    if !exists(c, &who, id).await? || !is_visible(c, &who, id).await? {
        return Ok(None);
    }
    conversation_views::customer_view(c, id).await
}

async fn exists(c: &mut Conn, who: &Principal, id: CustomerId) -> QueryResult<bool> {
    let found: Option<CustomerId> = t::customers
        .filter(t::company_id.eq(who.company_id))
        .filter(t::id.eq(id))
        .filter(t::deleted_at.is_null())
        .select(t::id)
        .first(c)
        .await
        .optional()?;
    Ok(found.is_some())
}

/// Who sees one of a customer's conversations sees the customer; one without any is everybody's.
async fn is_visible(c: &mut Conn, who: &Principal, id: CustomerId) -> QueryResult<bool> {
    let scopes = scopes(c, id).await?;
    Ok(scopes.is_empty() || scopes.iter().any(|(_, scope)| who.sees(scope)))
}

/// Where the conversations of a customer belong, who is known to be the company's; the most recent first.
async fn scopes(c: &mut Conn, id: CustomerId) -> QueryResult<Vec<(ConversationId, Scope)>> {
    let rows: Vec<(ConversationId, Option<i64>, Option<UserId>)> = v::conversations
        .filter(v::customer_id.eq(id))
        .order((v::updated_at.desc(), v::id.desc()))
        .select((v::id, v::department_id, v::assignee_id))
        .load(c)
        .await?;
    Ok(rows.into_iter().map(|(id, department_id, assignee_id)| (id, Scope { department_id, assignee_id })).collect())
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = BigInt)]
    id: ConversationId,
}

/// Changes the customer, tells the actors of their conversations that what they hold is old, and makes the event.
pub async fn edit_customer(
    c: &mut Conn,
    who: Principal,
    id: CustomerId,
    edit: CustomerEdit,
    at: Micros,
) -> QueryResult<Wrote<Option<CustomerView>>> {
    // Conversations first, by id, like every unit.
    let sql = format!("SELECT id FROM conversations WHERE customer_id = {id} ORDER BY id{}", backend::LOCK_SUFFIX);
    let locked: Vec<Locked> = diesel::sql_query(sql).load(c).await?;
    if !exists(c, &who, id).await? || !is_visible(c, &who, id).await? {
        return Ok(Wrote::quiet(None));
    }
    let ids: Vec<ConversationId> = locked.into_iter().map(|l| l.id).collect();
    diesel::update(v::conversations.filter(v::id.eq_any(ids))).set(v::version.eq(v::version + 1)).execute(c).await?;
    let newest = scopes(c, id).await?.into_iter().next();
    let (conversation_id, scope) = newest.map_or((None, Scope::default()), |(id, scope)| (Some(id), scope));
    let row = EventRow {
        conversation_id,
        customer_id: Some(id),
        ..EventRow::of(who.company_id, EventKind::CustomerUpdated, at).within(&scope)
    };
    let row = feed::append(c, row).await?;
    diesel::update(t::customers.find(id))
        .set((
            edit.name.map(|x| t::name.eq(x)),
            edit.phone.map(|x| t::phone.eq(x)),
            edit.phone_e164.map(|x| t::phone_e164.eq(x)),
            edit.email.map(|x| t::email.eq(x)),
            edit.language.map(|x| t::language.eq(x)),
            edit.notes.map(|x| t::notes.eq(x)),
            t::seq.eq(row.seq),
            t::updated_at.eq(at),
        ))
        .execute(c)
        .await?;
    let view = conversation_views::customer_view(c, id).await?;
    let event = feed::event_of(row, EventKind::CustomerUpdated, EventBody::Other(json!(view)));
    Ok(Wrote { value: view, events: vec![event] })
}
