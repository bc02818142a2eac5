//! Which leads a list is about.
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::Db;
use super::like::{MOST_WORDS, part, phone_digits, spellings};
use super::sight::is_seen;
use crate::db::leads::LeadFilter;
use crate::db::schema::{conversations, leads};
use crate::domain::access::Principal;

/// The principal's leads that fit; the caller orders, limits and selects.
pub(super) fn found(who: &Principal, filter: &LeadFilter) -> leads::BoxedQuery<'static, Db> {
    let mut query = leads::table.filter(leads::company_id.eq(who.company_id)).into_boxed::<Db>();
    if !who.sees_all() {
        let seen = is_seen(who.departments.clone(), who.user_id);
        query = query.filter(exists(conversations::table.filter(conversations::id.eq(leads::conversation_id)).filter(seen)));
    }
    if !filter.statuses.is_empty() {
        query = query.filter(leads::status.eq_any(filter.statuses.clone()));
    }
    query = match filter.assignee {
        None => query,
        Some(None) => query.filter(leads::assignee_id.is_null()),
        Some(Some(user)) => query.filter(leads::assignee_id.eq(user)),
    };
    if let Some(from) = filter.from {
        query = query.filter(leads::created_at.ge(from));
    }
    if let Some(before) = filter.before {
        query = query.filter(leads::created_at.lt(before));
    }
    if let Some(conversation) = filter.conversation_id {
        query = query.filter(leads::conversation_id.eq(conversation));
    }
    let wanted = filter.text.as_deref().map(holding).unwrap_or_default();
    wanted.into_iter().fold(query, |query, fits| query.filter(fits))
}

/// A condition on a lead.
type Fits = Box<dyn BoxableExpression<leads::table, Db, SqlType = Bool>>;

/// Each word in one of the texts; or the whole, if it looks like a phone number, in the phone, however that is written.
fn holding(text: &str) -> Vec<Fits> {
    if let Some(numbers) = phone_digits(text) {
        let fits = numbers
            .iter()
            .fold(anywhere(text), |fits, digits| Box::new(fits.or(leads::phone_e164.like(part(digits)).escape('\\'))));
        return vec![fits];
    }
    let spelt = |word| spellings(word).iter().map(|spelling| anywhere(spelling)).reduce(either);
    text.split_whitespace().take(MOST_WORDS).filter_map(spelt).collect()
}

fn anywhere(text: &str) -> Fits {
    let part = part(text);
    Box::new(
        leads::name
            .like(part.clone())
            .escape('\\')
            .or(leads::phone.like(part.clone()).escape('\\'))
            .or(leads::city.like(part.clone()).escape('\\'))
            .or(leads::object_type.like(part.clone()).escape('\\'))
            .or(leads::summary.like(part).escape('\\')),
    )
}

fn either(one: Fits, other: Fits) -> Fits {
    Box::new(one.or(other))
}
