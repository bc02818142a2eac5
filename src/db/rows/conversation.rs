//! A conversation, its episodes and its timers.
use diesel::prelude::*;

use crate::db::schema::*;
use crate::domain::clock::Micros;
use crate::domain::conversation::{ConversationStatus, Handler, State};
use crate::domain::ids::{ChannelId, CompanyId, ConversationId, CustomerId, MessageId, UserId};

/// Declares a conversation's columns once, each with its type and where the state has it: the row, what a unit writes over it,
/// and the names for SQL that is written by hand all come from this list.
macro_rules! conversation_columns {
    ($state:ident; fixed { $($fixed:ident: $fixed_type:ty = $fixed_value:expr;)+ } moving { $($moving:ident: $type:ty = $value:expr;)+ }) => {
        #[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
        #[diesel(table_name = conversations)]
        pub struct ConversationRow {
            $(pub $fixed: $fixed_type,)+
            $(pub $moving: $type,)+
        }

        /// What a unit writes over the row it stands on.
        #[derive(Clone, Debug, AsChangeset)]
        #[diesel(table_name = conversations, treat_none_as_null = true)]
        pub struct ConversationChange {
            $(pub $moving: $type,)+
        }

        impl ConversationRow {
            pub fn of($state: &State) -> Self {
                ConversationRow { $($fixed: $fixed_value,)+ $($moving: $value,)+ }
            }
        }

        impl ConversationChange {
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($moving)),+];

            pub fn of($state: &State) -> Self {
                ConversationChange { $($moving: $value,)+ }
            }
        }
    };
}

conversation_columns! {
    s;
    fixed {
        id: ConversationId = s.id;
        company_id: CompanyId = s.company_id;
        channel_id: ChannelId = s.channel_id;
        identity_id: i64 = s.identity_id;
        customer_id: CustomerId = s.customer.id;
        created_at: Micros = s.created_at;
    }
    moving {
        episode_id: i64 = s.episode_id;
        version: i64 = s.version;
        generation: i64 = s.generation;
        status: ConversationStatus = s.status;
        handler: Handler = s.handler;
        assignee_id: Option<UserId> = s.assignee.as_ref().map(|a| a.id);
        department_id: Option<i64> = s.department_id;
        inbound_count: i64 = s.inbound_count;
        last_message_id: Option<MessageId> = s.last_message_id;
        public_seq: i64 = s.public_seq;
        public_author: String = s.public_author.clone();
        other_seq: i64 = s.other_seq;
        snoozed_until: Option<Micros> = s.snoozed_until;
        window_expires_at: Option<Micros> = s.window_expires_at;
        seq: i64 = s.seq;
        updated_at: Micros = s.updated_at;
        turn_since: Option<Micros> = s.turn_since;
        lead_id: Option<i64> = s.lead.map(|l| l.id);
        lead_at: Option<Micros> = s.lead.map(|l| l.at);
        suggestion_run_id: Option<i64> = s.suggestion.as_ref().map(|s| s.run_id);
    }
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable, serde::Serialize)]
#[diesel(table_name = episodes)]
pub struct EpisodeRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub number: i64,
    pub opened_at: Micros,
    pub first_reply_at: Option<Micros>,
    pub closed_at: Option<Micros>,
}

#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = timers)]
pub struct TimerRow {
    pub id: i64,
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub kind: String,
    pub due_at: Micros,
    pub version: i64,
}
