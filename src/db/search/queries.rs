//! What is found: messages by their words, customers by parts of their names and numbers. Only what the principal may see.
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel_async::RunQueryDsl;

use super::like::{IN_ANY_TEXT, joined, part, spellings, unkept};
use super::sight::is_seen;
use super::{Conn, Db, backend, conversation_views, messages as message_views};
use crate::db::schema::{channels, conversations, customers, messages};
use crate::db::search::{ConversationBrief, CustomerName, Hits, Lookup, MessageHit};
use crate::domain::access::Principal;
use crate::domain::channel::ChannelKind;
use crate::domain::conversation::{ConversationStatus, Handler};
use crate::domain::customer::CustomerView;
use crate::domain::ids::{CompanyId, ConversationId, CustomerId, MessageId};
use crate::domain::message::MessageView;
use crate::domain::search::{SearchQuery, digits_asked, words};

/// Hits that are looked at for one page of somebody who does not see all of them; then the page may be short.
const LOOKED_AT: usize = 20_000;
const AT_ONCE: i64 = 2_000;
/// Customers whose names are compared at once.
const COMPARED: i64 = 20_000;
/// After this long a search shows what it has found, and where to go on: the page may be short, or empty.
const WITHIN: Duration = Duration::from_secs(2);

pub async fn find_messages(
    c: &mut Conn,
    who: Principal,
    lookup: Lookup,
    below: i64,
    limit: i64,
) -> QueryResult<Hits<MessageHit>> {
    let begun = Instant::now();
    let (mut at, mut looked_at, mut ids) = (MessageId::new(below), 0, Vec::new());
    let mut at_once = limit + 1;
    let next = loop {
        let hits = backend::find_words(c, &lookup, at, at_once).await?;
        let seen = seen_among(c, &who, &hits).await?;
        ids.extend(hits.iter().filter(|id| seen.contains(id)));
        if ids.len() as i64 > limit {
            ids.truncate(limit as usize);
            break ids.last().copied().map(MessageId::get);
        }
        let Some(last) = hits.last().filter(|_| hits.len() as i64 == at_once) else { break None };
        at = *last;
        looked_at += hits.len();
        if looked_at >= LOOKED_AT || begun.elapsed() >= WITHIN {
            break Some(at.get());
        }
        // Whoever sees little of it has to look at more.
        at_once = (at_once * 4).min(AT_ONCE);
    };
    Ok(Hits { found: shown(c, ids).await?, next })
}

/// The index knows neither departments nor what was deleted this second.
async fn seen_among(c: &mut Conn, who: &Principal, ids: &[MessageId]) -> QueryResult<HashSet<MessageId>> {
    let mut there = messages::table
        .filter(messages::company_id.eq(who.company_id))
        .filter(messages::id.eq_any(ids))
        .filter(messages::deleted_at.is_null())
        .into_boxed::<Db>();
    if !who.sees_all() {
        let seen = is_seen(who.departments.clone(), who.user_id);
        let of_message = conversations::table.filter(conversations::id.eq(messages::conversation_id));
        there = there.filter(exists(of_message.filter(seen)));
    }
    let seen: Vec<MessageId> = there.select(messages::id).load(c).await?;
    Ok(seen.into_iter().collect())
}

async fn shown(c: &mut Conn, ids: Vec<MessageId>) -> QueryResult<Vec<MessageHit>> {
    let mut found = message_views::views_by_ids(c, ids).await?;
    found.sort_unstable_by_key(|message| std::cmp::Reverse(message.id));
    let of: HashSet<ConversationId> = found.iter().map(|message| message.conversation_id).collect();
    type Row = (ConversationId, ChannelKind, CustomerId, i64, String, ConversationStatus, Handler);
    let rows: Vec<Row> = conversations::table
        .inner_join(customers::table.on(customers::id.eq(conversations::customer_id)))
        .inner_join(channels::table.on(channels::id.eq(conversations::channel_id)))
        .filter(conversations::id.eq_any(of))
        .select((
            conversations::id,
            channels::kind,
            customers::id,
            customers::number,
            customers::name,
            conversations::status,
            conversations::handler,
        ))
        .load(c)
        .await?;
    let brief = |(id, kind, customer, number, name, status, handler): Row| {
        let customer = CustomerName { id: customer, number, name };
        let brief = ConversationBrief { id, channel_kind: kind, customer, status, handler };
        (id, brief)
    };
    let briefs: HashMap<ConversationId, ConversationBrief> = rows.into_iter().map(brief).collect();
    let hit = |message: MessageView| Some(MessageHit { conversation: briefs.get(&message.conversation_id)?.clone(), message });
    Ok(found.into_iter().filter_map(hit).collect())
}

/// A condition on a customer.
type Fits = Box<dyn BoxableExpression<customers::table, Db, SqlType = Nullable<Bool>>>;

/// Customers of whom each word is a part of a name, or whose number holds the digits, however it is written. Newest first.
pub async fn find_customers(
    c: &mut Conn,
    who: Principal,
    asked: String,
    query: SearchQuery,
    below: i64,
    limit: i64,
) -> QueryResult<Hits<CustomerView>> {
    let wanted: Vec<&str> = query.whole().iter().map(String::as_str).chain(query.begun()).collect();
    let numbers = match digits_asked(&asked) {
        Some(forms) => vec![forms],
        None => query.numbers().iter().map(|number| number.forms.clone()).collect(),
    };
    // Who asks for a number alone asks for no word.
    let wanted = if digits_asked(&asked).is_some() { vec![] } else { wanted };
    let (begun, mut at, mut rows) = (Instant::now(), below, Vec::new());
    let next = loop {
        let end = compared_down_to(c, who.company_id, at).await?;
        let page = limit + 1 - rows.len() as i64;
        let some: Vec<Named> = like(&who, &wanted, &numbers)
            .filter(customers::id.lt(at).and(customers::id.ge(end.unwrap_or(0))))
            .order(customers::id.desc())
            .limit(page)
            .select((customers::id, customers::name, customers::username, customers::email))
            .load(c)
            .await?;
        rows.extend(some);
        if rows.len() as i64 > limit {
            rows.truncate(limit as usize);
            break rows.last().map(|row| row.0.get());
        }
        let Some(end) = end else { break None };
        at = end;
        if begun.elapsed() >= WITHIN {
            break Some(at);
        }
    };
    // The database compares roughly: case and ё are our own affair.
    let fits = |(_, name, username, email): &Named| {
        let texts = [Some(name), username.as_ref(), email.as_ref()];
        let says: Vec<String> = texts.into_iter().flatten().flat_map(|text| words(text)).map(|word| word.folded).collect();
        wanted.iter().all(|part| says.iter().any(|word| word.contains(part)))
    };
    let ids = rows.iter().filter(|row| fits(row)).map(|row| row.0).collect();
    Ok(Hits { found: conversation_views::customer_views(c, ids).await?, next })
}

/// Id, name, username, email.
type Named = (CustomerId, String, Option<String>, Option<String>);

/// The customers that the principal sees and the words, or the digits, may mean.
fn like(who: &Principal, wanted: &[&str], numbers: &[Vec<String>]) -> customers::BoxedQuery<'static, Db> {
    let mut found = customers::table
        .filter(customers::company_id.eq(who.company_id))
        .filter(customers::deleted_at.is_null().and(customers::merged_into_id.is_null()))
        .into_boxed::<Db>();
    if !who.sees_all() {
        let of_customer = || conversations::table.filter(conversations::customer_id.eq(customers::id));
        let seen = is_seen(who.departments.clone(), who.user_id);
        found = found.filter(not(exists(of_customer())).or(exists(of_customer().filter(seen))));
    }
    let found = found.filter(unkept());
    let found = wanted.iter().fold(found, |found, word| found.filter(named(word)));
    numbers.iter().fold(found, |found, forms| found.filter(numbered(forms)))
}

/// The last of the next customers whose names are compared at once. `None`: they are no more than that.
async fn compared_down_to(c: &mut Conn, company: CompanyId, below: i64) -> QueryResult<Option<i64>> {
    customers::table
        .filter(customers::company_id.eq(company))
        .filter(customers::id.lt(below))
        .order(customers::id.desc())
        .offset(COMPARED - 1)
        .limit(1)
        .select(customers::id)
        .first(c)
        .await
        .optional()
}

/// Columns that a number may stand in.
const NUMBERED: [&str; 5] =
    ["customers.phone", "customers.name", "customers.username", "customers.notes", "CAST(customers.fields AS TEXT)"];

fn numbered(forms: &[String]) -> Fits {
    let holds = |column: &'static str, form: &String| -> Fits {
        Box::new(sql::<Nullable<Bool>>(&format!("{} LIKE ", joined(column))).bind::<Text, _>(part(form)))
    };
    let of = |form: &String| -> Fits {
        let columns = if form.len() < IN_ANY_TEXT { &NUMBERED[..2] } else { &NUMBERED[..] };
        let dialled: Fits = Box::new(customers::phone_e164.like(part(form)));
        columns.iter().map(|column| holds(column, form)).fold(dialled, |one, other| Box::new(one.or(other)))
    };
    forms.iter().map(of).reduce(|one, other| Box::new(one.or(other))).unwrap_or_else(nobody)
}

/// The word is folded: its case is lost, and of `е` and `ё` nobody knows which it was.
fn named(word: &str) -> Fits {
    let like = |spelling: &String| part(spelling).replace(['е', 'ё', 'Е', 'Ё'], "_");
    let [small, _, capitals, title] = spellings(word);
    let each = [small, capitals, title].map(|spelling| like(&spelling)).into_iter().map(|like| -> Fits {
        let name = customers::name.like(like.clone()).escape('\\').nullable();
        // Only these are always written in ASCII: who looks for other letters does not mean them.
        if !word.is_ascii() {
            return Box::new(name);
        }
        let username = customers::username.like(like.clone()).escape('\\');
        Box::new(name.or(username).or(customers::email.like(like).escape('\\')))
    });
    each.reduce(|one, other| Box::new(one.or(other))).unwrap_or_else(nobody)
}

fn nobody() -> Fits {
    Box::new(customers::id.lt(0).nullable())
}
