//! A look at a company's counts reads what those with a screen have read, and nobody else's.

use switchboard::domain::ids::{ConversationId, UserId};
use switchboard::hub::counts::look::{Found, Look, find};

use super::shelf::*;
use crate::support::{Backend, on_both_databases};

const MEMBERS: i64 = 50;
const FIRST: i64 = 100;

fn rows(found: &Found) -> Vec<(i64, usize)> {
    let mut rows: Vec<_> = found.read.iter().map(|(user, rows)| (user.get(), rows.len())).collect();
    rows.sort_unstable();
    rows
}

async fn only_who_has_a_screen_is_read(backend: Backend) {
    let shelf = Shelf::open(backend).await;
    let mut ids: Vec<ConversationId> = vec![];
    for key in ["a", "b", "c"] {
        ids.push(shelf.commit(TELEGRAM, key, &[says(TELEGRAM, key, key)], NOW).await.after.id);
    }
    for user in FIRST..FIRST + MEMBERS {
        shelf
            .sql(&format!(
                "INSERT INTO users (id, email, name, hashed_password, created_at) VALUES ({user}, '{user}@stroika.kz', 'U', '', 1); \
                 INSERT INTO read_states (company_id, conversation_id, user_id, read_count, updated_at) \
                 SELECT company_id, id, {user}, 1, 1 FROM conversations;"
            ))
            .await;
    }
    let (one, two) = (UserId::new(FIRST), UserId::new(FIRST + 1));
    let look = async |look: Look| rows(&find(shelf.store(), COMPANY, &look).await.expect("a look"));
    assert_eq!(look(Look { newcomers: vec![one], ..Look::default() }).await, [(FIRST, 3)]);
    assert_eq!(
        look(Look { newcomers: vec![one], others: vec![two], known: ids.clone().into(), ..Look::default() }).await,
        [(FIRST, 3)]
    );
    let entered = Look { others: vec![one, two], known: ids[..1].into(), read: vec![(ids[1], one)], ..Look::default() };
    assert_eq!(look(entered).await, [(FIRST, 2), (FIRST + 1, 2)], "what entered the list is read once");
    let marked = Look { others: vec![one, two], known: ids.clone().into(), read: vec![(ids[2], two)], ..Look::default() };
    assert_eq!(look(marked).await, [(FIRST + 1, 1)]);
    assert!(look(Look::default()).await.is_empty(), "nobody is nobody");
    // However many: a chunk of people follows another.
    let all = (FIRST..FIRST + MEMBERS).chain([OPERATOR.get()]).map(UserId::new).collect();
    assert_eq!(look(Look { newcomers: all, ..Look::default() }).await.len() as i64, MEMBERS);
}

on_both_databases!(only_who_has_a_screen_is_read);
