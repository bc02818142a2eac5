//! Queueing and claiming jobs in PostgreSQL's words, by its clock.
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Json, Text};
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::Conn;
use crate::db::jobs::{ClaimedJob, Claimer, JobRoom, NewJob};
use crate::domain::clock::Micros;

pub(super) const CLOCK: &str = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

/// What time it is, for a statement to say: whoever asks, however wrong their clock.
pub fn clock(_now: Micros) -> String {
    CLOCK.to_owned()
}

/// `conflict`: what becomes of one that is open already.
pub async fn put_jobs(c: &mut Conn, new: &[NewJob], _now: Micros, conflict: &str) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let row = |job: &NewJob| json!({ "company_id": job.company_id, "kind": job.kind, "key": job.key, "payload": job.payload, "wait": job.wait });
    let rows: Vec<_> = new.iter().map(row).collect();
    diesel::sql_query(format!(
        "INSERT INTO jobs (company_id, kind, key, payload, run_at, created_at) \
         SELECT r.company_id, r.kind, r.key, r.payload, {CLOCK} + r.wait, {CLOCK} \
         FROM json_to_recordset($1) AS r(company_id bigint, kind text, key text, payload json, wait bigint) \
         ON CONFLICT (key, kind) WHERE state IN ('queued','running') {conflict}"
    ))
    .bind::<Json, _>(json!(rows))
    .execute(c)
    .await
    .map(|_| ())
}

/// So many kinds are looked at in one statement. PostgreSQL takes a recordset for a hundred rows, and a plan that it takes for
/// large is compiled first, which costs seconds.
const KINDS: usize = 12;

/// `lanes` steps through the index from company to company, so that a claim costs the same however long a queue is; `turns`
/// gives each company its turn; a row that another process takes at this moment is passed over.
pub async fn claim_jobs(c: &mut Conn, wanted: &[JobRoom], who: &Claimer, _now: Micros) -> QueryResult<Vec<ClaimedJob>> {
    let mut claimed = vec![];
    for some in wanted.chunks(KINDS) {
        claimed.extend(claim_some(c, some, who).await?);
    }
    claimed.sort_unstable_by_key(|job: &ClaimedJob| job.id);
    Ok(claimed)
}

async fn claim_some(c: &mut Conn, wanted: &[JobRoom], who: &Claimer) -> QueryResult<Vec<ClaimedJob>> {
    let kinds: Vec<_> =
        wanted.iter().map(|w| json!({ "kind": w.kind, "free": w.free, "share": w.share, "lease": w.lease })).collect();
    let busy: Vec<_> = who.busy.iter().map(|(kind, company, n)| json!({ "kind": kind, "company": company, "n": n })).collect();
    let due = "j.state IN ('queued','running') AND j.run_at <= clock.at \
               AND (j.claimed_until IS NULL OR j.claimed_until < clock.at) AND NOT j.id = ANY ($3)";
    diesel::sql_query(format!(
        "WITH RECURSIVE clock(at) AS MATERIALIZED (SELECT {CLOCK}), \
         wanted AS (SELECT * FROM json_to_recordset($1) AS w(kind text, free bigint, share bigint, lease bigint) LIMIT {KINDS}), \
         busy AS (SELECT * FROM json_to_recordset($2) AS b(kind text, company bigint, n bigint) LIMIT 1000), \
         lanes(kind, company) AS ( \
           SELECT w.kind, (SELECT j.company_id FROM jobs j WHERE j.kind = w.kind AND j.state IN ('queued','running') \
             AND j.company_id > 0 ORDER BY j.company_id LIMIT 1) FROM wanted w \
           UNION ALL \
           SELECT l.kind, (SELECT j.company_id FROM jobs j WHERE j.kind = l.kind AND j.state IN ('queued','running') \
             AND j.company_id > l.company ORDER BY j.company_id LIMIT 1) FROM lanes l WHERE l.company IS NOT NULL), \
         due AS ( \
           SELECT w.kind, l.company, d.id, d.run_at FROM wanted w CROSS JOIN clock JOIN lanes l ON l.kind = w.kind \
             CROSS JOIN LATERAL (SELECT j.id, j.run_at FROM jobs j WHERE j.kind = l.kind AND j.company_id = l.company AND {due} \
               ORDER BY j.run_at, j.id LIMIT w.share) d \
           UNION ALL \
           SELECT w.kind, NULL, j.id, j.run_at FROM wanted w CROSS JOIN clock JOIN jobs j ON j.kind = w.kind \
             WHERE j.company_id IS NULL AND {due}), \
         turns AS ( \
           SELECT d.kind, d.id, d.run_at, coalesce(b.n, 0) + row_number() OVER (PARTITION BY d.kind, d.company \
             ORDER BY d.run_at, d.id) AS turn \
           FROM due d LEFT JOIN busy b ON b.kind = d.kind AND b.company IS NOT DISTINCT FROM d.company), \
         chosen AS ( \
           SELECT t.id, w.free, w.lease, row_number() OVER (PARTITION BY t.kind ORDER BY t.turn, t.run_at, t.id) AS place \
           FROM turns t JOIN wanted w ON w.kind = t.kind WHERE t.turn <= w.share), \
         taken AS ( \
           SELECT j.id FROM jobs j CROSS JOIN clock WHERE j.id = ANY (ARRAY(SELECT id FROM chosen WHERE place <= free)) AND {due} \
           FOR UPDATE OF j SKIP LOCKED) \
         UPDATE jobs SET state = 'running', attempts = jobs.attempts + 1, claimed_by = $4, \
           claimed_until = clock.at + w.lease, asked_again = FALSE \
         FROM taken, clock, wanted w WHERE jobs.id = taken.id AND w.kind = jobs.kind \
         RETURNING jobs.id, jobs.company_id, jobs.kind, jobs.payload, jobs.attempts, jobs.created_at"
    ))
    .bind::<Json, _>(json!(kinds))
    .bind::<Json, _>(json!(busy))
    .bind::<Array<BigInt>, _>(&who.running)
    .bind::<Text, _>(&who.holder)
    .load(c)
    .await
}
