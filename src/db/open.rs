//! The conditions of the partial indexes, word for word as in the migrations. SQLite takes such an index only for a query
//! that repeats its condition: values that are bound, as `eq_any` does, are unknown while it plans.
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Bool;

/// `deliveries_open`: what has not ended.
pub fn delivery() -> SqlLiteral<Bool> {
    sql("deliveries.state IN ('queued','sending','uncertain')")
}

/// `jobs_due`: what is still to be done.
pub fn job() -> SqlLiteral<Bool> {
    sql("jobs.state IN ('queued','running')")
}

/// `jobs_failed`: what was given up.
pub fn failed_job() -> SqlLiteral<Bool> {
    sql("jobs.state = 'failed'")
}

/// `conversations_turns`: an automatic answer is owed.
pub fn turn() -> SqlLiteral<Bool> {
    sql("conversations.turn_since IS NOT NULL")
}

/// `conversations_live` and `conversations_live_of`: what goes on, and what sleeps for a while.
pub fn live() -> SqlLiteral<Bool> {
    sql("conversations.status IN ('open','pending','snoozed')")
}

/// `conversations_in_hand`: what somebody has, and is at.
pub fn in_hand() -> SqlLiteral<Bool> {
    sql("conversations.assignee_id IS NOT NULL AND conversations.status IN ('open','pending')")
}

/// `conversations_closed` and `conversations_closed_of`: what has ended.
pub fn closed() -> SqlLiteral<Bool> {
    sql("conversations.status = 'closed'")
}

/// `messages_unread`: what went out without a provider and was not read yet.
pub fn unread() -> SqlLiteral<Bool> {
    sql("messages.direction = 'out' AND messages.provider_id IS NULL AND messages.status IN ('sent','delivered')")
}
