//! Search: the index of what messages say, and what is found in it and among customers.
//!
//! The index follows the feed, chunk by chunk, in a task of its own (`jobs/search_index.rs`): a message costs the transaction
//! that stores it nothing. What a chunk holds is worked out before its transaction begins; in it the cursor is compared, so
//! that of two nodes one writes it, and a chunk that was cut off is simply made again.
use schemars::JsonSchema;
use serde::Serialize;

use super::store::ops;
use crate::domain::access::Principal;
use crate::domain::channel::ChannelKind;
use crate::domain::conversation::{ConversationStatus, Handler};
use crate::domain::customer::CustomerView;
use crate::domain::ids::{CompanyId, ConversationId, CustomerId, MessageId};
use crate::domain::message::MessageView;
use crate::domain::search::{NumberAsked, SearchQuery};

/// A word as it stands in the index: nobody's lookup meets the rows of another company. No word holds the sign.
fn term(company: CompanyId, word: &str) -> String {
    format!("{company}§{word}")
}

/// Ids are positive; SQLite would take a minus sign for a break between two words, and refuse them. Who asks for less than
/// zero asks for nobody's conversation.
fn conversation_term(company: CompanyId, conversation: ConversationId) -> String {
    format!("{company}§§{}", conversation.get().max(0))
}

/// What is looked up in the index of words.
#[derive(Clone, Debug)]
pub struct Lookup {
    pub company_id: CompanyId,
    /// All of these.
    pub terms: Vec<String>,
    /// And one that begins so.
    pub begun: Option<String>,
    /// And each of these numbers.
    pub numbers: Vec<LookedUpNumber>,
    /// Only one conversation's messages are asked for; one of the terms says which.
    pub in_one: bool,
}

/// A number as the index may hold it: one of these is enough.
#[derive(Clone, Debug)]
pub struct LookedUpNumber {
    /// All of these words.
    pub words: Vec<String>,
    /// And one that begins so.
    pub begun: Option<String>,
    /// Or a term that begins like one of these.
    pub forms: Vec<String>,
}

impl LookedUpNumber {
    fn new(company: CompanyId, number: &NumberAsked) -> Self {
        let mut words: Vec<String> = number.words.iter().map(|word| term(company, word)).collect();
        let begun = words.pop();
        LookedUpNumber { words, begun, forms: number.forms.iter().map(|form| term(company, form)).collect() }
    }
}

impl Lookup {
    /// The lookup as one expression of the index's language: how a term, and one that begins so, is written in it, and what
    /// stands between those that must all be there, and between those of which one is enough.
    pub fn written(&self, whole: fn(&str) -> String, begun: fn(&str) -> String, and: &str, or: &str) -> String {
        let all = |terms: &[String], last: &Option<String>| {
            let terms = terms.iter().map(|term| whole(term)).chain(last.iter().map(|term| begun(term)));
            terms.collect::<Vec<_>>().join(and)
        };
        let number = |number: &LookedUpNumber| {
            let forms = number.forms.iter().map(|form| begun(form));
            let ways: Vec<String> = std::iter::once(format!("({})", all(&number.words, &number.begun))).chain(forms).collect();
            format!("({})", ways.join(or))
        };
        let words = Some(all(&self.terms, &self.begun)).filter(|words| !words.is_empty());
        words.into_iter().chain(self.numbers.iter().map(number)).collect::<Vec<_>>().join(and)
    }

    pub fn new(company: CompanyId, query: &SearchQuery, conversation: Option<ConversationId>) -> Self {
        let words = query.whole().iter().map(|word| term(company, word));
        Lookup {
            company_id: company,
            terms: words.chain(conversation.map(|id| conversation_term(company, id))).collect(),
            begun: query.begun().map(|word| term(company, word)),
            numbers: query.numbers().iter().map(|number| LookedUpNumber::new(company, number)).collect(),
            in_one: conversation.is_some(),
        }
    }
}

/// How far a company's index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub seq: i64,
    pub fill_below: Option<MessageId>,
}

/// A message as the index shall hold it; one without terms goes.
#[derive(Clone, Debug)]
pub struct IndexEntry {
    pub message_id: MessageId,
    pub terms: Vec<String>,
}

impl IndexEntry {
    pub fn new(company: CompanyId, conversation: ConversationId, message: MessageId, words: Vec<String>) -> Self {
        let mut terms: Vec<String> = words.iter().map(|word| term(company, word)).collect();
        if !terms.is_empty() {
            terms.push(conversation_term(company, conversation));
        }
        IndexEntry { message_id: message, terms }
    }
}

/// The next piece of a company's index.
#[derive(Clone, Debug)]
pub struct IndexChunk {
    pub company_id: CompanyId,
    /// `None`: the company has no index yet.
    pub from: Option<Cursor>,
    pub to: Cursor,
    pub entries: Vec<IndexEntry>,
}

/// A page of hits, newest first, and the id below which the next one begins.
#[derive(Clone, Debug)]
pub struct Hits<T> {
    pub found: Vec<T>,
    pub next: Option<i64>,
}

/// A message, and where it stands.
#[derive(Clone, Debug)]
pub struct MessageHit {
    pub message: MessageView,
    pub conversation: ConversationBrief,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ConversationBrief {
    pub id: ConversationId,
    pub channel_kind: ChannelKind,
    pub customer: CustomerName,
    pub status: ConversationStatus,
    pub handler: Handler,
}

#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CustomerName {
    pub id: CustomerId,
    pub number: i64,
    pub name: String,
}

ops! {
    cold search_index::companies_behind() -> Vec<CompanyId>;
    cold search_index::next_chunk(company: CompanyId) -> Option<IndexChunk>;
    write search_index::take_in(chunk: IndexChunk) -> bool;
    cold search::find_messages(who: Principal, lookup: Lookup, below: i64, limit: i64) -> Hits<MessageHit>;
    cold search::find_customers(who: Principal, asked: String, query: SearchQuery, below: i64, limit: i64) -> Hits<CustomerView>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lookup_names_its_company_in_every_term() {
        let query = SearchQuery::parse("12§дом 3§ок").expect("a query");
        let lookup = Lookup::new(CompanyId::new(7), &query, Some(ConversationId::new(5)));
        assert_eq!(lookup.terms, ["7§12", "7§3", "7§дом", "7§§5"]);
        assert_eq!(lookup.begun.as_deref(), Some("7§ок"));
        let nobodys = Lookup::new(CompanyId::new(7), &query, Some(ConversationId::new(i64::MIN)));
        assert_eq!(nobodys.terms[3], "7§§0");
        let query = SearchQuery::parse("дом 8 705 111 22 33").expect("a query");
        let lookup = Lookup::new(CompanyId::new(7), &query, None);
        let written = lookup.written(|term| term.to_owned(), |term| format!("{term}*"), " & ", " | ");
        assert_eq!(written, "7§дом* & ((7§8 & 7§705 & 7§111 & 7§22 & 7§33*) | 7§7051112233*)");
    }
}
