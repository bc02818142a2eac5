//! How SQLite finds what the hub asks for all the time: by an index, however old and large the tables are.

use std::sync::{Arc, Mutex};

use diesel::connection::InstrumentationEvent;
use diesel::sql_types::{Integer, Text};
use diesel_async::{AsyncConnection, RunQueryDsl};
use switchboard::db::UnitOutcome;
use switchboard::db::conversations::{ListFilter, View};
use switchboard::db::jobs::{FETCH_MEDIA, Hold, JobFilter, JobProgress, JobRoom};
use switchboard::db::leads::{LeadEdit, LeadFilter};
use switchboard::db::leads::{NOTICE_JOB, Pressing, Settled};
use switchboard::db::notices::Own;
use switchboard::db::search::Lookup;
use switchboard::db::sqlite::{Conn, queries::*};
use switchboard::domain::access::{Principal, Role};
use switchboard::domain::channel::{InboundAttachment, InboundKind, InboundMessage};
use switchboard::domain::conversation::{ConversationStatus, Input, Rules, State, step};
use switchboard::domain::ids::ConversationId;
use switchboard::domain::lead::{LeadDraft, LeadStatus, NoticeState};
use switchboard::domain::message::{MessageKind, MessageStatus};
use switchboard::domain::notice::press::Verb;
use switchboard::domain::search::SearchQuery;

use super::jobs::by;
use super::shelf::*;
use crate::support::Backend;

/// What grows with every message. `meta`, `channels` and the like may be read whole.
const BIG: [&str; 11] = [
    "conversations",
    "customers",
    "messages",
    "deliveries",
    "attachments",
    "inbound_raw",
    "events",
    "episodes",
    "identities",
    "identity_keys",
    "leads",
];
/// Jobs that failed stay for a while, and what people were told; timers are as many as people snooze.
const GROWING: [&str; 4] = ["jobs", "timers", "sessions", "notifications"];
/// Indexes that hold only the few rows that are still open: reading one whole is cheap.
const SMALL: [&str; 7] = [
    "deliveries_open",
    "jobs_due",
    "conversations_in_hand",
    "conversations_live",
    "conversations_live_of",
    "conversations_turns",
    "messages_unread",
];
/// Indexes of all that has ended. A page of one may begin at its end; nothing may be looked for in it by its company alone.
const ENDED: [&str; 2] = ["conversations_closed", "conversations_closed_of"];
/// All of a company's rows in these would be its history. Events are purged; leads are counted, on the readers for such.
const HISTORY: [&str; 7] = ["conversations", "customers", "messages", "deliveries", "attachments", "identities", "episodes"];

#[derive(diesel::QueryableByName)]
struct Line {
    #[diesel(sql_type = Integer)]
    #[allow(dead_code)]
    id: i32,
    #[diesel(sql_type = Text)]
    detail: String,
}

/// Remembers the text of every statement of the connection.
pub fn listen(c: &mut impl AsyncConnection) -> Arc<Mutex<Vec<String>>> {
    let heard = Arc::new(Mutex::new(vec![]));
    let said = heard.clone();
    c.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            said.lock().expect("a list").push(text.split(" -- binds").next().unwrap_or_default().to_owned());
        }
    });
    heard
}

/// The lines of a plan that read more the longer a company is there: a big table from end to end, all that a company has in
/// it, or a page that is sorted after everything was read.
pub async fn growing_readings(c: &mut Conn, sql: &str) -> Vec<String> {
    let plan: Vec<Line> = diesel::sql_query(format!("EXPLAIN QUERY PLAN {sql}")).load(c).await.expect(sql);
    let is_page = sql.to_uppercase().contains("LIMIT");
    let words = |line: &Line| line.detail.replace(['`', '"'], "");
    let grows = |line: &String| {
        let [how, table, ..] = line.split(' ').collect::<Vec<_>>()[..] else { return false };
        let index = line.split("INDEX ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default();
        let (small, ended) = (SMALL.contains(&index), ENDED.contains(&index));
        let of_a_company = line.ends_with("(company_id=?)") || line.ends_with("(company_id=? AND assignee_id=?)");
        match how {
            "SCAN" => (BIG.contains(&table) || GROWING.contains(&table)) && !small,
            "SEARCH" => HISTORY.contains(&table) && of_a_company && !small && !(ended && is_page),
            // Within rows of the same time only.
            "USE" => is_page && line.contains("TEMP B-TREE FOR ORDER BY"),
            _ => false,
        }
    };
    let lines: Vec<String> = plan.iter().map(words).collect();
    // Sorting is cheap where little is: in small tables, and among uploads that no message names, which are swept after a day.
    let is_read = |table: &str| lines.iter().any(|line| line.split(' ').nth(1) == Some(table));
    let few =
        !BIG.iter().any(|table| is_read(table)) || lines.iter().any(|line| line.ends_with("attachments_message (message_id=?)"));
    lines.iter().filter(|line| grows(line) && !(few && line.starts_with("USE"))).cloned().collect()
}

fn room(kind: &'static str) -> Vec<JobRoom> {
    vec![JobRoom { kind, free: 8, share: 8, lease: 9 }]
}

async fn what_the_hub_asks(c: &mut Conn, conversation: ConversationId) {
    let far = NOW + 1;
    conversations::state_by_id(c, conversation).await.expect("the state");
    conversations::load_state(c, TELEGRAM, "5001".into()).await.expect("the state by its key");
    outbox::leaving_after(c, ConversationId::NONE, 500).await.expect("what is to leave");
    outbox::owed_turns_after(c, ConversationId::NONE, 500).await.expect("turns that are owed");
    outbox::homes_of(c, vec![conversation]).await.expect("where they live");
    timers::due_timers(c, far, None, 200).await.expect("due timers");
    timers::due_timers(c, far, Some((NOW, 7)), 200).await.expect("more due timers");
    let claimed = jobs::claim_jobs(c, room(FETCH_MEDIA), by("me"), far).await.expect("jobs");
    assert_eq!(claimed.len(), 1);
    let hold = Hold { job: claimed[0].id, holder: "me".into() };
    jobs::renew_job(c, hold.clone(), 1, Some(JobProgress::default()), far).await.expect("a lease");
    jobs::finish_job(c, hold, far).await.expect("a job is done");
    jobs::release_jobs(c, vec![FETCH_MEDIA]).await.expect("jobs are free");
    jobs::jobs_page(c, COMPANY, JobFilter::default(), i64::MAX, 50).await.expect("a page of jobs");
    files::unused_files(c, far, 100).await.expect("unused files");
    feed::events_after(c, COMPANY, 0, 256).await.expect("events");
    sessions::changed_since(c, far).await.expect("changed sessions");
    purge::old_events(c, COMPANY, NOW, 0, NOW, 500).await.expect("old events");
    purge::purge_raw(c, 1, 500).await.expect("old payloads");
    purge::purge_failed_jobs(c, 1, 500).await.expect("old jobs");
    purge::purge_sessions(c, 1, 500).await.expect("old sessions");
    notifications::purge_notifications(c, 1, 500).await.expect("what was told long ago");
}

/// A customer's and an operator's words, an edit, two reactions, a receipt, a look.
async fn what_messages_ask(c: &mut Conn, state: State) {
    let inbound = |what| inbound(TELEGRAM, "5001", what);
    let picture = InboundAttachment {
        kind: "image".into(),
        name: "photo.jpg".into(),
        mime: "image/jpeg".into(),
        size: 1,
        provider_file_id: "new".into(),
        provider_unique_id: Some("unew".into()),
    };
    let attachments = vec![picture];
    let edited = edited("p:hello", InboundMessage { attachments, ..InboundMessage::plain(MessageKind::Image, "hi".into()) }, NOW);
    let reacted = |to: &str| InboundKind::Reacted { provider_id: to.into(), emojis: vec!["👍".into()] };
    let inputs = [
        says(TELEGRAM, "5001", "more"),
        inbound(edited),
        inbound(reacted("p:hello")),
        inbound(reacted("unknown")),
        replies("an answer"),
        Input::Claim { delivery_id: state.queue[0].id },
        status(ConversationStatus::Closed),
    ];
    let first = step(&Rules::default(), Some(&state), &inputs, NOW).unit.expect("news");
    let new = step(&Rules::default(), None, &[says(TELEGRAM, "5002", "hello")], NOW).unit.expect("news");
    let topic = step(&Rules::default(), None, &[says(TELEGRAM, "5002:7", "hello")], NOW).unit.expect("news");
    let outcomes = units::commit_batch(c, vec![first, new, topic], NOW).await.expect("a batch").value;
    assert!(outcomes.iter().all(|o| matches!(o, UnitOutcome::Committed(_))), "{outcomes:?}");
    let up_to = state.queue[0].message_id;
    runtime::raise_receipts(c, state.id, up_to, MessageStatus::Read, NOW).await.expect("a receipt");
    inbox::mark_read(c, operator(), state.id, None, NOW).await.expect("a look");
    for who in [operator(), Principal { role: Role::Operator, ..operator() }] {
        for view in [View::All, View::Mine, View::Unassigned, View::Mentions] {
            for status in [None, Some("any"), Some("closed"), Some("snoozed")].map(|s| s.map(str::to_owned)) {
                for before in [None, Some((NOW, ConversationId::new(i64::MAX)))] {
                    let filter = ListFilter { view, status: status.clone(), customer_id: None, before, limit: 50 };
                    inbox::list_conversations(c, who.clone(), filter).await.expect("a list");
                }
            }
        }
        let status = Some("any".to_owned());
        let of_one = ListFilter { view: View::All, status, customer_id: Some(state.customer.id), before: None, limit: 50 };
        assert_eq!(inbox::list_conversations(c, who.clone(), of_one).await.expect("a list").len(), 1);
        counts::count_views(c, who.clone()).await.expect("counts");
        notifications::notifications_of(c, who.clone(), i64::MAX, 50).await.expect("what they were told");
        notifications::read_notifications(c, who.clone(), Some(1), NOW).await.expect("it is read");
        counts::read_counts(c, vec![state.id], vec![OPERATOR]).await.expect("who has read how much");
        customers::customers_page(c, who.clone(), i64::MAX, 50).await.expect("a page");
        customers::customer(c, who, state.customer.id).await.expect("an answer").expect("a customer");
    }
    team::who_see(c, COMPANY, vec![OPERATOR], state.id, None).await.expect("who sees it");
    team::loads(c, COMPANY, vec![OPERATOR]).await.expect("what they have in hand");
    inbox::conversation_with(c, COMPANY, TELEGRAM, state.customer.id).await.expect("an answer").expect("a conversation");
    inbox::customer_by_phone(c, COMPANY, "+7 776 877 66 37".into()).await.expect("an answer");
    messages::page_messages(c, COMPANY, state.id, Some(up_to), 50).await.expect("a page");
    assert!(messages::is_received(c, TELEGRAM, "5001".into(), "p:hello".into()).await.expect("an answer"));
    let within =
        async |c: &mut Conn, id: &str| messages::key_within(c, TELEGRAM, "5002".into(), id.into()).await.expect("an answer");
    assert_eq!(within(c, "p:hello").await.as_deref(), Some("5002:7"));
    assert_eq!(within(c, "p:elsewhere").await, None);
}

async fn what_is_searched(c: &mut Conn, conversation: ConversationId) {
    for _ in 0..3 {
        search_index::companies_behind(c).await.expect("companies");
        let chunk = search_index::next_chunk(c, COMPANY).await.expect("a chunk");
        search_index::take_in(c, chunk.expect("a chunk")).await.expect("it is taken in");
        sql(c, "UPDATE search_cursors SET seq = 0 WHERE fill_below IS NULL").await;
    }
    let query = SearchQuery::parse("hello").expect("a query");
    for who in [operator(), Principal { role: Role::Operator, ..operator() }] {
        let lookup = Lookup::new(COMPANY, &query, Some(conversation));
        let hits = search::find_messages(c, who.clone(), lookup, i64::MAX, 50).await.expect("hits");
        assert!(!hits.found.is_empty());
        search::find_customers(c, who, "hello".into(), query.clone(), i64::MAX, 50).await.expect("customers");
    }
}

async fn sql(c: &mut Conn, sql: &str) {
    diesel::sql_query(sql).execute(c).await.expect(sql);
}

async fn what_is_asked_about_leads(c: &mut Conn, conversation: ConversationId) {
    let draft = LeadDraft { name: "A".into(), ..LeadDraft::default() };
    let lead =
        leads_write::add_lead(c, operator(), conversation, draft, false, NOW).await.expect("a lead").value.expect("a lead");
    let won = LeadEdit { status: Some(LeadStatus::Won), ..LeadEdit::default() };
    leads_write::edit_lead(c, operator(), lead.id, won, NOW).await.expect("a change");
    let plain = LeadFilter::default();
    let won = LeadFilter { statuses: vec![LeadStatus::Won], ..plain.clone() };
    let said = LeadFilter { text: Some("a b".into()), ..plain.clone() };
    let of_one = LeadFilter { conversation_id: Some(conversation), ..plain.clone() };
    for who in [operator(), Principal { role: Role::Operator, ..operator() }] {
        leads::lead(c, who.clone(), lead.id).await.expect("a lead");
        for filter in [&plain, &won, &said, &of_one] {
            let page = leads::leads_page(c, who.clone(), filter.clone(), i64::MAX, 50).await.expect("a page");
            assert_eq!(page.len() as i64, leads::count_leads(c, who.clone(), filter.clone()).await.expect("a count"));
        }
    }
}

async fn what_is_asked_about_notices(c: &mut Conn, conversation: ConversationId) {
    let draft = LeadDraft { name: "B".into(), ..LeadDraft::default() };
    let lead = leads_write::add_lead(c, operator(), conversation, draft, true, NOW).await.expect("a lead").value.expect("a lead");
    let claimed = jobs::claim_jobs(c, room(NOTICE_JOB), by("me"), NOW).await.expect("jobs");
    let hold = Hold { job: claimed[0].id, holder: "me".into() };
    lead_notices::announced(c, COMPANY, lead.id).await.expect("a lead");
    notices::notice_chat(c, COMPANY).await.expect("a chat");
    notices::code_is_open(c, COMPANY, "hash".into(), NOW).await.expect("a code");
    notices::is_notice_chat(c, COMPANY, TELEGRAM, "-5".into()).await.expect("a chat");
    lead_notices::begin_notice(c, hold.clone(), lead.id, 9, NOW).await.expect("a mark");
    let (company_id, lead_id, at) = (COMPANY, lead.id, NOW);
    let settled = Settled { hold, company_id, lead_id, state: NoticeState::Failed, detail: None, at };
    lead_notices::settle_notice(c, settled).await.expect("an end");
    let own = Own { company_id, channel_id: TELEGRAM, external_id: "q:1".into(), body: vec![], at };
    presses::press(c, Pressing { own, telegram_user: "1".into(), lead_id, verb: Verb::Take }).await.expect("a press");
}

#[test]
fn what_is_asked_all_the_time_is_found_by_an_index() {
    crate::support::run(Backend::Sqlite, |backend| async move {
        let shelf = Shelf::open(backend).await;
        let state = shelf.commit(TELEGRAM, "5001", &[says(TELEGRAM, "5001", "hello"), replies("hello")], NOW).await.after;
        let job = "INSERT INTO jobs (company_id, kind, payload, run_at, created_at) VALUES (1, 'fetch_media', '{}', 1, 1)";
        shelf.sql(job).await;
        let mut c = shelf.sqlite().await;
        let heard = listen(&mut c);
        what_the_hub_asks(&mut c, state.id).await;
        what_is_asked_about_leads(&mut c, state.id).await;
        what_is_asked_about_notices(&mut c, state.id).await;
        what_is_searched(&mut c, state.id).await;
        let state = shelf.state(TELEGRAM, "5001").await;
        what_messages_ask(&mut c, state).await;
        let asked: Vec<String> = std::mem::take(&mut *heard.lock().expect("a list"));
        assert!(asked.len() > 60, "{asked:#?}");
        let mut found = vec![];
        for sql in asked {
            let growing = growing_readings(&mut c, &sql).await;
            if !growing.is_empty() {
                found.push(format!("{sql}\n  {growing:?}"));
            }
        }
        assert!(found.is_empty(), "these read more the longer the company is there:\n{}", found.join("\n"));
        // As it was once: the values are bound, and the index is passed over.
        let bound = "SELECT message_id FROM deliveries WHERE conversation_id = ? AND state IN (?, ?, ?)";
        assert_eq!(growing_readings(&mut c, bound).await, ["SCAN deliveries"]);
        // Open and closed in one index: who counts the open ones reads the closed ones too.
        shelf.sql("CREATE INDEX conversations_list ON conversations (company_id, updated_at, id)").await;
        let counted = "SELECT id FROM conversations INDEXED BY conversations_list WHERE company_id = ? \
                       AND status IN (?, ?) ORDER BY updated_at DESC, id DESC LIMIT 500";
        let listed = "SEARCH conversations USING INDEX conversations_list (company_id=?)";
        assert_eq!(growing_readings(&mut c, counted).await, [listed]);
        let sorted = "SELECT id FROM customers WHERE company_id = ? AND id < ? ORDER BY name LIMIT 50";
        assert_eq!(growing_readings(&mut c, sorted).await, ["USE TEMP B-TREE FOR ORDER BY"]);
    });
}
