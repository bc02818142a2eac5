//! Which leads a list is about.
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::Db;
use super::like::{IN_ANY_TEXT, MOST_WORDS, joined, part, spellings, unkept};
use super::sight::is_seen;
use crate::db::leads::LeadFilter;
use crate::db::schema::{conversations, leads};
use crate::domain::access::Principal;
use crate::domain::search::{asked_words, digits_asked};

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
    if !wanted.is_empty() {
        query = query.filter(unkept());
    }
    wanted.into_iter().fold(query, |query, fits| query.filter(fits))
}

/// A condition on a lead.
type Fits = Box<dyn BoxableExpression<leads::table, Db, SqlType = Bool>>;

/// Each word in one of the texts, and each number in one of them or in the phone, however it is written.
fn holding(text: &str) -> Vec<Fits> {
    if let Some(forms) = digits_asked(text) {
        return vec![either(anywhere(text), numbered(&forms))];
    }
    let (numbers, words) = asked_words(text);
    let spelt = |word: String| spellings(&word).iter().map(|spelling| anywhere(spelling)).reduce(either);
    let words = words.into_iter().take(MOST_WORDS).filter_map(spelt);
    words.chain(numbers.iter().map(|number| numbered(&number.forms))).collect()
}

/// Columns that a number may stand in.
const NUMBERED: [&str; 6] = ["leads.phone", "leads.name", "leads.city", "leads.object_type", "leads.area", "leads.summary"];

fn numbered(forms: &[String]) -> Fits {
    let holds = |column: &'static str, form: &String| -> Fits {
        Box::new(sql::<Bool>(&format!("{} LIKE ", joined(column))).bind::<Text, _>(part(form)))
    };
    let of = |form: &String| -> Fits {
        let columns = if form.len() < IN_ANY_TEXT { &NUMBERED[..1] } else { &NUMBERED[..] };
        let dialled: Fits = Box::new(leads::phone_e164.like(part(form)));
        columns.iter().map(|column| holds(column, form)).fold(dialled, either)
    };
    forms.iter().map(of).reduce(either).unwrap_or_else(|| Box::new(leads::id.lt(0)))
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
            .or(leads::area.like(part.clone()).escape('\\'))
            .or(leads::summary.like(part).escape('\\')),
    )
}

fn either(one: Fits, other: Fits) -> Fits {
    Box::new(one.or(other))
}
