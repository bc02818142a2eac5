//! What a principal sees, where the database has to know it.
use diesel::prelude::*;

use crate::db::schema::conversations;
use crate::domain::ids::UserId;

/// `Principal::sees` as a condition on `conversations`, for those who do not see them all.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn is_seen(departments: Vec<i64>, user: UserId) -> _ {
    conversations::department_id
        .is_null()
        .or(conversations::department_id.eq_any(departments))
        .or(conversations::assignee_id.eq(user))
}
