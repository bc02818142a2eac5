//! The store by itself, on both databases: units made by the real core, committed by the real queries.

mod agents;
mod any_query;
mod batches;
mod budgets;
mod burst;
mod changes;
mod counts;
mod episodes;
mod faults;
mod heard;
mod jobs;
mod lanes;
mod lead_notices;
mod leads;
mod leases;
mod mentions;
mod much;
mod newer;
mod numbers;
mod pages;
mod plans;
mod purge;
mod reading;
mod receipts;
mod search;
pub mod shelf;
mod timers;
