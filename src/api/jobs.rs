//! Work off the hot path, as managers are shown it: what runs, what waits and why, what was given up.
use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::{Value, json};

use super::extract::{Page, Params};
use crate::db::Store;
use crate::db::jobs::{JobFilter, JobRow};
use crate::domain::access::Principal;
use crate::domain::clock::rfc3339;
use crate::domain::flaw::{Flaw, Options};
use crate::domain::job::JobState;
use crate::error::{Error, Result};

#[derive(Deserialize)]
pub struct JobListQuery {
    status: Option<String>,
    kind: Option<String>,
}

/// `GET /api/jobs`: the company's, newest first. What is done is not there any more.
pub async fn list(
    who: Principal,
    page: Page,
    Params(query): Params<JobListQuery>,
    store: web::Data<Store>,
) -> Result<HttpResponse> {
    let state = match query.status.as_deref() {
        None | Some("") => None,
        Some(word) => Some(
            JobState::parse(word)
                .ok_or_else(|| Error::field("status", Flaw::OneOf { options: Options(&["queued", "running", "failed"]) }))?,
        ),
    };
    // A NUL is in no kind, and PostgreSQL takes none.
    let kind = query.kind.filter(|kind| !kind.is_empty()).map(|kind| kind.replace('\0', "\u{fffd}"));
    let filter = JobFilter { state, kind };
    let rows = store.jobs_page(who.company_id, filter, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|row| Page::cursor(&[row.id]));
    let shown: Vec<Value> = rows.iter().map(view).collect();
    Ok(HttpResponse::Ok().json(json!({ "jobs": shown, "next_cursor": next })))
}

/// Why it waits is told in a word of ours: a provider's own words, and our insides, stay in the database.
fn view(row: &JobRow) -> Value {
    let progress = json!({ "done": row.done, "total": row.total, "note": row.note });
    json!({
        "id": row.id, "kind": row.kind, "status": row.state, "attempts": row.attempts, "error": row.trouble,
        "progress": progress, "run_at": rfc3339(row.run_at), "created_at": rfc3339(row.created_at),
    })
}
