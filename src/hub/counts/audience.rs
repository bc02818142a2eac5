//! The people of one company who have a screen here, and what they were told.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::domain::access::Principal;
use crate::domain::conversation::counts::{Counted, ViewCounts};
use crate::domain::ids::*;

#[derive(Default)]
pub struct Audience {
    people: HashMap<UserId, Person>,
    /// The conversations that were looked at last.
    known: Arc<HashSet<ConversationId>>,
    is_due: bool,
    /// Who has read something since, and where.
    read: HashSet<(ConversationId, UserId)>,
}

struct Person {
    who: Arc<Principal>,
    screens: HashSet<u64>,
    /// `None`: one of the screens has not been told anything.
    told: Option<ViewCounts>,
    /// Of the conversations that are known; `None` until it was looked up.
    read: Option<HashMap<ConversationId, i64>>,
}

/// What has to be read from the tables.
pub struct Look {
    /// Of them nothing is known.
    pub newcomers: Vec<UserId>,
    /// Everybody else's reading of these is known, but for what follows.
    pub known: Arc<HashSet<ConversationId>>,
    pub read: Vec<(ConversationId, UserId)>,
}

pub struct Found {
    pub newest: Vec<Counted>,
    pub read: Vec<(ConversationId, UserId, i64)>,
}

impl Audience {
    pub fn came(&mut self, who: Arc<Principal>, screen: u64) {
        let person = self.people.entry(who.user_id).or_insert_with(|| Person {
            who: who.clone(),
            screens: HashSet::new(),
            told: None,
            read: None,
        });
        // Roles and departments are those of the newest sign-in.
        person.who = who;
        person.screens.insert(screen);
        person.told = None;
        self.is_due = true;
    }

    /// True when nobody is left.
    pub fn left(&mut self, user: UserId, screen: u64) -> bool {
        if let Some(person) = self.people.get_mut(&user) {
            person.screens.remove(&screen);
            if person.screens.is_empty() {
                self.people.remove(&user);
            }
        }
        self.people.is_empty()
    }

    pub fn has_changed(&mut self) {
        self.is_due = true;
    }

    pub fn has_read(&mut self, conversation: ConversationId, user: UserId) {
        if self.people.contains_key(&user) {
            self.read.insert((conversation, user));
            self.is_due = true;
        }
    }

    pub fn begin(&mut self) -> Option<Look> {
        if !std::mem::take(&mut self.is_due) {
            return None;
        }
        let newcomers = self.people.iter().filter(|(_, person)| person.read.is_none()).map(|(user, _)| *user).collect();
        Some(Look { newcomers, known: self.known.clone(), read: self.read.drain().collect() })
    }

    /// Nothing came of it: the same has to be looked up again.
    pub fn give_back(&mut self, look: Look) {
        self.read.extend(look.read);
        self.is_due = true;
    }

    /// Whose numbers are news to them.
    pub fn end(&mut self, look: Look, found: Found) -> Vec<(UserId, ViewCounts)> {
        let known: HashSet<ConversationId> = found.newest.iter().map(|it| it.id).collect();
        for newcomer in &look.newcomers {
            if let Some(person) = self.people.get_mut(newcomer) {
                person.read.get_or_insert_default();
            }
        }
        for (conversation, user, count) in found.read {
            let read = self.people.get_mut(&user).and_then(|person| person.read.as_mut());
            if let Some(read) = read.filter(|_| known.contains(&conversation)) {
                // Reading never goes backwards.
                let had = read.entry(conversation).or_default();
                *had = count.max(*had);
            }
        }
        let has_lost_some = look.known.iter().any(|id| !known.contains(id));
        let mut news = Vec::new();
        for (user, person) in &mut self.people {
            // Who came in the meantime is looked up next time.
            let Some(read) = &mut person.read else { continue };
            if has_lost_some {
                read.retain(|id, _| known.contains(id));
            }
            let counts = ViewCounts::of(&person.who, &found.newest, |id| read.get(&id).copied().unwrap_or(0));
            if person.told != Some(counts) {
                person.told = Some(counts);
                news.push((*user, counts));
            }
        }
        self.known = Arc::new(known);
        news
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::access::{Role, Scope};

    fn person(user: i64) -> Arc<Principal> {
        Arc::new(Principal {
            company_id: CompanyId::new(1),
            user_id: UserId::new(user),
            session_id: 1,
            role: Role::Operator,
            name: String::new(),
            email: String::new(),
            departments: vec![],
        })
    }

    fn open(id: i64, inbound_count: i64) -> Counted {
        Counted { id: ConversationId::new(id), inbound_count, scope: Scope::default(), is_waiting: true }
    }

    fn look(audience: &mut Audience, newest: &[Counted], read: &[(i64, i64, i64)]) -> Vec<(i64, i64)> {
        let look = audience.begin().expect("there is something to look at");
        let read = read.iter().map(|(id, user, count)| (ConversationId::new(*id), UserId::new(*user), *count)).collect();
        let mut news = audience.end(look, Found { newest: newest.to_vec(), read });
        news.sort_by_key(|(user, _)| *user);
        news.into_iter().map(|(user, counts)| (user.get(), counts.all.unread)).collect()
    }

    #[test]
    fn only_whose_numbers_changed_are_told_and_who_comes_always() {
        let mut audience = Audience::default();
        assert!(audience.begin().is_none());
        audience.came(person(7), 1);
        audience.came(person(8), 2);
        assert_eq!(look(&mut audience, &[open(1, 2), open(2, 1)], &[(1, 7, 2)]), [(7, 1), (8, 2)]);
        assert!(audience.begin().is_none(), "nothing has happened");
        audience.has_read(ConversationId::new(2), UserId::new(8));
        audience.has_read(ConversationId::new(2), UserId::new(9));
        assert_eq!(look(&mut audience, &[open(1, 2), open(2, 1)], &[(2, 8, 1)]), [(8, 1)]);
        audience.came(person(7), 3);
        assert_eq!(look(&mut audience, &[open(1, 2), open(2, 1)], &[]), [(7, 1)], "the second screen asks");
        audience.has_changed();
        assert_eq!(look(&mut audience, &[open(1, 3), open(2, 1)], &[]), [(7, 2)], "8 had not read it before either");
        assert!(!audience.left(UserId::new(7), 1) && !audience.left(UserId::new(7), 3) && audience.left(UserId::new(8), 2));
    }

    #[test]
    fn what_failed_is_looked_up_again_and_what_left_the_list_is_forgotten() {
        let mut audience = Audience::default();
        audience.came(person(7), 1);
        let failed = audience.begin().expect("a look");
        assert_eq!(failed.newcomers, [UserId::new(7)]);
        audience.give_back(failed);
        assert_eq!(look(&mut audience, &[open(1, 2)], &[(1, 7, 2)]), [(7, 0)]);
        audience.has_changed();
        assert_eq!(look(&mut audience, &[open(2, 1)], &[]), [(7, 1)]);
        audience.has_changed();
        let back = audience.begin().expect("a look");
        assert!(!back.known.contains(&ConversationId::new(1)), "its reading is looked up when it comes back");
    }
}
