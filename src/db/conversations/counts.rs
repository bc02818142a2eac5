//! What the counts of the list are made of.
use std::collections::HashMap;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, open};
use crate::db::conversations::AT_WORK;
use crate::db::schema::*;
use crate::domain::access::{Principal, Scope};
use crate::domain::conversation::ConversationStatus;
use crate::domain::conversation::counts::{Counted, ViewCounts, waits_for_a_person};
use crate::domain::ids::{CompanyId, ConversationId, UserId};

/// How many of the newest open conversations the counts look at: the list's badges stay cheap however old the company is.
const COUNTED: i64 = 500;

/// The newest open and pending conversations of a company, as the counts of all its people look at them.
pub async fn counted(c: &mut Conn, company: CompanyId) -> QueryResult<Vec<Counted>> {
    use conversations::dsl as v;
    let rows = v::conversations
        .filter(v::company_id.eq(company))
        .filter(open::live())
        .filter(v::status.eq_any(AT_WORK))
        .order((v::updated_at.desc(), v::id.desc()))
        .limit(COUNTED)
        .select((
            v::id,
            v::inbound_count,
            (v::department_id, v::assignee_id),
            (v::status, v::handler, v::public_author, v::suggestion_run_id.is_not_null()),
        ))
        .load(c)
        .await?;
    type Belongs = (Option<i64>, Option<UserId>);
    type Stands = (ConversationStatus, crate::domain::conversation::Handler, String, bool);
    let counted =
        |(id, inbound_count, (department_id, assignee_id), (status, handler, author, suggested)): (_, _, Belongs, Stands)| {
            let is_waiting = waits_for_a_person(status, handler, &author, suggested);
            Counted { id, inbound_count, scope: Scope { department_id, assignee_id }, is_waiting }
        };
    Ok(rows.into_iter().map(counted).collect())
}

/// How much these people have read of these conversations; who is not named has read nothing.
pub async fn read_counts(
    c: &mut Conn,
    of: Vec<ConversationId>,
    users: Vec<UserId>,
) -> QueryResult<Vec<(ConversationId, UserId, i64)>> {
    if of.is_empty() || users.is_empty() {
        return Ok(vec![]);
    }
    read_states::table
        .filter(read_states::conversation_id.eq_any(of))
        .filter(read_states::user_id.eq_any(users))
        .select((read_states::conversation_id, read_states::user_id, read_states::read_count))
        .load(c)
        .await
}

/// Everything for one person, from the tables.
pub async fn count_views(c: &mut Conn, who: Principal) -> QueryResult<ViewCounts> {
    let newest = counted(c, who.company_id).await?;
    let read = read_counts(c, newest.iter().map(|it| it.id).collect(), vec![who.user_id]).await?;
    let read: HashMap<ConversationId, i64> = read.into_iter().map(|(id, _, count)| (id, count)).collect();
    Ok(ViewCounts::of(&who, newest.iter().map(|it| (it, read.get(&it.id).copied().unwrap_or(0)))))
}
