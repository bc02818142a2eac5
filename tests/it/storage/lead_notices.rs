//! A lead's notice as rows: queued once, sent by one, settled once; and a press as rows.

use switchboard::db::jobs::{Claimer, Hold, JobRoom, Later};
use switchboard::db::leads::{NOTICE_JOB, PressOutcome, Pressing, Settled};
use switchboard::db::notices::Own;
use switchboard::domain::clock::{HOUR, SECOND};
use switchboard::domain::event::EventKind;
use switchboard::domain::ids::CompanyId;
use switchboard::domain::lead::{LeadDraft, LeadStatus, LeadView, NoticeState};
use switchboard::domain::notice::press::Verb;

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

async fn lead(shelf: &Shelf) -> LeadView {
    let conversation = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello")], NOW).await.after.id;
    let draft = LeadDraft { name: "A".into(), phone_e164: "+77768776637".into(), ..LeadDraft::default() };
    shelf.store().add_lead(operator(), conversation, draft, true, NOW).await.expect("an answer").expect("a lead")
}

async fn claim(shelf: &Shelf, holder: &str) -> Option<Hold> {
    let wanted = vec![JobRoom { kind: NOTICE_JOB, free: 8, share: 8, lease: HOUR }];
    let who = Claimer { holder: holder.into(), ..Claimer::default() };
    let jobs = shelf.store().claim_jobs(wanted, who, NOW + SECOND).await.expect("jobs");
    jobs.into_iter().next().map(|job| Hold { job: job.id, holder: holder.into() })
}

fn settled(hold: &Hold, lead: i64, state: NoticeState) -> Settled {
    Settled { hold: hold.clone(), company_id: COMPANY, lead_id: lead, state, detail: Some("why".into()), at: NOW + SECOND }
}

async fn only_the_holder_sends_and_settles(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let lead = lead(&shelf).await;
    assert_eq!(lead.notice.state, NoticeState::Queued);
    let slow = claim(&shelf, "a").await.expect("a job");
    assert!(claim(&shelf, "b").await.is_none(), "it is held");
    shelf.sql("UPDATE jobs SET claimed_until = 1").await;
    let quick = claim(&shelf, "b").await.expect("the lease has ended");
    let store = shelf.store();
    assert!(!store.begin_notice(slow.clone(), lead.id, HOUR, NOW).await.expect("an answer"), "too late to send");
    assert!(store.begin_notice(quick.clone(), lead.id, HOUR, NOW).await.expect("an answer"));
    let marked = "SELECT COUNT(*) FROM jobs WHERE CAST(payload AS TEXT) LIKE '%\"sending\":true%'";
    assert_eq!(shelf.count(marked).await, 1, "whoever finds it knows that bytes may have left");
    let put_off = |hold: &Hold| store.put_notice_off(hold.clone(), lead.id, Later { wait: 0, attempts: 0, reason: None }, NOW);
    assert!(!put_off(&slow).await.expect("an answer") && put_off(&quick).await.expect("an answer"));
    assert_eq!(shelf.count(marked).await, 0);
    let last = claim(&shelf, "c").await.expect("a job");
    assert!(!store.settle_notice(settled(&quick, lead.id, NoticeState::Sent)).await.expect("an answer"));
    assert!(store.settle_notice(settled(&last, lead.id, NoticeState::Uncertain)).await.expect("an answer"));
    assert!(!store.settle_notice(settled(&last, lead.id, NoticeState::Sent)).await.expect("an answer"), "once");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM jobs").await, 0);
    let now = store.announced(COMPANY, lead.id).await.expect("an answer").expect("a lead").lead;
    assert_eq!((now.notice.state, now.notice.detail.as_deref()), (NoticeState::Uncertain, Some("why")));
    let events = store.events_after(COMPANY, lead.seq, 100).await.expect("events");
    let kinds: Vec<EventKind> = events.iter().filter_map(|e| e.kind).collect();
    assert_eq!(kinds[kinds.len() - 2..], [EventKind::LeadUpdated, EventKind::NotificationCreated]);
    assert!(store.announced(CompanyId::new(2), lead.id).await.expect("an answer").is_none(), "another company's");
}

async fn a_press_is_taken_once_and_of_a_colleague_only(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let lead = lead(&shelf).await;
    let press = async |query: &str, user: &str, company: CompanyId| {
        let own =
            Own { company_id: company, channel_id: TELEGRAM, external_id: query.into(), body: b"{}".to_vec(), at: NOW + SECOND };
        let pressing = Pressing { own, telegram_user: user.into(), lead_id: lead.id, verb: Verb::Take };
        shelf.store().press(pressing).await.expect("an answer")
    };
    assert!(matches!(press("q:1", "900", COMPANY).await, PressOutcome::Stranger));
    let links = "INSERT INTO memberships (company_id, user_id, role, created_at) VALUES (2, 7, 'owner', 1);
        INSERT INTO telegram_links (company_id, user_id, telegram_user_id, name, linked_at)
        VALUES (1, 7, '900', 'Aida', 1), (2, 7, '901', 'Aida', 1)";
    shelf.sql(links).await;
    assert!(matches!(press("q:1", "900", COMPANY).await, PressOutcome::Again), "it was answered before");
    assert!(matches!(press("q:2", "901", COMPANY).await, PressOutcome::Stranger), "linked in another company");
    assert!(matches!(press("q:3", "901", CompanyId::new(2)).await, PressOutcome::Missing { .. }), "another company's lead");
    let PressOutcome::Done(done) = press("q:4", "900", COMPANY).await else { panic!("a colleague's press") };
    assert_eq!((done.lead.status, done.lead.assignee.as_ref().map(|a| a.id)), (LeadStatus::InProgress, Some(OPERATOR)));
    assert!(matches!(press("q:4", "900", COMPANY).await, PressOutcome::Again));
    let PressOutcome::Done(again) = press("q:5", "900", COMPANY).await else { panic!("a colleague's press") };
    assert_eq!(again.lead.seq, done.lead.seq, "nothing new");
    assert_eq!(shelf.count("SELECT COUNT(*) FROM inbound_raw WHERE state = 'done'").await, 5);
}

on_both_databases!(only_the_holder_sends_and_settles, a_press_is_taken_once_and_of_a_colleague_only);
