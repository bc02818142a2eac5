//! What has happened in each company since its counts were last looked at.
//!
//! Whoever publishes events waits for these marks: each is set in a few steps, however many people a company has.
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::domain::access::Principal;
use crate::domain::event::{Event, EventKind};
use crate::domain::ids::*;

#[derive(Default)]
pub struct Marks {
    companies: HashMap<CompanyId, CompanyMarks>,
    /// Each that is due, once; who has waited longest comes first.
    due: VecDeque<CompanyId>,
}

/// A company that somebody has a screen in.
#[derive(Default)]
struct CompanyMarks {
    screens: HashMap<UserId, Vec<u64>>,
    is_due: bool,
    news: News,
}

#[derive(Default)]
pub struct News {
    /// Whose last screen has closed. What was known of them is old, also when they came back.
    pub left: HashSet<UserId>,
    /// Who has a screen that was told nothing yet.
    pub came: HashMap<UserId, Arc<Principal>>,
    /// Who has read something, and where.
    pub read: HashSet<(ConversationId, UserId)>,
}

impl Marks {
    pub fn came(&mut self, who: Arc<Principal>, screen: u64) {
        let company = who.company_id;
        let watched = self.companies.entry(company).or_default();
        let screens = watched.screens.entry(who.user_id).or_default();
        if !screens.contains(&screen) {
            screens.push(screen);
        }
        watched.news.came.insert(who.user_id, who);
        self.is_due(company);
    }

    /// True when nobody is left.
    pub fn left(&mut self, company: CompanyId, user: UserId, screen: u64) -> bool {
        let Some(watched) = self.companies.get_mut(&company) else { return false };
        let Some(screens) = watched.screens.get_mut(&user) else { return false };
        screens.retain(|it| *it != screen);
        if screens.is_empty() {
            watched.screens.remove(&user);
            watched.news.came.remove(&user);
            watched.news.left.insert(user);
        }
        let is_empty = watched.screens.is_empty();
        if is_empty {
            self.is_due(company);
        }
        is_empty
    }

    /// True when it matters to somebody.
    pub fn heard(&mut self, events: &[Arc<Event>]) -> bool {
        let mut matters = false;
        for event in events {
            let (Some(conversation), Some(watched)) = (event.conversation_id, self.companies.get_mut(&event.company_id)) else {
                continue;
            };
            if let (Some(EventKind::UnreadUpdated), Some(user)) = (event.kind, event.user_id) {
                if !watched.screens.contains_key(&user) {
                    continue;
                }
                watched.news.read.insert((conversation, user));
            }
            self.is_due(event.company_id);
            matters = true;
        }
        matters
    }

    pub fn is_due(&mut self, company: CompanyId) {
        if let Some(watched) = self.companies.get_mut(&company)
            && !std::mem::replace(&mut watched.is_due, true)
        {
            self.due.push_back(company);
        }
    }

    /// What is new in those that `may` be looked at (`None`: nobody is left there), and whether others stay due.
    pub fn take(&mut self, may: impl Fn(CompanyId) -> bool) -> (Vec<(CompanyId, Option<News>)>, bool) {
        let mut taken = Vec::new();
        self.due.retain(|company| {
            if !may(*company) {
                return true;
            }
            if let Entry::Occupied(mut watched) = self.companies.entry(*company) {
                if watched.get().screens.is_empty() {
                    watched.remove();
                    taken.push((*company, None));
                } else {
                    watched.get_mut().is_due = false;
                    taken.push((*company, Some(std::mem::take(&mut watched.get_mut().news))));
                }
            }
            false
        });
        (taken, !self.due.is_empty())
    }

    #[cfg(test)]
    pub fn is_empty(&self) -> bool {
        self.companies.is_empty() && self.due.is_empty()
    }
}
