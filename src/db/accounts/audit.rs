//! The company's own record of who changed what. Rows are only ever added.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::Value;

use super::Conn;
use crate::db::schema::audit_log;
use crate::domain::clock::Micros;
use crate::domain::ids::{CompanyId, UserId};

pub async fn record(
    c: &mut Conn,
    company: CompanyId,
    user: Option<UserId>,
    action: String,
    target: String,
    data: Value,
    at: Micros,
) -> QueryResult<()> {
    use audit_log::dsl as t;
    diesel::insert_into(t::audit_log)
        .values((
            t::company_id.eq(company),
            t::user_id.eq(user),
            t::action.eq(action),
            t::target.eq(target),
            t::data.eq(data),
            t::at.eq(at),
        ))
        .execute(c)
        .await
        .map(|_| ())
}
