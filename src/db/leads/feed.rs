//! A lead's place in the company's feed: its events go to whoever sees the conversation it came from.
use std::sync::Arc;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Conn, feed};
use crate::db::rows::EventRow;
use crate::db::schema::{conversations::dsl as v, leads::dsl as t};
use crate::domain::access::{Principal, Scope};
use crate::domain::clock::Micros;
use crate::domain::event::{Event, EventKind};
use crate::domain::ids::{CompanyId, ConversationId, CustomerId, UserId};

/// Where a conversation belongs.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub company_id: CompanyId,
    pub conversation_id: ConversationId,
    pub customer_id: CustomerId,
    pub scope: Scope,
}

impl Place {
    pub async fn of(c: &mut Conn, conversation: ConversationId) -> QueryResult<Option<Place>> {
        let row: Option<(CompanyId, CustomerId, Option<i64>, Option<UserId>)> = v::conversations
            .find(conversation)
            .select((v::company_id, v::customer_id, v::department_id, v::assignee_id))
            .first(c)
            .await
            .optional()?;
        Ok(row.map(|(company_id, customer_id, department_id, assignee_id)| Place {
            company_id,
            conversation_id: conversation,
            customer_id,
            scope: Scope { department_id, assignee_id },
        }))
    }

    pub fn seen_by(&self, who: &Principal) -> bool {
        self.company_id == who.company_id && who.sees(&self.scope)
    }

    pub fn event(&self, kind: EventKind, lead_id: Option<i64>, at: Micros) -> EventRow {
        EventRow {
            conversation_id: Some(self.conversation_id),
            customer_id: Some(self.customer_id),
            lead_id,
            ..EventRow::of(self.company_id, kind, at).within(&self.scope)
        }
    }
}

/// Makes `lead.updated` of a lead that has just changed. Whoever calls holds the lock of its conversation.
pub(super) async fn announce(c: &mut Conn, lead: i64, at: Micros) -> QueryResult<Arc<Event>> {
    let conversation: ConversationId = t::leads.find(lead).select(t::conversation_id).first(c).await?;
    let place = Place::of(c, conversation).await?.ok_or(diesel::result::Error::NotFound)?;
    let row = feed::append(c, place.event(EventKind::LeadUpdated, Some(lead), at)).await?;
    diesel::update(t::leads.find(lead)).set((t::seq.eq(row.seq), t::updated_at.eq(at))).execute(c).await?;
    let mut events = feed::hydrate(c, vec![row]).await?;
    events.pop().ok_or(diesel::result::Error::NotFound)
}
