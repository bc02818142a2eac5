//! Queueing and claiming jobs in SQLite's words, by the clock of the one process.
use diesel::prelude::*;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::Conn;
use crate::db::jobs::{ClaimedJob, Claimer, JobRoom, NewJob};
use crate::domain::clock::Micros;

/// What time it is, for a statement to say.
pub fn clock(now: Micros) -> String {
    now.to_string()
}

/// `conflict`: what becomes of one that is open already.
pub async fn put_jobs(c: &mut Conn, new: &[NewJob], now: Micros, conflict: &str) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let row = |job: &NewJob| json!([job.company_id, job.kind, job.key, job.payload, now + job.wait, now]);
    let rows: Vec<_> = new.iter().map(row).collect();
    diesel::sql_query(format!(
        "INSERT INTO jobs (company_id, kind, key, payload, run_at, created_at) \
         SELECT value->>0, value->>1, value->>2, value->3, value->>4, value->>5 FROM json_each(?) WHERE TRUE \
         ON CONFLICT (key, kind) WHERE state IN ('queued','running') {conflict}"
    ))
    .bind::<Text, _>(json!(rows).to_string())
    .execute(c)
    .await
    .map(|_| ())
}

/// `lanes` steps through the index from company to company, so that a claim costs the same however long a queue is; `turns`
/// gives each company its turn.
pub async fn claim_jobs(c: &mut Conn, wanted: &[JobRoom], who: &Claimer, now: Micros) -> QueryResult<Vec<ClaimedJob>> {
    let kinds: Vec<_> = wanted.iter().map(|w| json!([w.kind, w.free, w.share, w.lease])).collect();
    let most = wanted.iter().map(|w| w.share).max().unwrap_or_default();
    let due = format!(
        "j.state IN ('queued','running') AND j.run_at <= {now} AND (j.claimed_until IS NULL OR j.claimed_until < {now}) \
         AND j.id NOT IN (SELECT id FROM here)"
    );
    let mut claimed: Vec<ClaimedJob> = diesel::sql_query(format!(
        "WITH RECURSIVE \
         wanted(kind, free, share, lease) AS MATERIALIZED \
           (SELECT value->>0, value->>1, value->>2, value->>3 FROM json_each(?)), \
         busy(kind, company, n) AS MATERIALIZED (SELECT value->>0, value->>1, value->>2 FROM json_each(?)), \
         here(id) AS MATERIALIZED (SELECT value FROM json_each(?)), \
         lanes(kind, company) AS ( \
           SELECT w.kind, (SELECT j.company_id FROM jobs j WHERE j.kind = w.kind AND j.state IN ('queued','running') \
             AND j.company_id > 0 ORDER BY j.company_id LIMIT 1) FROM wanted w \
           UNION ALL \
           SELECT l.kind, (SELECT j.company_id FROM jobs j WHERE j.kind = l.kind AND j.state IN ('queued','running') \
             AND j.company_id > l.company ORDER BY j.company_id LIMIT 1) FROM lanes l WHERE l.company IS NOT NULL), \
         due AS ( \
           SELECT l.kind, l.company, d.id, d.run_at FROM lanes l CROSS JOIN jobs d WHERE l.company IS NOT NULL AND d.id IN ( \
             SELECT j.id FROM jobs j WHERE j.kind = l.kind AND j.company_id = l.company AND {due} \
             ORDER BY j.run_at, j.id LIMIT {most}) \
           UNION ALL \
           SELECT w.kind, NULL, j.id, j.run_at FROM wanted w CROSS JOIN jobs j \
             WHERE j.kind = w.kind AND j.company_id IS NULL AND {due}), \
         turns AS ( \
           SELECT d.kind, d.id, d.run_at, coalesce(b.n, 0) + row_number() OVER (PARTITION BY d.kind, d.company \
             ORDER BY d.run_at, d.id) AS turn \
           FROM due d LEFT JOIN busy b ON b.kind = d.kind AND b.company IS d.company), \
         chosen AS ( \
           SELECT t.id, w.free, row_number() OVER (PARTITION BY t.kind ORDER BY t.turn, t.run_at, t.id) AS place \
           FROM turns t JOIN wanted w ON w.kind = t.kind WHERE t.turn <= w.share) \
         UPDATE jobs SET state = 'running', attempts = attempts + 1, claimed_by = ?, asked_again = FALSE, \
           claimed_until = {now} + (SELECT w.lease FROM wanted w WHERE w.kind = jobs.kind) \
         WHERE id IN (SELECT id FROM chosen WHERE place <= free) \
         RETURNING id, company_id, kind, payload, attempts, created_at"
    ))
    .bind::<Text, _>(json!(kinds).to_string())
    .bind::<Text, _>(json!(who.busy).to_string())
    .bind::<Text, _>(json!(who.running).to_string())
    .bind::<Text, _>(&who.holder)
    .load(c)
    .await?;
    claimed.sort_unstable_by_key(|job| job.id);
    Ok(claimed)
}
