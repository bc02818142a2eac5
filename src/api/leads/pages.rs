//! A list of any length, read and sent a piece at a time: the memory it takes does not grow with it.
use std::future::ready;

use actix_web::web::{Bytes, Data};
use futures_util::stream::{self, LocalBoxStream, Stream, StreamExt, TryStreamExt};

use crate::db::Store;
use crate::db::leads::LeadFilter;
use crate::domain::access::Principal;
use crate::domain::lead::LeadView;
use crate::error::{Error, Result};

const PIECE: usize = 500;

pub type Pieces = LocalBoxStream<'static, Result<Vec<LeadView>>>;

/// The newest leads, at most so many. The first piece is there: a database that is away is told before the answer begins.
pub async fn begun(store: Data<Store>, who: Principal, filter: LeadFilter, most: usize) -> Result<Pieces> {
    let mut pieces = below(store, who, filter, most).boxed_local();
    let first = pieces.try_next().await?;
    Ok(stream::iter(first.map(Ok)).chain(pieces).boxed_local())
}

fn below(store: Data<Store>, who: Principal, filter: LeadFilter, most: usize) -> impl Stream<Item = Result<Vec<LeadView>>> {
    stream::try_unfold((i64::MAX, most), move |(before, left)| {
        let (store, who, filter) = (store.clone(), who.clone(), filter.clone());
        async move {
            let limit = left.min(PIECE);
            if limit == 0 {
                return Ok(None);
            }
            let piece = store.leads_page(who, filter, before, limit as i64).await?;
            let Some(last) = piece.last().map(|lead| lead.id) else { return Ok(None) };
            // One that is not full was the last: nothing more is asked for.
            let left = if piece.len() < limit { 0 } else { left - piece.len() };
            Ok(Some((piece, (last, left))))
        }
    })
}

/// The same as one JSON object. A database that goes away in the middle cuts it off: nobody takes a part for the whole.
pub fn json(pieces: Pieces) -> impl Stream<Item = Result<Bytes>> {
    let pieces = pieces.map_ok(Some).chain(stream::once(ready(Ok(None))));
    let mut total = 0;
    let parts = pieces.and_then(move |piece| {
        let Some(leads) = piece else {
            return ready(Ok(Bytes::from(format!("],\"total\":{total},\"next_cursor\":null}}"))));
        };
        let comma = if total == 0 { "" } else { "," };
        total += leads.len();
        let rows: Result<Vec<String>, _> = leads.iter().map(serde_json::to_string).collect();
        ready(rows.map(|rows| Bytes::from(format!("{comma}{}", rows.join(",")))).map_err(Error::internal))
    });
    stream::once(ready(Ok(Bytes::from_static(b"{\"leads\":[")))).chain(parts)
}
