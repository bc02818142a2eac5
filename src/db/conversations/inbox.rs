//! The operator's list and what belongs to it: views, read states.
use std::collections::HashMap;

use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use diesel_async::RunQueryDsl;

use super::sight::is_seen;
use super::{Conn, Db, conversation_views, conversations as states, feed, notifications as personal, open};
use crate::db::conversations::{AT_WORK, ListFilter, Sendable, View};
use crate::db::engine::Wrote;
use crate::db::rows::*;
use crate::db::schema::*;
use crate::domain::access::{Principal, Scope};
use crate::domain::channel::OutFile;
use crate::domain::clock::Micros;
use crate::domain::event::{ConversationView, EventBody, EventKind};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};
use crate::domain::message::{AttachmentStatus, Direction};

/// A page of conversations, last activity first. Only what this principal may see.
pub async fn list_conversations(c: &mut Conn, who: Principal, filter: ListFilter) -> QueryResult<Vec<ConversationView>> {
    let status = filter.status.as_deref();
    let mut page: Vec<(Micros, ConversationId)> = match (filter.customer_id, status) {
        // One customer has few, and in few is one person named within what is kept.
        (Some(_), _) => places(c, &who, &filter, None).await?,
        (None, _) if filter.view == View::Mentions => places(c, &who, &filter, None).await?,
        (None, Some("closed")) => places(c, &who, &filter, Some(open::closed())).await?,
        // Both lists in one order: each has its own index.
        (None, Some("any")) => {
            let mut both = places(c, &who, &filter, Some(open::live())).await?;
            both.extend(places(c, &who, &filter, Some(open::closed())).await?);
            both
        }
        (None, _) => places(c, &who, &filter, Some(open::live())).await?,
    };
    page.sort_unstable_by(|one, other| other.cmp(one));
    page.truncate(filter.limit.max(0) as usize);
    let found = conversation_views::views_by_ids(c, page.iter().map(|(_, id)| *id).collect()).await?;
    let mut by_id: HashMap<ConversationId, ConversationView> = found.into_iter().map(|view| (view.id, view)).collect();
    let mut views: Vec<ConversationView> = page.iter().filter_map(|(_, id)| by_id.remove(id)).collect();
    fill_unread(c, &mut views, who.user_id).await?;
    Ok(views)
}

/// Last activity and id of the page's conversations; `part` names the index that holds them.
async fn places(
    c: &mut Conn,
    who: &Principal,
    filter: &ListFilter,
    part: Option<SqlLiteral<Bool>>,
) -> QueryResult<Vec<(Micros, ConversationId)>> {
    let mut query = conversations::table
        .filter(conversations::company_id.eq(who.company_id))
        .select((conversations::updated_at, conversations::id))
        .into_boxed::<Db>();
    if let Some(part) = part {
        query = query.filter(part);
    }
    query = match filter.view {
        View::Mine => query.filter(conversations::assignee_id.eq(who.user_id)),
        View::Unassigned => query.filter(conversations::assignee_id.is_null()),
        View::All => query,
        View::Mentions => query.filter(conversations::id.eq_any(mentioning(who.company_id, who.user_id))),
    };
    query = match filter.status.as_deref() {
        None => query.filter(conversations::status.eq_any(AT_WORK)),
        Some("any") => query,
        Some(status) => query.filter(conversations::status.eq(status.to_owned())),
    };
    if !who.sees_all() {
        query = query.filter(is_seen(who.departments.clone(), who.user_id));
    }
    if let Some((updated_at, id)) = filter.before {
        // In this form the index is entered at the place where the page before ended.
        let after = conversations::updated_at.lt(updated_at).or(conversations::id.lt(id));
        query = query.filter(conversations::updated_at.le(updated_at)).filter(after);
    }
    // All of them: they are few, and whoever asks sorts.
    query = match filter.customer_id {
        Some(customer) => query.filter(conversations::customer_id.eq(customer)),
        None if filter.view == View::Mentions => query,
        None => query.order((conversations::updated_at.desc(), conversations::id.desc())).limit(filter.limit),
    };
    query.load(c).await
}

/// The conversations in which a note names this person.
#[diesel::dsl::auto_type(no_type_alias)]
fn mentioning(company: CompanyId, user: UserId) -> _ {
    notifications::table
        .filter(notifications::user_id.eq(user))
        .filter(notifications::company_id.eq(company))
        .filter(notifications::code.eq("mentioned"))
        .select(notifications::conversation_id)
}

async fn fill_unread(c: &mut Conn, views: &mut [ConversationView], user: UserId) -> QueryResult<()> {
    let ids: Vec<ConversationId> = views.iter().map(|v| v.id).collect();
    let read: HashMap<ConversationId, (i64, Option<MessageId>)> = read_states::table
        .filter(read_states::conversation_id.eq_any(ids))
        .filter(read_states::user_id.eq(user))
        .select((read_states::conversation_id, (read_states::read_count, read_states::read_up_to)))
        .load::<(ConversationId, (i64, Option<MessageId>))>(c)
        .await?
        .into_iter()
        .collect();
    for view in views {
        let (count, up_to) = read.get(&view.id).copied().unwrap_or((0, None));
        view.unread = Some((view.inbound_count - count).max(0));
        view.read_up_to = up_to;
    }
    Ok(())
}

/// One conversation with this viewer's `unread`; `None` when there is none or they may not see it.
pub async fn conversation_for(c: &mut Conn, who: Principal, id: ConversationId) -> QueryResult<Option<ConversationView>> {
    let company: Option<CompanyId> = conversations::table.find(id).select(conversations::company_id).first(c).await.optional()?;
    if company != Some(who.company_id) {
        return Ok(None);
    }
    let mut views = conversation_views::views_by_ids(c, vec![id]).await?;
    fill_unread(c, &mut views, who.user_id).await?;
    Ok(views
        .pop()
        .filter(|v| who.sees(&Scope { department_id: v.department_id, assignee_id: v.assignee.as_ref().map(|a| a.id) })))
}

/// The conversation a message of this company stands in.
pub async fn conversation_of_message(
    c: &mut Conn,
    company: CompanyId,
    message: MessageId,
) -> QueryResult<Option<ConversationId>> {
    messages::table
        .filter(messages::company_id.eq(company))
        .filter(messages::id.eq(message))
        .select(messages::conversation_id)
        .first(c)
        .await
        .optional()
}

pub async fn read_up_to(c: &mut Conn, conversation: ConversationId, user: UserId) -> QueryResult<Option<MessageId>> {
    read_states::table
        .find((conversation, user))
        .select(read_states::read_up_to)
        .first::<Option<MessageId>>(c)
        .await
        .optional()
        .map(Option::flatten)
}

/// What somebody has read of a conversation, and how much there is of it.
struct Mark {
    customer: CustomerId,
    inbound_count: i64,
    newest: MessageId,
    had: Option<(i64, Option<MessageId>)>,
}

impl Mark {
    /// Locks the conversation before the look: the same person may read on two screens at once.
    async fn look(c: &mut Conn, who: &Principal, conversation: ConversationId) -> QueryResult<Self> {
        states::lock(c, vec![conversation]).await?;
        let (inbound_count, customer): (i64, CustomerId) = conversations::table
            .find(conversation)
            .select((conversations::inbound_count, conversations::customer_id))
            .first(c)
            .await?;
        let newest: Option<MessageId> = messages::table
            .filter(messages::conversation_id.eq(conversation))
            .select(diesel::dsl::max(messages::id))
            .first(c)
            .await?;
        let had = read_states::table
            .find((conversation, who.user_id))
            .select((read_states::read_count, read_states::read_up_to))
            .first(c)
            .await
            .optional()?;
        Ok(Mark { customer, inbound_count, newest: newest.unwrap_or_default(), had })
    }

    fn had(&self) -> (i64, MessageId) {
        self.had.map_or((0, MessageId::NONE), |(count, up_to)| (count, up_to.unwrap_or_default()))
    }
}

/// The viewer has read up to `message` (or everything). This never goes backwards: see [`mark_unread`].
pub async fn mark_read(
    c: &mut Conn,
    who: Principal,
    conversation: ConversationId,
    message: Option<MessageId>,
    now: Micros,
) -> QueryResult<Wrote<()>> {
    let mark = Mark::look(c, &who, conversation).await?;
    let newest = mark.newest;
    let up_to = message.unwrap_or(newest).min(newest);
    let (had_count, had_up_to) = mark.had();
    let (read_count, up_to) = if up_to <= had_up_to {
        (had_count, had_up_to)
    } else {
        // From the end that is nearer: ids rise with time, so their distance says which.
        let read = if newest.get() - up_to.get() <= up_to.get() - had_up_to.get() {
            mark.inbound_count - received(c, conversation, up_to, newest).await?
        } else {
            had_count + received(c, conversation, had_up_to, up_to).await?
        };
        (read.max(had_count), up_to)
    };
    let told = personal::read_of(c, who.user_id, conversation, up_to, now).await?;
    if mark.had == Some((read_count, Some(up_to))) && told == 0 {
        return Ok(Wrote::quiet(()));
    }
    put_mark(c, &who, conversation, mark.customer, (read_count, up_to), now).await
}

/// From `message` on the viewer has read nothing; where no message of the customer's follows, from the customer's last one before
/// it. What was unread before stays so. Of what they were told in particular nothing becomes unread again.
pub async fn mark_unread(
    c: &mut Conn,
    who: Principal,
    conversation: ConversationId,
    message: MessageId,
    now: Micros,
) -> QueryResult<Wrote<()>> {
    let mark = Mark::look(c, &who, conversation).await?;
    let (had_count, had_up_to) = mark.had();
    let last: Option<MessageId> = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::direction.eq(Direction::In))
        .order(messages::id.desc())
        .select(messages::id)
        .first(c)
        .await
        .optional()?;
    // They have not written anything.
    let Some(last) = last else { return Ok(Wrote::quiet(())) };
    let from = message.min(last);
    if from > had_up_to {
        return Ok(Wrote::quiet(()));
    }
    let before: Option<MessageId> = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.lt(from))
        .select(diesel::dsl::max(messages::id))
        .first(c)
        .await?;
    let up_to = before.unwrap_or(MessageId::NONE);
    let read_count = (had_count - received(c, conversation, up_to, had_up_to).await?).max(0);
    put_mark(c, &who, conversation, mark.customer, (read_count, up_to), now).await
}

/// The mark stands there from now on, and this person's screens are told.
async fn put_mark(
    c: &mut Conn,
    who: &Principal,
    conversation: ConversationId,
    customer: CustomerId,
    (read_count, up_to): (i64, MessageId),
    now: Micros,
) -> QueryResult<Wrote<()>> {
    let set = (read_states::read_count.eq(read_count), read_states::read_up_to.eq(up_to), read_states::updated_at.eq(now));
    let row = (
        read_states::company_id.eq(who.company_id),
        read_states::conversation_id.eq(conversation),
        read_states::user_id.eq(who.user_id),
        set,
    );
    diesel::insert_into(read_states::table)
        .values(row)
        .on_conflict((read_states::conversation_id, read_states::user_id))
        .do_update()
        .set(set)
        .execute(c)
        .await?;
    let row = EventRow {
        conversation_id: Some(conversation),
        customer_id: Some(customer),
        user_id: Some(who.user_id),
        ..EventRow::of(who.company_id, EventKind::UnreadUpdated, now)
    };
    let row = feed::append(c, row).await?;
    let body = feed::unread_now(c, conversation, who.user_id).await?;
    let event = feed::event_of(row, EventKind::UnreadUpdated, EventBody::Other(body));
    Ok(Wrote { value: (), events: vec![event] })
}

/// The customer's messages behind `after`, up to `up_to`.
async fn received(c: &mut Conn, conversation: ConversationId, after: MessageId, up_to: MessageId) -> QueryResult<i64> {
    if after >= up_to {
        return Ok(0);
    }
    messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::direction.eq(Direction::In))
        .filter(messages::id.gt(after).and(messages::id.le(up_to)))
        .count()
        .get_result(c)
        .await
}

/// The conversation of a customer on a channel, if they ever met there.
pub async fn conversation_with(
    c: &mut Conn,
    company: CompanyId,
    channel: ChannelId,
    customer: CustomerId,
) -> QueryResult<Option<ConversationId>> {
    conversations::table
        .filter(conversations::company_id.eq(company))
        .filter(conversations::channel_id.eq(channel))
        .filter(conversations::customer_id.eq(customer))
        .select(conversations::id)
        .first(c)
        .await
        .optional()
}

pub async fn customer_by_phone(c: &mut Conn, company: CompanyId, phone: String) -> QueryResult<Option<CustomerId>> {
    customers::table
        .filter(customers::company_id.eq(company))
        .filter(customers::phone.eq(phone))
        .select(customers::id)
        .first(c)
        .await
        .optional()
}

/// Uploads of this company that no message uses yet, in the asked order; fewer when some are not there.
pub async fn unused_uploads(c: &mut Conn, company: CompanyId, ids: Vec<i64>) -> QueryResult<Vec<Sendable>> {
    let rows: Vec<AttachmentRow> = attachments::table
        .filter(attachments::company_id.eq(company))
        .filter(attachments::id.eq_any(&ids))
        .filter(attachments::message_id.is_null())
        .filter(attachments::status.eq(AttachmentStatus::Ready))
        .select(AttachmentRow::as_select())
        .load(c)
        .await?;
    let mut found: HashMap<i64, AttachmentRow> = rows.into_iter().map(|r| (r.id, r)).collect();
    Ok(ids
        .into_iter()
        .filter_map(|id| {
            let r = found.remove(&id)?;
            Some(Sendable { id, file: OutFile { kind: r.kind, name: r.name, mime: r.mime, storage_key: r.storage_key? } })
        })
        .collect())
}

/// An active member of the company, to assign to.
pub async fn assignable(c: &mut Conn, company: CompanyId, user: UserId) -> QueryResult<Option<(UserId, String)>> {
    memberships::table
        .inner_join(users::table.on(users::id.eq(memberships::user_id)))
        .filter(memberships::company_id.eq(company))
        .filter(memberships::user_id.eq(user))
        .filter(memberships::is_active.eq(true))
        .select((users::id, users::name))
        .first(c)
        .await
        .optional()
}
