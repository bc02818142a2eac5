//! Channels: what a company has configured.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::schema::channels;

/// How many live channels are in each state of health.
pub async fn channels_by_health(c: &mut Conn) -> QueryResult<Vec<(String, i64)>> {
    channels::table
        .filter(channels::deleted_at.is_null())
        .group_by(channels::health_state)
        .select((channels::health_state, diesel::dsl::count_star()))
        .load(c)
        .await
}
