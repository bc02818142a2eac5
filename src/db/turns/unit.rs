//! The part of a unit that a turn of the agent writes: its run with what it cost, the lead, what was heard.
use std::collections::BTreeSet;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use serde_json::json;

use super::turn_runs::write_run;
use super::{Conn, budgets, leads as leads_queries};
use crate::db::jobs::NewJob;
use crate::db::rows::LeadRow;
use crate::db::schema::*;
use crate::domain::clock::{DAY, Micros};
use crate::domain::conversation::*;
use crate::domain::ids::MessageId;
use crate::domain::lead::{LeadDraft, LeadStatus, NoticeState};
use crate::domain::message::{AttachmentStatus, Direction, TranscriptState, is_spoken};

pub const TRANSCRIBE: &str = "transcribe";

/// The budgets that the units' turns settle, locked before the books are touched: whoever settles one call alone goes the same
/// way, and of two that go different ways each would wait for the other.
pub(super) async fn lock_budgets(c: &mut Conn, units: &[Unit], now: Micros) -> QueryResult<()> {
    let settles = |unit: &&Unit| unit.run.as_ref().is_some_and(|ended| ended.run.reservation.is_some());
    let of: BTreeSet<_> = units.iter().filter(settles).map(|unit| (unit.company_id, unit.after.channel_id)).collect();
    for (company, channel) in of {
        budgets::lock(c, company, now.div_euclid(DAY), channel).await?;
    }
    Ok(())
}

pub(super) async fn write(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    if let Some(ended) = &unit.run {
        write_run(c, unit, ended, now).await?;
    }
    if let Some(lead) = &unit.lead {
        if lead.is_new {
            insert_lead(c, unit, lead, now).await?;
        } else {
            update_lead(c, unit, lead, now).await?;
        }
    }
    for change in &unit.heard {
        let row = attachments::table.filter(attachments::id.eq(change.attachment_id));
        diesel::update(row.filter(attachments::company_id.eq(unit.company_id)))
            .set((attachments::transcript.eq(&change.heard.text), attachments::transcript_state.eq(change.heard.state)))
            .execute(c)
            .await?;
    }
    listen(c, unit, now).await
}

/// Voice that has just come in is to be listened to: the mark and the job stand in the unit that brought it.
async fn listen(c: &mut Conn, unit: &Unit, now: Micros) -> QueryResult<()> {
    let fetched = unit.media.iter().filter(|m| m.status == AttachmentStatus::Ready).map(|m| m.attachment_id);
    let uploaded = unit.messages.iter().filter(|m| m.direction == Direction::In).flat_map(|m| &m.attachments);
    let uploaded = uploaded.filter_map(|a| if let NewAttachment::Uploaded { id } = a { Some(*id) } else { None });
    let ids: Vec<i64> = fetched.chain(uploaded).collect();
    if ids.is_empty() {
        return Ok(());
    }
    let unheard = attachments::table
        .filter(attachments::id.eq_any(ids))
        .filter(attachments::transcript_state.eq(TranscriptState::None))
        .select((attachments::id, attachments::message_id, attachments::kind, attachments::mime));
    let found: Vec<(i64, Option<MessageId>, String, String)> = unheard.load(c).await?;
    for (attachment_id, message_id, ..) in found.into_iter().filter(|(.., kind, mime)| is_spoken(kind, mime)) {
        diesel::update(attachments::table.find(attachment_id))
            .set(attachments::transcript_state.eq(TranscriptState::Pending))
            .execute(c)
            .await?;
        let payload = json!({ "attachment_id": attachment_id, "message_id": message_id, "conversation_id": unit.after.id });
        let (company_id, key) = (Some(unit.company_id), Some(attachment_id.to_string()));
        let job = NewJob { company_id, kind: TRANSCRIBE, key, payload, wait: 0 };
        super::jobs::enqueue(c, &[job], now).await?;
    }
    Ok(())
}

async fn insert_lead(c: &mut Conn, unit: &Unit, lead: &LeadChange, now: Micros) -> QueryResult<()> {
    let LeadDraft { name, phone, phone_e164, city, object_type, area, summary, language } = lead.draft.clone();
    let row = LeadRow {
        id: lead.id,
        company_id: unit.company_id,
        customer_id: unit.after.customer.id,
        conversation_id: unit.after.id,
        episode_id: unit.after.episode_id,
        agent_run_id: lead.agent_run_id,
        name,
        phone,
        phone_e164,
        city,
        object_type,
        area,
        summary,
        language,
        status: LeadStatus::New,
        assignee_id: unit.after.assignee.as_ref().map(|a| a.id),
        notice_state: NoticeState::None,
        notice_detail: None,
        seq: lead.seq,
        created_at: now,
        updated_at: now,
        number: lead.number,
    };
    diesel::insert_into(leads::table).values(&row).execute(c).await?;
    leads_queries::queue_notice(c, unit.company_id, lead.id, now).await.map(|_| ())
}

/// What the customer has said since may be better; what is not said any more stays.
async fn update_lead(c: &mut Conn, unit: &Unit, lead: &LeadChange, now: Micros) -> QueryResult<()> {
    use leads::dsl as l;
    let draft = &lead.draft;
    let said = |text: &str| Some(text.to_owned()).filter(|t| !t.is_empty());
    diesel::update(l::leads.filter(l::id.eq(lead.id)).filter(l::company_id.eq(unit.company_id)))
        .set((
            said(&draft.name).map(|v| l::name.eq(v)),
            said(&draft.phone).map(|v| l::phone.eq(v)),
            said(&draft.phone_e164).map(|v| l::phone_e164.eq(v)),
            said(&draft.city).map(|v| l::city.eq(v)),
            said(&draft.object_type).map(|v| l::object_type.eq(v)),
            said(&draft.area).map(|v| l::area.eq(v)),
            said(&draft.summary).map(|v| l::summary.eq(v)),
            l::seq.eq(lead.seq),
            l::updated_at.eq(now),
        ))
        .execute(c)
        .await
        .map(|_| ())
}
