//! Keeping the index of words: who is behind, what comes next, and taking it in.
use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable};
use diesel_async::RunQueryDsl;

use super::{Conn, backend};
use crate::db::schema::{attachments, company_feeds, events, messages, search_cursors};
use crate::db::search::{Cursor, IndexChunk, IndexEntry};
use crate::domain::event::EventKind;
use crate::domain::ids::{CompanyId, ConversationId, MessageId};
use crate::domain::message::Direction;
use crate::domain::search::distinct;

/// Events, or messages, that are taken in at once: a few milliseconds of writing.
const AT_ONCE: i64 = 500;

pub async fn companies_behind(c: &mut Conn) -> QueryResult<Vec<CompanyId>> {
    let behind = search_cursors::seq
        .nullable()
        .is_null()
        .or(search_cursors::seq.nullable().lt(company_feeds::last_seq.nullable()))
        .or(search_cursors::fill_below.nullable().is_not_null());
    company_feeds::table
        .left_join(search_cursors::table.on(search_cursors::company_id.eq(company_feeds::company_id)))
        .filter(behind)
        .select(company_feeds::company_id)
        .load(c)
        .await
}

/// What is new in the feed, or else older messages that were never taken in. `None`: the index is complete.
pub async fn next_chunk(c: &mut Conn, company: CompanyId) -> QueryResult<Option<IndexChunk>> {
    // Before the events: those up to the head are visible then.
    let head: Option<i64> = company_feeds::table.find(company).select(company_feeds::last_seq).first(c).await.optional()?;
    let Some(head) = head else { return Ok(None) };
    let anew = Cursor { seq: head, fill_below: Some(MessageId::new(i64::MAX)) };
    let found: Option<(i64, Option<MessageId>)> = search_cursors::table
        .find(company)
        .select((search_cursors::seq, search_cursors::fill_below))
        .first(c)
        .await
        .optional()?;
    let Some((seq, fill_below)) = found else {
        return Ok(Some(IndexChunk { company_id: company, from: None, to: anew, entries: vec![] }));
    };
    let (to, entries) = if seq < head {
        match after(c, company, seq).await? {
            Some((seq, entries)) => (Cursor { seq, fill_below }, entries),
            // Events that were purged meanwhile: nobody knows any more what they were about.
            None => (anew, vec![]),
        }
    } else if let Some(below) = fill_below {
        let (fill_below, entries) = older(c, company, below).await?;
        (Cursor { seq, fill_below }, entries)
    } else {
        return Ok(None);
    };
    Ok(Some(IndexChunk { company_id: company, from: Some(Cursor { seq, fill_below }), to, entries }))
}

/// The messages of the next events, and how far these go. `None`: they are not all there.
async fn after(c: &mut Conn, company: CompanyId, seq: i64) -> QueryResult<Option<(i64, Vec<IndexEntry>)>> {
    let rows: Vec<(i64, String, Option<MessageId>)> = events::table
        .filter(events::company_id.eq(company))
        .filter(events::seq.gt(seq))
        .order(events::seq)
        .limit(AT_ONCE)
        .select((events::seq, events::kind, events::message_id))
        .load(c)
        .await?;
    let [first, ..] = rows.as_slice() else { return Ok(None) };
    if first.0 != seq + 1 {
        return Ok(None);
    }
    let last = rows[rows.len() - 1].0;
    let of = |kind: EventKind| rows.iter().filter(move |row| row.1 == kind.as_str()).filter_map(|row| row.2);
    let fresh: HashSet<MessageId> = of(EventKind::MessageCreated).collect();
    let ids: HashSet<MessageId> = of(EventKind::MessageUpdated).chain(fresh.iter().copied()).collect();
    let said = said(c, company, ids.into_iter().collect()).await?;
    // A receipt changes no words; it is what most updates are.
    let entries = said.into_iter().filter(|said| said.may_have_changed || fresh.contains(&said.entry.message_id));
    Ok(Some((last, entries.map(|said| said.entry).collect())))
}

/// The newest messages below this one, and where to go on.
async fn older(c: &mut Conn, company: CompanyId, below: MessageId) -> QueryResult<(Option<MessageId>, Vec<IndexEntry>)> {
    let ids: Vec<MessageId> = messages::table
        .filter(messages::company_id.eq(company))
        .filter(messages::id.lt(below))
        .order(messages::id.desc())
        .limit(AT_ONCE)
        .select(messages::id)
        .load(c)
        .await?;
    let next = ids.last().copied().filter(|_| ids.len() as i64 == AT_ONCE);
    let said = said(c, company, ids).await?;
    Ok((next, said.into_iter().map(|said| said.entry).collect()))
}

struct IndexedMessage {
    entry: IndexEntry,
    may_have_changed: bool,
}

/// What messages say: their text, their files' names, and what is said in their recordings.
async fn said(c: &mut Conn, company: CompanyId, ids: Vec<MessageId>) -> QueryResult<Vec<IndexedMessage>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    type Row = (MessageId, ConversationId, String, bool, bool);
    let rows: Vec<Row> = messages::table
        .filter(messages::company_id.eq(company))
        .filter(messages::id.eq_any(&ids))
        .filter(messages::direction.ne(Direction::Event))
        .select((
            messages::id,
            messages::conversation_id,
            messages::text,
            messages::edited_at.is_not_null(),
            messages::deleted_at.is_not_null(),
        ))
        .load(c)
        .await?;
    let files: Vec<(Option<MessageId>, String, Option<String>)> = attachments::table
        .filter(attachments::company_id.eq(company))
        .filter(attachments::message_id.eq_any(&ids))
        .select((attachments::message_id, attachments::name, attachments::transcript))
        .load(c)
        .await?;
    let mut files_of: HashMap<MessageId, Vec<(&str, Option<&str>)>> = HashMap::new();
    for (message, name, transcript) in &files {
        files_of.entry(message.unwrap_or_default()).or_default().push((name, transcript.as_deref()));
    }
    let said = rows.iter().map(|(id, conversation, text, is_edited, is_deleted)| {
        let files = files_of.remove(id).unwrap_or_default();
        let texts = files.iter().flat_map(|(name, transcript)| [Some(*name), *transcript]).flatten();
        let words = if *is_deleted { vec![] } else { distinct(std::iter::once(text.as_str()).chain(texts)) };
        let is_heard = files.iter().any(|(_, transcript)| transcript.is_some());
        IndexedMessage {
            entry: IndexEntry::new(company, *conversation, *id, words),
            may_have_changed: *is_edited || *is_deleted || is_heard,
        }
    });
    Ok(said.collect())
}

#[derive(QueryableByName)]
struct Claimed {
    #[diesel(sql_type = BigInt)]
    seq: i64,
    #[diesel(sql_type = Nullable<BigInt>)]
    fill_below: Option<MessageId>,
}

/// Writes the chunk, unless somebody else does or has done so.
pub async fn take_in(c: &mut Conn, chunk: IndexChunk) -> QueryResult<bool> {
    let set = (search_cursors::seq.eq(chunk.to.seq), search_cursors::fill_below.eq(chunk.to.fill_below));
    let Some(from) = chunk.from else {
        let row = (search_cursors::company_id.eq(chunk.company_id), set);
        let new = diesel::insert_into(search_cursors::table).values(row).on_conflict(search_cursors::company_id).do_nothing();
        return new.execute(c).await.map(|n| n > 0);
    };
    let sql =
        format!("SELECT seq, fill_below FROM search_cursors WHERE company_id = {}{}", chunk.company_id, backend::CLAIM_SUFFIX);
    let claimed: Vec<Claimed> = diesel::sql_query(sql).load(c).await?;
    if !claimed.iter().any(|row| Cursor { seq: row.seq, fill_below: row.fill_below } == from) {
        return Ok(false);
    }
    backend::put_words(c, chunk.company_id, &chunk.entries).await?;
    diesel::update(search_cursors::table.find(chunk.company_id)).set(set).execute(c).await?;
    Ok(true)
}
