//! Leads beside the units of their conversation.

use switchboard::db::UnitOutcome;
use switchboard::db::leads::{LeadChanged, LeadEdit, LeadFilter};
use switchboard::domain::clock::SECOND;
use switchboard::domain::conversation::{Rules, step};
use switchboard::domain::event::EventKind;
use switchboard::domain::ids::UserId;
use switchboard::domain::lead::{LeadDraft, LeadStatus};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

fn draft(name: &str) -> LeadDraft {
    LeadDraft { name: name.into(), phone: "87768776637".into(), phone_e164: "+77768776637".into(), ..LeadDraft::default() }
}

/// The conversation's actor must learn which lead its agent goes on with: what it held before is refused.
async fn a_unit_from_before_the_lead_steps_again(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let before = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after;
    let stale = step(&Rules::default(), Some(&before), &[says(TELEGRAM, "5001", "more")], NOW).unit.expect("a unit");
    let added =
        shelf.store().add_lead(operator(), before.id, draft("Канат"), false, NOW + SECOND).await.expect("the store answers");
    let lead = added.expect("a lead");
    let outcome = shelf.store().commit_units(vec![stale], NOW).await.remove(0).expect("the store answers");
    assert!(matches!(outcome, UnitOutcome::Mismatch), "{outcome:?}");
    let after = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "more")], NOW).await.after;
    let kept = format!("SELECT COUNT(*) FROM conversations WHERE id = {} AND lead_id = {} AND lead_at > 0", after.id, lead.id);
    assert_eq!(shelf.count(&kept).await, 1);

    // Its event is read back whole, by its ids, and stays a number when the lead is gone.
    let events = shelf.store().events_after(COMPANY, 0, 100).await.expect("events");
    let created = events.iter().find(|e| e.kind == Some(EventKind::LeadCreated)).expect("an event");
    assert_eq!((created.seq, created.conversation_id), (lead.seq, Some(after.id)));
    let frame = created.frame_for(&operator(), created.seq - 1).expect("a frame");
    let frame: serde_json::Value = serde_json::from_str(&frame).expect("JSON");
    assert_eq!(frame["data"], serde_json::to_value(&lead).expect("JSON"));
    shelf.sql(&format!("DELETE FROM leads WHERE id = {}", lead.id)).await;
    let events = shelf.store().events_after(COMPANY, lead.seq - 1, 1).await.expect("events");
    assert!(events[0].frame_for(&operator(), lead.seq - 1).is_none());
}

async fn an_edit_says_who_is_unknown(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let conversation = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after.id;
    let lead =
        shelf.store().add_lead(operator(), conversation, draft("A"), false, NOW).await.expect("an answer").expect("a lead");
    let edit = async |edit: LeadEdit| shelf.store().edit_lead(operator(), lead.id, edit, NOW + SECOND).await.expect("an answer");
    let stranger =
        edit(LeadEdit { assignee_id: Some(Some(UserId::new(8))), status: Some(LeadStatus::Won), ..LeadEdit::default() }).await;
    assert!(matches!(stranger, LeadChanged::NoSuchMember));
    let same = edit(LeadEdit { status: Some(LeadStatus::New), assignee_id: Some(None), ..LeadEdit::default() }).await;
    assert!(matches!(same, LeadChanged::Done(view) if view.seq == lead.seq && view.updated_at == lead.updated_at));
    let ours = edit(LeadEdit { assignee_id: Some(Some(OPERATOR)), ..LeadEdit::default() }).await;
    assert!(
        matches!(ours, LeadChanged::Done(view) if view.seq > lead.seq && view.assignee.as_ref().is_some_and(|a| a.name == "Aida"))
    );
    let nobody = shelf.store().edit_lead(operator(), lead.id + 1, LeadEdit::default(), NOW).await.expect("an answer");
    assert!(matches!(nobody, LeadChanged::Missing));
    assert_eq!(shelf.store().count_leads(operator(), LeadFilter::default()).await.expect("a count"), 1);
}

on_both_databases!(a_unit_from_before_the_lead_steps_again, an_edit_says_who_is_unknown);
