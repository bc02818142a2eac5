//! Who marks waits for nobody who counts.
use std::pin::pin;
use std::task::{Context, Waker};

use super::audience::{Audience, SLICE};
use super::look::Found;
use super::*;
use crate::domain::access::{Role, Scope};
use crate::domain::conversation::counts::Counted;
use crate::domain::event::{EventBody, EventKind, EventParts};

const COMPANY: CompanyId = CompanyId::new(1);

pub fn person(user: i64) -> Arc<Principal> {
    Arc::new(Principal {
        company_id: COMPANY,
        user_id: UserId::new(user),
        session_id: 1,
        role: Role::Operator,
        name: String::new(),
        email: String::new(),
        departments: vec![],
    })
}

pub fn open(id: i64, inbound_count: i64) -> Counted {
    Counted { id: ConversationId::new(id), inbound_count, scope: Scope::default(), is_waiting: true }
}

fn event(kind: EventKind, conversation: i64, user: Option<i64>) -> Arc<Event> {
    Event::new(EventParts {
        company_id: COMPANY,
        seq: 1,
        at: 0,
        kind,
        conversation_id: Some(ConversationId::new(conversation)),
        message_id: None,
        customer_id: None,
        user_id: user.map(UserId::new),
        scope: Scope::default(),
        before: None,
        body: EventBody::Gone,
    })
}

fn take(counts: &Counts) -> Option<News> {
    let mut taken = counts.take(|_| true);
    taken.pop().and_then(|(_, news)| news)
}

#[test]
fn what_is_published_waits_for_no_walk() {
    const PEOPLE: i64 = 2_000;
    let counts = Counts::default();
    for user in 1..=PEOPLE {
        counts.came(&person(user), 1);
    }
    let mut audience = Audience::default();
    let look = audience.begin(take(&counts).expect("news"));
    assert_eq!(look.newcomers.len() as i64, PEOPLE);
    let found = Found::new((1..=500).map(|id| open(id, 2)).collect());
    let mut walk = pin!(audience.end(found));
    let mut pauses = 0;
    let news = loop {
        match walk.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            std::task::Poll::Ready(news) => break news,
            std::task::Poll::Pending => pauses += 1,
        }
        // In the midst of it, on another thread, as the sequencer does.
        let publisher = counts.clone();
        let heard = std::thread::spawn(move || publisher.heard(&[event(EventKind::UnreadUpdated, 3, Some(7))]));
        heard.join().expect("it was heard");
        assert_eq!(take(&counts).expect("news").read.len(), 1);
    };
    assert_eq!((news.len() as i64, pauses), (PEOPLE, PEOPLE as usize / SLICE));
    assert!(news.iter().all(|(_, counts)| counts.all.unread == 100));
}

#[test]
fn only_what_somebody_here_is_shown_is_marked() {
    let counts = Counts::default();
    counts.heard(&[event(EventKind::MessageCreated, 3, None)]);
    assert!(counts.take(|_| true).is_empty(), "nobody is here");
    counts.came(&person(7), 1);
    counts.came(&person(7), 2);
    assert_eq!(take(&counts).expect("news").came.len(), 1);
    counts.heard(&[event(EventKind::UnreadUpdated, 3, Some(8))]);
    assert!(counts.take(|_| true).is_empty(), "8 has no screen");
    counts.heard(&[event(EventKind::MessageCreated, 3, None), event(EventKind::UnreadUpdated, 3, Some(7))]);
    assert!(counts.take(|_| false).is_empty(), "not now");
    assert_eq!(take(&counts).expect("it has stayed due").read.len(), 1);
    counts.left(COMPANY, UserId::new(7), 1);
    counts.came(&person(8), 3);
    counts.left(COMPANY, UserId::new(7), 2);
    let news = take(&counts).expect("news");
    assert!(news.left.contains(&UserId::new(7)) && news.came.contains_key(&UserId::new(8)));
    counts.left(COMPANY, UserId::new(8), 3);
    counts.came(&person(8), 4);
    let news = take(&counts).expect("somebody is there again");
    assert_eq!((news.left.len(), news.came.len()), (1, 1), "what was known of 8 is old");
    counts.left(COMPANY, UserId::new(8), 4);
    assert!(counts.take(|_| true).iter().all(|(_, news)| news.is_none()) && counts.marks().is_empty());
}
