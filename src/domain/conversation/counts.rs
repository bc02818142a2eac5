//! How much there is to do in each view of the list: what somebody has not read, and what waits for an answer.
use schemars::JsonSchema;
use serde::Serialize;

use super::state::{ConversationStatus, Handler};
use crate::domain::access::{Principal, Scope};
use crate::domain::ids::*;

/// No count goes beyond it: screens show "99+".
const MOST: i64 = 100;

/// What the counts look at of a conversation that is open or pending.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Counted {
    pub id: ConversationId,
    pub inbound_count: i64,
    pub scope: Scope,
    /// A person owes the customer an answer.
    pub is_waiting: bool,
}

/// Whether a person owes an answer: the customer had the last word, nobody has put the conversation aside since, and it is not
/// the agent's or a bot's to answer, unless what it proposes waits for approval.
pub fn waits_for_a_person(status: ConversationStatus, handler: Handler, last_public_author: &str, has_suggestion: bool) -> bool {
    let is_a_persons = matches!(handler, Handler::Operator | Handler::Queue) || has_suggestion;
    status == ConversationStatus::Open && last_public_author == "c" && is_a_persons
}

/// A number for each view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct PerView<N> {
    pub mine: N,
    pub unassigned: N,
    pub all: N,
}

/// 100 stands for 100 and more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ViewCount {
    /// Conversations in which this person has not read all.
    #[schemars(range(min = 0, max = 100))]
    pub unread: i64,
    /// Conversations in which a person owes the customer an answer.
    #[schemars(range(min = 0, max = 100))]
    pub waiting: i64,
}

pub type ViewCounts = PerView<ViewCount>;

impl ViewCount {
    fn add(&mut self, is_unread: bool, is_waiting: bool) {
        self.unread = MOST.min(self.unread + i64::from(is_unread));
        self.waiting = MOST.min(self.waiting + i64::from(is_waiting));
    }
}

impl ViewCounts {
    /// Beside each conversation stands how many of the customer's messages `who` has read in it.
    pub fn of<'a>(who: &Principal, conversations: impl IntoIterator<Item = (&'a Counted, i64)>) -> Self {
        let mut counts = ViewCounts::default();
        for (it, read) in conversations.into_iter().filter(|(it, _)| who.sees(&it.scope)) {
            let is_unread = it.inbound_count > read;
            counts.all.add(is_unread, it.is_waiting);
            match it.scope.assignee_id {
                None => counts.unassigned.add(is_unread, it.is_waiting),
                Some(user) if user == who.user_id => counts.mine.add(is_unread, it.is_waiting),
                Some(_) => {}
            }
        }
        counts
    }

    pub fn unread(&self) -> PerView<i64> {
        PerView { mine: self.mine.unread, unassigned: self.unassigned.unread, all: self.all.unread }
    }

    pub fn waiting(&self) -> PerView<i64> {
        PerView { mine: self.mine.waiting, unassigned: self.unassigned.waiting, all: self.all.waiting }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::Role;

    #[test]
    fn only_a_persons_turn_waits() {
        use ConversationStatus::*;
        let waits = |status, handler, author, suggested| waits_for_a_person(status, handler, author, suggested);
        assert!(waits(Open, Handler::Queue, "c", false) && waits(Open, Handler::Operator, "c", false));
        assert!(!waits(Open, Handler::Operator, "u:7", false), "we have answered");
        assert!(!waits(Open, Handler::Agent, "c", false), "the agent answers");
        assert!(waits(Open, Handler::Agent, "c", true), "its proposal wants a look");
        assert!(!waits(Pending, Handler::Operator, "c", false) && !waits(Snoozed, Handler::Queue, "c", false));
    }

    #[test]
    fn each_view_counts_what_its_list_shows() {
        let me = Principal {
            company_id: CompanyId::new(1),
            user_id: UserId::new(7),
            session_id: 1,
            role: Role::Operator,
            name: String::new(),
            email: String::new(),
            departments: vec![3],
        };
        let mine = Scope { department_id: Some(4), assignee_id: Some(me.user_id) };
        let hers = Scope { department_id: Some(3), assignee_id: Some(UserId::new(8)) };
        let hidden = Scope { department_id: Some(4), assignee_id: None };
        let rows = [(1, mine, true), (2, hers, true), (3, Scope::default(), false), (4, hidden, true)];
        let rows =
            rows.map(|(id, scope, is_waiting)| Counted { id: ConversationId::new(id), inbound_count: 2, scope, is_waiting });
        let counts = ViewCounts::of(&me, rows.iter().zip([2, 1, 1, 1]));
        assert_eq!(counts.unread(), PerView { mine: 0, unassigned: 1, all: 2 });
        assert_eq!(counts.waiting(), PerView { mine: 1, unassigned: 0, all: 2 });
        let many = [(&rows[2], 0); 300];
        assert_eq!(ViewCounts::of(&me, many).all.unread, 100);
    }
}
