//! The people of one company who have a screen here, and what they were told. Only the task that counts has it.
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::look::{Found, Look};
use super::marks::News;
use crate::domain::access::Principal;
use crate::domain::conversation::counts::ViewCounts;
use crate::domain::ids::*;

/// People who are counted for before others get their turn on this thread.
pub const SLICE: usize = 100;

#[derive(Default)]
pub struct Audience {
    people: HashMap<UserId, Person>,
    /// The conversations that were looked at last, in order.
    known: Arc<[ConversationId]>,
    /// Who has read something since, and where.
    read: HashSet<(ConversationId, UserId)>,
}

struct Person {
    who: Arc<Principal>,
    /// `None`: one of the screens has not been told anything.
    told: Option<ViewCounts>,
    /// How much of each conversation that is known, in their order; `None` until it was looked up.
    read: Option<Box<[u32]>>,
}

impl Audience {
    /// Takes the news in and says what has to be looked up. What failed is looked up again next time.
    pub fn begin(&mut self, news: News) -> Look {
        for user in &news.left {
            self.people.remove(user);
        }
        for (user, who) in news.came {
            // Roles and departments are those of the newest sign-in.
            let read = self.people.remove(&user).and_then(|person| person.read);
            self.people.insert(user, Person { who, told: None, read });
        }
        self.read.extend(news.read);
        let (mut newcomers, mut others) = (Vec::new(), Vec::new());
        for (user, person) in &self.people {
            if person.read.is_none() { newcomers.push(*user) } else { others.push(*user) }
        }
        // Of newcomers everything is looked up, and of who left nothing.
        self.read.retain(|(_, user)| self.people.get(user).is_some_and(|person| person.read.is_some()));
        Look { newcomers, others, known: self.known.clone(), read: self.read.iter().copied().collect() }
    }

    /// Whose numbers are news to them. Gives way after every [`SLICE`] people.
    pub async fn end(&mut self, mut found: Found) -> Vec<(UserId, ViewCounts)> {
        let ids: Arc<[ConversationId]> = found.newest.iter().map(|it| it.id).collect();
        let was: Vec<Option<usize>> = ids.iter().map(|id| self.known.binary_search(id).ok()).collect();
        let has_moved = ids != self.known;
        let mut news = Vec::new();
        for (n, (user, person)) in self.people.iter_mut().enumerate() {
            let mut read = match person.read.take() {
                Some(read) if !has_moved => read,
                had => {
                    was.iter().map(|place| had.as_ref().zip(*place).and_then(|(had, at)| had.get(at)).map_or(0, |n| *n)).collect()
                }
            };
            for (place, count) in found.read.remove(user).unwrap_or_default() {
                if let Some(had) = read.get_mut(place) {
                    // One look at a time: what it finds is newer than what is known, also where somebody made it unread again.
                    *had = count;
                }
            }
            let counts = ViewCounts::of(&person.who, found.newest.iter().zip(read.iter().map(|count| i64::from(*count))));
            person.read = Some(read);
            if person.told != Some(counts) {
                person.told = Some(counts);
                news.push((*user, counts));
            }
            if n % SLICE == SLICE - 1 {
                tokio::task::yield_now().await;
            }
        }
        self.known = ids;
        self.read.clear();
        news
    }

    /// What they were told last has not reached them.
    pub fn forget(&mut self, users: impl IntoIterator<Item = UserId>) {
        for user in users {
            if let Some(person) = self.people.get_mut(&user) {
                person.told = None;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::domain::conversation::counts::Counted;
    use crate::hub::counts::tests::{open, person};

    #[derive(Default)]
    struct Here(Audience);

    impl Here {
        /// A look after these came and these read something; who is told how much they have not read.
        fn look(
            &mut self,
            came: &[i64],
            has_read: &[(i64, i64)],
            newest: &[Counted],
            rows: &[(i64, i64, i64)],
        ) -> Vec<(i64, i64)> {
            let look = self.begin(came, &[], has_read);
            assert_eq!(look.newcomers.len() + look.others.len(), self.0.people.len());
            let rows = rows.iter().map(|(id, user, count)| (ConversationId::new(*id), UserId::new(*user), *count));
            let mut found = Found::new(newest.to_vec());
            found.add(rows);
            let mut news = self.0.end(found).now_or_never().expect("few are counted for at once");
            news.sort_by_key(|(user, _)| *user);
            news.into_iter().map(|(user, counts)| (user.get(), counts.all.unread)).collect()
        }

        fn begin(&mut self, came: &[i64], left: &[i64], read: &[(i64, i64)]) -> Look {
            self.0.begin(News {
                left: left.iter().map(|user| UserId::new(*user)).collect(),
                came: came.iter().map(|user| (UserId::new(*user), person(*user))).collect(),
                read: read.iter().map(|(id, user)| (ConversationId::new(*id), UserId::new(*user))).collect(),
            })
        }
    }

    #[test]
    fn only_whose_numbers_changed_are_told_and_who_comes_always() {
        let mut here = Here::default();
        let newest = [open(1, 2), open(2, 1)];
        assert_eq!(here.look(&[7, 8], &[], &newest, &[(1, 7, 2)]), [(7, 1), (8, 2)]);
        assert_eq!(here.look(&[], &[(2, 8)], &newest, &[(2, 8, 1)]), [(8, 1)]);
        assert_eq!(here.look(&[], &[(2, 8)], &newest, &[(2, 8, 0)]), [(8, 2)], "8 has made it unread again");
        assert_eq!(here.look(&[7], &[], &newest, &[]), [(7, 1)], "the second screen asks");
        assert_eq!(here.look(&[], &[], &[open(2, 1), open(1, 3)], &[]), [(7, 2)], "8 had not read it before either");
        here.0.forget([UserId::new(8), UserId::new(9)]);
        assert_eq!(here.look(&[], &[], &newest, &[]), [(7, 1), (8, 2)], "what 8 was told last got lost");
    }

    #[test]
    fn what_failed_is_looked_up_again_and_what_left_the_list_is_forgotten() {
        let mut here = Here::default();
        let failed = here.begin(&[7], &[], &[]);
        assert_eq!(failed.newcomers, [UserId::new(7)]);
        assert_eq!(here.look(&[], &[], &[open(1, 2)], &[(1, 7, 2)]), [(7, 0)]);
        let failed = here.begin(&[], &[], &[(1, 7), (1, 8)]);
        assert_eq!((failed.others.len(), failed.read.len()), (1, 1), "8 has no screen");
        assert_eq!(here.begin(&[], &[], &[]).read, failed.read);
        assert_eq!(here.look(&[], &[], &[open(2, 1)], &[]), [(7, 1)]);
        let back = here.begin(&[], &[], &[]);
        assert!(back.read.is_empty() && *back.known == [ConversationId::new(2)], "1 is looked up when it comes back");
        let again = here.begin(&[7], &[7], &[(2, 7)]);
        assert_eq!((again.newcomers.len(), again.others.len(), again.read.len()), (1, 0, 0), "what 7 read meanwhile is unknown");
    }

    #[test]
    fn places_follow_their_conversations() {
        let mut here = Here::default();
        assert_eq!(here.look(&[7], &[], &[open(5, 2), open(3, 4), open(9, 1)], &[(3, 7, 4), (9, 7, 1)]), [(7, 1)]);
        assert_eq!(here.look(&[], &[], &[open(9, 1), open(1, 1), open(3, 4)], &[]), [], "5 is gone and 1 is new");
        assert_eq!(here.look(&[], &[], &[open(3, 4), open(9, 2)], &[]), [(7, 1)], "1 is gone and 9 has more");
        assert_eq!(here.look(&[], &[], &[open(3, 4)], &[]), [(7, 0)]);
    }
}
