//! `GET /api/leads/export`: what the list shows, as a file.
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::web::{self, Bytes};
use actix_web::{HttpResponse, HttpResponseBuilder};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;
use tokio::sync::{Semaphore, mpsc};

use super::pages::{self, Pieces};
use super::query::LeadFilterQuery;
use super::table::{LeadCells, TableReader};
use super::{csv, xlsx};
use crate::api::check;
use crate::api::extract::Params;
use crate::db::Store;
use crate::domain::access::Principal;
use crate::domain::text::word_enum;
use crate::error::{Error, Result};
use crate::sessions::Sessions;

/// More than anybody reads; whoever has more narrows it by time.
const MOST: usize = 100_000;
/// A workbook keeps a thread busy while it is made.
static WORKBOOKS: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(2));

word_enum! { ExportFormat { Csv = "csv", Xlsx = "xlsx" } }

#[derive(Deserialize, JsonSchema)]
pub struct Exporting {
    #[schemars(with = "Option<ExportFormat>", extend("default" = "csv"))]
    format: Option<String>,
}

pub async fn export(
    who: Principal,
    Params(wanted): Params<Exporting>,
    Params(query): Params<LeadFilterQuery>,
    store: web::Data<Store>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse> {
    let word = wanted.format.as_deref().filter(|word| !word.is_empty()).unwrap_or("csv");
    let kind = check::one_of("format", ExportFormat::parse(word), ExportFormat::WORDS)?;
    let filter = query.read(&who, &store).await?;
    let account = store.account(who.company_id, who.user_id).await?.ok_or_else(Error::not_signed_in)?;
    let reader = TableReader::new(&account.locale, &account.time_zone);
    let total = store.count_leads(who.clone(), filter.clone()).await?;
    let leads = pages::begun(store.clone(), who.clone(), filter, MOST).await?;
    let now = sessions.now();
    // Who carried the customers' numbers out of the house.
    let data = json!({ "format": kind, "leads": total.min(MOST as i64) });
    store.record(who.company_id, Some(who.user_id), "leads.exported".into(), "leads".into(), data, now).await?;
    let mut response = attachment(kind, &reader.day(now));
    match kind {
        ExportFormat::Csv => Ok(response.streaming(text(leads, reader))),
        ExportFormat::Xlsx => Ok(response.body(book(leads, reader).await?)),
    }
}

fn attachment(kind: ExportFormat, day: &str) -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.content_type(match kind {
        ExportFormat::Csv => "text/csv; charset=utf-8; header=present",
        ExportFormat::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    });
    response.insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"leads-{day}.{kind}\"")));
    response
}

fn text(leads: Pieces, reader: TableReader) -> impl stream::Stream<Item = Result<Bytes>> {
    let head = Bytes::from(csv::MARK.to_owned() + &csv::line(&reader.head(), reader.separator()));
    let line = move |lead| csv::line(&reader.row(lead), reader.separator());
    let lines = leads.map_ok(move |piece| Bytes::from(piece.into_iter().map(line).collect::<String>()));
    stream::iter([Ok(head)]).chain(lines)
}

async fn book(mut leads: Pieces, reader: TableReader) -> Result<Vec<u8>> {
    let _turn = WORKBOOKS.try_acquire().map_err(|_| Error::overloaded())?;
    let (rows, pieces) = mpsc::channel::<Vec<LeadCells>>(2);
    let made = web::block(move || xlsx::book(reader.head(), pieces));
    let fed = async move {
        while let Some(piece) = leads.try_next().await? {
            let piece = piece.into_iter().map(|lead| reader.row(lead)).collect();
            if rows.send(piece).await.is_err() {
                // The workbook has failed, and says why itself.
                break;
            }
        }
        Ok::<(), Error>(())
    };
    let (made, fed) = futures_util::join!(made, fed);
    fed?;
    made.map_err(Error::internal)?.map_err(Error::internal)
}
