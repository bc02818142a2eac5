//! Who has a screen, on this node and on others. Each node tells its own screens when somebody came or left for all of them.
use std::collections::{HashMap, HashSet};

use crate::domain::ids::*;

type User = (CompanyId, UserId);

#[derive(Default)]
pub struct Presence {
    here: HashMap<User, usize>,
    elsewhere: HashMap<String, HashSet<User>>,
}

impl Presence {
    fn is_online(&self, user: &User) -> bool {
        self.here.contains_key(user) || self.elsewhere.values().any(|users| users.contains(user))
    }

    /// A screen opened here: is it the user's first on this node, and anywhere?
    pub fn came(&mut self, user: User) -> (bool, bool) {
        let was_online = self.is_online(&user);
        let n = self.here.entry(user).or_default();
        *n += 1;
        (*n == 1, !was_online)
    }

    /// A screen closed here: was it the user's last on this node, and anywhere?
    pub fn left(&mut self, user: User) -> (bool, bool) {
        match self.here.get_mut(&user) {
            Some(n) if *n > 1 => {
                *n -= 1;
                (false, false)
            }
            Some(_) => {
                self.here.remove(&user);
                (true, !self.is_online(&user))
            }
            None => (false, false),
        }
    }

    /// True when this changes whether the user is online.
    pub fn elsewhere(&mut self, node: &str, user: User, on: bool) -> bool {
        let before = self.is_online(&user);
        let users = self.elsewhere.entry(node.to_owned()).or_default();
        if on {
            users.insert(user);
        } else {
            users.remove(&user);
        }
        before != self.is_online(&user)
    }

    /// The node's whole list; gives who came and who left by it.
    pub fn all_elsewhere(&mut self, node: &str, users: HashSet<User>) -> Vec<(User, bool)> {
        let was = self.elsewhere.get(node).cloned().unwrap_or_default();
        let touched: Vec<User> = was.symmetric_difference(&users).copied().collect();
        let before: Vec<bool> = touched.iter().map(|user| self.is_online(user)).collect();
        if users.is_empty() {
            self.elsewhere.remove(node);
        } else {
            self.elsewhere.insert(node.to_owned(), users);
        }
        let after = touched.iter().map(|user| self.is_online(user));
        let changes = touched.iter().zip(before).zip(after).filter(|((_, before), after)| before != after);
        changes.map(|((user, _), after)| (*user, after)).collect()
    }

    /// Nodes that are not among these are gone, and their screens with them; gives who left by it.
    pub fn only(&mut self, nodes: &[String]) -> Vec<(User, bool)> {
        let gone: Vec<String> = self.elsewhere.keys().filter(|node| !nodes.contains(node)).cloned().collect();
        gone.iter().flat_map(|node| self.all_elsewhere(node, HashSet::new())).collect()
    }

    pub fn here(&self) -> Vec<User> {
        self.here.keys().copied().collect()
    }

    /// The users of a company with a screen anywhere, in order.
    pub fn online(&self, company: CompanyId) -> Vec<UserId> {
        let everywhere = self.here.keys().chain(self.elsewhere.values().flatten());
        let mut users: Vec<UserId> = everywhere.filter(|(of, _)| *of == company).map(|(_, user)| *user).collect();
        users.sort_unstable();
        users.dedup();
        users
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_online_as_long_as_one_screen_is_open_on_any_node() {
        let mut presence = Presence::default();
        let firm = CompanyId::new(1);
        let (dana, bek) = ((firm, UserId::new(7)), (firm, UserId::new(8)));
        assert_eq!(presence.came(dana), (true, true));
        assert_eq!(presence.came(dana), (false, false));
        assert!(!presence.elsewhere("b", dana, true), "she was online already");
        assert_eq!((presence.left(dana), presence.left(dana)), ((false, false), (true, false)));
        assert_eq!(presence.online(firm), [dana.1]);
        let mut changes = presence.all_elsewhere("b", HashSet::from([bek]));
        changes.sort_unstable();
        assert_eq!(changes, [(dana, false), (bek, true)]);
        assert_eq!(presence.only(&["a".to_owned()]), [(bek, false)]);
        assert_eq!((presence.online(firm), presence.left(dana)), (vec![], (false, false)));
    }
}
