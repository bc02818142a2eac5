//! Work off the hot path, as managers are shown it: what runs, what waits and why, what was given up.
use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::extract::{Page, Params, page_of};
use crate::api::check;
use crate::db::Store;
use crate::db::jobs::{JobFilter, JobRow};
use crate::domain::access::Principal;
use crate::domain::clock::{self, Micros};
use crate::domain::form::TimeForm;
use crate::domain::job::{JobState, JobTrouble};
use crate::error::Result;

#[derive(Deserialize, JsonSchema)]
pub struct JobListQuery {
    #[schemars(with = "Option<JobState>")]
    status: Option<String>,
    kind: Option<String>,
}

/// How far a job has come.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "JobProgress")]
pub struct JobProgressView {
    done: i64,
    total: Option<i64>,
    note: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Job")]
pub struct JobView {
    id: i64,
    kind: String,
    status: JobState,
    attempts: i64,
    /// Why it waits, or was given up: a word of ours. A provider's own words, and our insides, stay in the database.
    #[schemars(with = "Option<JobTrouble>")]
    error: Option<String>,
    progress: JobProgressView,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    run_at: Micros,
    #[serde(serialize_with = "clock::as_rfc3339")]
    #[schemars(with = "TimeForm")]
    created_at: Micros,
}

page_of!(JobsPage as "Jobs", jobs: JobView);

/// `GET /api/jobs`: the company's, newest first. What is done is not there any more.
pub async fn list(
    who: Principal,
    page: Page,
    Params(query): Params<JobListQuery>,
    store: web::Data<Store>,
) -> Result<HttpResponse> {
    let state = match query.status.as_deref() {
        None | Some("") => None,
        Some(word) => Some(check::one_of("status", JobState::parse(word), JobState::WORDS)?),
    };
    // A NUL is in no kind, and PostgreSQL takes none.
    let kind = query.kind.filter(|kind| !kind.is_empty()).map(|kind| kind.replace('\0', "\u{fffd}"));
    let filter = JobFilter { state, kind };
    let rows = store.jobs_page(who.company_id, filter, page.after_one().unwrap_or(i64::MAX), page.limit).await?;
    let next_cursor = rows.last().filter(|_| rows.len() as i64 == page.limit).map(|row| Page::cursor(&[row.id]));
    let jobs = rows.into_iter().map(view).collect();
    Ok(HttpResponse::Ok().json(JobsPage { jobs, next_cursor }))
}

fn view(row: JobRow) -> JobView {
    JobView {
        id: row.id,
        kind: row.kind,
        status: row.state,
        attempts: row.attempts,
        error: row.trouble,
        progress: JobProgressView { done: row.done, total: row.total, note: row.note },
        run_at: row.run_at,
        created_at: row.created_at,
    }
}
