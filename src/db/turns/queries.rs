//! What the hub reads to begin a turn, and what it answers from one that has ended.
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::Conn;
use crate::db::rows::MessageRow;
use crate::db::schema::*;
use crate::db::turns::Recording;
use crate::domain::channel::ChannelKind;
use crate::domain::conversation::*;
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, MessageId};
use crate::domain::message::{Direction, MessageView, TranscriptState};

/// The newest messages in or out, newest first, as a turn reads them.
pub async fn recent_messages(c: &mut Conn, conversation: ConversationId, limit: i64) -> QueryResult<Vec<MessageView>> {
    let rows = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::direction.eq_any([Direction::In, Direction::Out]))
        .order(messages::id.desc())
        .limit(limit)
        .select(MessageRow::as_select())
        .load(c)
        .await?;
    super::messages::with_parts(c, rows).await
}

/// What the conversation's agent has cost so far, in millionths of a US dollar.
pub async fn spent_on(c: &mut Conn, conversation: ConversationId) -> QueryResult<i64> {
    let costs: Vec<i64> = agent_runs::table
        .filter(agent_runs::conversation_id.eq(conversation))
        .order(agent_runs::id.desc())
        .limit(1000)
        .select(agent_runs::cost_micros)
        .load(c)
        .await?;
    Ok(costs.into_iter().sum())
}

/// What the turn that read `message` came to: the agent's words after it, oldest first, and the last function called.
pub async fn answer_after(
    c: &mut Conn,
    conversation: ConversationId,
    message: MessageId,
) -> QueryResult<(Vec<String>, Option<String>)> {
    let said: Vec<(String, Option<i64>)> = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.gt(message))
        .filter(messages::author_type.eq("agent"))
        .filter(messages::direction.eq(Direction::Out))
        .order(messages::id)
        .limit(20)
        .select((messages::text, messages::agent_run_id))
        .load(c)
        .await?;
    let runs: Vec<i64> = said.iter().filter_map(|(_, run)| *run).collect();
    let called: Vec<Option<String>> = agent_runs::table
        .filter(agent_runs::id.eq_any(runs))
        .order(agent_runs::id.desc())
        .select(agent_runs::function_called)
        .load(c)
        .await?;
    Ok((said.into_iter().map(|(text, _)| text).collect(), called.into_iter().flatten().next()))
}

/// What the agent wanted to do along with a suggestion of this conversation.
pub async fn acts_of(
    c: &mut Conn,
    company: CompanyId,
    conversation: ConversationId,
    run: i64,
) -> QueryResult<Option<serde_json::Value>> {
    agent_runs::table
        .filter(agent_runs::id.eq(run))
        .filter(agent_runs::company_id.eq(company))
        .filter(agent_runs::conversation_id.eq(conversation))
        .filter(agent_runs::state.eq(RunState::Suggested))
        .select(agent_runs::acts)
        .first(c)
        .await
        .optional()
}

/// The company's way in for programs; the oldest, should there be several.
pub async fn api_channel(c: &mut Conn, company: CompanyId) -> QueryResult<Option<ChannelId>> {
    channels::table
        .filter(channels::company_id.eq(company))
        .filter(channels::kind.eq(ChannelKind::Api))
        .filter(channels::deleted_at.is_null())
        .order(channels::id)
        .select(channels::id)
        .first(c)
        .await
        .optional()
}

/// At most this much is answered at once; the rest comes with the next question.
const SAID_AT_ONCE: i64 = 200;

/// What went out after `message`, oldest first.
pub async fn said_after(c: &mut Conn, conversation: ConversationId, message: MessageId) -> QueryResult<Vec<MessageView>> {
    let rows = messages::table
        .filter(messages::conversation_id.eq(conversation))
        .filter(messages::id.gt(message))
        .filter(messages::direction.eq(Direction::Out))
        .order(messages::id)
        .limit(SAID_AT_ONCE)
        .select(MessageRow::as_select())
        .load(c)
        .await?;
    super::messages::with_parts(c, rows).await
}

/// A recording whose words are not known yet.
pub async fn recording(c: &mut Conn, company: CompanyId, attachment: i64) -> QueryResult<Option<Recording>> {
    let row: Option<(ChannelId, String, String, String, Option<String>)> = attachments::table
        .inner_join(messages::table.on(attachments::message_id.eq(messages::id.nullable())))
        .inner_join(conversations::table.on(conversations::id.eq(messages::conversation_id)))
        .filter(attachments::company_id.eq(company))
        .filter(attachments::id.eq(attachment))
        .filter(attachments::transcript_state.eq(TranscriptState::Pending))
        .select((conversations::channel_id, attachments::kind, attachments::name, attachments::mime, attachments::storage_key))
        .first(c)
        .await
        .optional()?;
    Ok(row.and_then(|(channel_id, kind, file_name, mime, key)| {
        Some(Recording { channel_id, kind, file_name, mime, storage_key: key? })
    }))
}
