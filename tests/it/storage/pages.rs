//! A page of a list costs the same statements, however many rows stand on it.

use switchboard::db::conversations::{ListFilter, View};
use switchboard::db::leads::LeadFilter;
use switchboard::domain::access::{Principal, Role};
use switchboard::domain::lead::LeadDraft;

use super::plans::listen;
use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const ROWS: i64 = 50;

/// Fifty customers, each with a conversation of two messages and a lead, and fifty members.
async fn fill(shelf: &Shelf) {
    for n in 0..ROWS {
        let key = format!("50{n}");
        let unit = shelf.commit(TELEGRAM, &key, &[says(TELEGRAM, &key, "hello"), replies("hi")], NOW).await;
        let draft = LeadDraft { name: "A".into(), ..LeadDraft::default() };
        shelf.store().add_lead(operator(), unit.after.id, draft, false, NOW).await.expect("a lead");
        let user = 100 + n;
        let sql = format!(
            "INSERT INTO users (id, email, name, hashed_password, created_at) VALUES ({user}, '{user}@stroika.kz', 'U', '', 1); \
             INSERT INTO memberships (company_id, user_id, role, created_at) VALUES (1, {user}, 'operator', 1);"
        );
        shelf.sql(&sql).await;
    }
}

/// Asks for pages of one row and of fifty, and compares what they cost.
macro_rules! compare {
    ($backend:ident, $shelf:ident, $c:ident) => {{
        use switchboard::db::$backend::queries::*;
        let heard = listen($c);
        macro_rules! count {
            ($most:literal, $limit:ident => $ask:expr) => {{
                let mut costs = vec![];
                for $limit in [1, ROWS] {
                    heard.lock().expect("a list").clear();
                    let page = $ask.await.expect("a page");
                    assert_eq!(page.len() as i64, $limit, "{}", stringify!($ask));
                    costs.push(heard.lock().expect("a list").len());
                }
                assert_eq!(costs[0], costs[1], "{}: a row costs statements of its own", stringify!($ask));
                assert!((1..=$most).contains(&costs[1]), "{}: {costs:?}", stringify!($ask));
            }};
        }
        for who in [operator(), Principal { role: Role::Operator, ..operator() }] {
            count!(3, limit => customers::customers_page($c, who.clone(), i64::MAX, limit));
            let filter = |limit| ListFilter { view: View::All, status: None, customer_id: None, before: None, limit };
            count!(6, limit => inbox::list_conversations($c, who.clone(), filter(limit)));
            count!(3, limit => leads::leads_page($c, who.clone(), LeadFilter::default(), i64::MAX, limit));
        }
        count!(1, limit => team::members($c, COMPANY, 0, limit));
        // What screens catch up with.
        for kind in ["customer.updated", "unread.updated", "lead.updated", "message.created", "conversation.updated"] {
            // All alike: each row of a page asks for everything that an event may be about.
            let one = |of: &str| format!("(SELECT MIN(id) FROM {of})");
            let (message, lead, customer) = (one("messages"), one("leads"), one("customers"));
            let alike = format!(
                "UPDATE events SET kind = '{kind}', user_id = {OPERATOR}, message_id = {message}, lead_id = {lead}, customer_id = {customer}"
            );
            $shelf.sql(&alike).await;
            count!(16, limit => feed::events_after($c, COMPANY, 0, limit));
        }
    }};
}

async fn a_page_costs_the_same_however_long(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    fill(&shelf).await;
    match backend {
        Backend::Sqlite => {
            let c = &mut shelf.sqlite().await;
            compare!(sqlite, shelf, c);
        }
        Backend::Postgres => {
            let database = shelf.hub.database.as_ref().expect("a database");
            let c = <switchboard::db::pg::Conn as diesel_async::AsyncConnection>::establish(&database.url).await;
            let c = &mut c.expect("a connection");
            compare!(pg, shelf, c);
        }
    }
}

on_both_databases!(a_page_costs_the_same_however_long);
