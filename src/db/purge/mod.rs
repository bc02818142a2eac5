//! What has outlived its time.
use super::store::ops;
use crate::domain::clock::Micros;
use crate::domain::ids::CompanyId;

ops! {
    cold purge::old_events(company: CompanyId, before: Micros, above: i64, spare: Micros, slice: i64) -> Option<i64>;
    write purge::drop_events(company: CompanyId, up_to: i64) -> usize;
    write purge::purge_raw(before: Micros, slice: i64) -> usize;
    write purge::purge_orphan_receipts(before: Micros, slice: i64) -> usize;
    write purge::purge_failed_jobs(before: Micros, slice: i64) -> usize;
    write purge::purge_traces(before: Micros, slice: i64) -> usize;
    write purge::purge_prompts(before: Micros, slice: i64) -> usize;
    write purge::purge_budgets(before_day: i64, slice: i64) -> usize;
    write purge::purge_sessions(before: Micros, slice: i64) -> usize;
}
