//! `GET /api/search`: messages by their words, those of recordings and names of files with them, and customers.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extract::{Page, Params};
use crate::db::Store;
use crate::db::search::{ConversationBrief, Hits, Lookup, MessageHit};
use crate::domain::access::Principal;
use crate::domain::customer::CustomerView;
use crate::domain::flaw::{Flaw, Options};
use crate::domain::form::SearchedForQueryForm;
use crate::domain::ids::ConversationId;
use crate::domain::message::{MessageView, Revealed};
use crate::domain::search::{Excerpt, Matched, SearchQuery, found};
use crate::error::{Error, Result};

/// A search is no place to paste a letter into.
const LONGEST: usize = 200;

#[derive(Deserialize, JsonSchema)]
#[schemars(extend("required" = ["q"]))]
pub struct SearchParams {
    /// At least two letters or digits. All words must be found; the last may be the beginning of one. Customers are found by
    /// parts of name, username, e-mail and phone.
    #[serde(default)]
    #[schemars(length(min = 2, max = LONGEST))]
    q: String,
    #[schemars(with = "Option<SearchedForQueryForm>")]
    kind: Option<String>,
    /// Only this conversation's messages.
    conversation_id: Option<ConversationId>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MessageFound")]
pub struct FoundMessage {
    message: MessageView,
    conversation: ConversationBrief,
    #[serde(flatten)]
    found: Excerpt,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Searched")]
pub struct SearchedPage {
    messages: Vec<FoundMessage>,
    customers: Vec<CustomerView>,
    next_cursor: Option<String>,
}

/// `GET /api/search`
pub async fn find(
    who: Principal,
    page: Page,
    Params(asked): Params<SearchParams>,
    store: web::Data<Store>,
) -> Result<HttpResponse> {
    let query = query(&asked.q)?;
    let (messages_too, customers_too) = match asked.kind.as_deref() {
        None | Some("") => (true, true),
        Some("messages") => (true, false),
        Some("customers") => (false, true),
        Some(_) => return Err(Error::field("kind", Flaw::OneOf { options: Options(&["messages", "customers"]) })),
    };
    // The two lists go on side by side; one that has ended stands at 0, below which there is nothing.
    let (messages_below, customers_below) = match page.after.as_deref() {
        None => (i64::MAX, i64::MAX),
        Some([messages, customers]) => (*messages, *customers),
        Some(_) => return Err(Error::field("cursor", Flaw::NotACursor)),
    };
    let mut messages = Hits { found: vec![], next: None };
    if messages_too && messages_below > 0 {
        let lookup = Lookup::new(who.company_id, &query, asked.conversation_id);
        messages = store.find_messages(who.clone(), lookup, messages_below, page.limit).await?;
    }
    let mut customers = Hits { found: vec![], next: None };
    // Whoever searches one conversation knows whose it is.
    if customers_too && customers_below > 0 && asked.conversation_id.is_none() {
        customers = store.find_customers(who.clone(), asked.q, query.clone(), customers_below, page.limit).await?;
    }
    let next_cursor = (messages.next.is_some() || customers.next.is_some())
        .then(|| Page::cursor(&[messages.next.unwrap_or(0), customers.next.unwrap_or(0)]));
    let messages = messages.found.into_iter().filter_map(|hit| show(hit, &query, &who)).collect();
    Ok(HttpResponse::Ok().json(SearchedPage { messages, customers: customers.found, next_cursor }))
}

fn query(text: &str) -> Result<SearchQuery> {
    if text.chars().count() > LONGEST {
        return Err(Error::field("q", Flaw::TooLong { max: LONGEST }));
    }
    SearchQuery::parse(text).ok_or_else(|| Error::field("q", Flaw::QueryTooShort))
}

/// `None`: it was changed a moment ago, and the words are no longer in it.
fn show(hit: MessageHit, query: &SearchQuery, who: &Principal) -> Option<FoundMessage> {
    let MessageHit { message, conversation } = hit;
    let message = message.shown_to(who);
    let transcripts = message.attachments.iter().filter_map(|file| Some((Matched::Transcript, file.transcript.as_deref()?)));
    let names = message.attachments.iter().map(|file| (Matched::File, file.name.as_str()));
    let texts: Vec<(Matched, &str)> =
        std::iter::once((Matched::Text, message.text.as_str())).chain(transcripts).chain(names).collect();
    let found = found(&texts, query)?;
    Some(FoundMessage { message, conversation, found })
}
