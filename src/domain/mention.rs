//! Whom a note names: `@Dana Ospanova`, or `@Dana` where only one is called so.
use std::collections::HashSet;

use super::ids::UserId;

/// A note is no mailing list: so many of its `@` are looked at, and so many people are told.
const SIGNS: usize = 50;
const PEOPLE: usize = 50;

/// A colleague's name in small letters; the first name is its beginning.
struct Name {
    id: UserId,
    whole: Vec<char>,
    first: usize,
}

impl Name {
    fn new(id: UserId, name: &str) -> Self {
        let whole: Vec<char> = name.trim().to_lowercase().chars().collect();
        let first = whole.iter().position(|c| c.is_whitespace()).unwrap_or(whole.len());
        Name { id, whole, first }
    }
}

/// Each once, in the order of the team.
pub fn mentioned(text: &str, team: &[(UserId, String)]) -> Vec<UserId> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let names: Vec<Name> = team.iter().map(|(id, name)| Name::new(*id, name)).collect();
    let found: HashSet<UserId> = places(&text).flat_map(|at| named(&text[at..], &names)).collect();
    team.iter().map(|(id, _)| *id).filter(|id| found.contains(id)).take(PEOPLE).collect()
}

/// Where names may begin: behind an `@`, but `name@site.kz` is an address.
fn places(text: &[char]) -> impl Iterator<Item = usize> {
    let begins = |at: &usize| text[*at] == '@' && (*at == 0 || !text[at - 1].is_alphanumeric());
    (0..text.len()).filter(begins).map(|at| at + 1).take(SIGNS)
}

/// The longest whole name that stands there; else the one whose first name it is.
fn named(text: &[char], names: &[Name]) -> Vec<UserId> {
    let stands = |name: &[char]| {
        let ends = text.get(name.len()).is_none_or(|next| !next.is_alphanumeric());
        !name.is_empty() && ends && text.starts_with(name)
    };
    let whole: Vec<&Name> = names.iter().filter(|name| stands(&name.whole)).collect();
    if let Some(length) = whole.iter().map(|name| name.whole.len()).max() {
        return whole.iter().filter(|name| name.whole.len() == length).map(|name| name.id).collect();
    }
    let called: Vec<UserId> = names.iter().filter(|name| stands(&name.whole[..name.first])).map(|name| name.id).take(2).collect();
    if called.len() == 1 { called } else { vec![] }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_names_people_as_people_write_names() {
        let team = [(1, "Dana"), (2, "Dana Ospanova"), (3, "\u{410}\u{439}\u{434}\u{430} Kim"), (4, "Aru Bek"), (5, "Aru Tor")];
        let team = team.map(|(id, name)| (UserId::new(id), name.to_owned()));
        let of = |text: &str| mentioned(text, &team).iter().map(|id| id.get()).collect::<Vec<_>>();
        assert_eq!(of("@Dana, look"), [1]);
        assert_eq!(of("ask @dana ospanova!"), [2], "the longest name counts");
        assert_eq!(of("@\u{430}\u{439}\u{434}\u{430} and @Dana"), [1, 3], "a first name will do");
        assert_eq!(of("@Aru"), Vec::<i64>::new(), "two are called so");
        assert_eq!(of("@Aru Tor @Aru Tor"), [5]);
        assert_eq!(of("mail dana@dana.kz, @Danara, @"), Vec::<i64>::new());
    }

    #[test]
    fn a_note_of_nothing_but_signs_is_soon_read() {
        let text: Vec<char> = "@".repeat(64 * 1024).chars().collect();
        assert_eq!(places(&text).count(), SIGNS);
        let team = [(UserId::new(1), "Dana".to_owned())];
        let late = |signs: usize| mentioned(&format!("{}@Dana", "@ ".repeat(signs)), &team);
        assert_eq!((late(SIGNS - 1).len(), late(SIGNS).len()), (1, 0));
        let addresses = format!("{}@Dana", "a@b.kz ".repeat(SIGNS));
        assert_eq!(mentioned(&addresses, &team).len(), 1, "an address names nobody and costs nothing");
    }

    #[test]
    fn a_note_tells_so_many_and_no_more() {
        let team: Vec<(UserId, String)> = (1..=1000).map(|id| (UserId::new(id), "Aru Bek".to_owned())).collect();
        let told = mentioned("@Aru Bek @Aru Bek", &team);
        assert_eq!(told, (1..=PEOPLE as i64).map(UserId::new).collect::<Vec<_>>());
    }
}
