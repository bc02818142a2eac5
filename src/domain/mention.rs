//! Whom a note names: `@Dana Ospanova`, or `@Dana` where only one is called so.
use super::ids::UserId;

/// Each once, in the order of the team.
pub fn mentioned(text: &str, team: &[(UserId, String)]) -> Vec<UserId> {
    let text: Vec<char> = text.to_lowercase().chars().collect();
    let names: Vec<(UserId, Vec<char>)> =
        team.iter().map(|(id, name)| (*id, name.trim().to_lowercase().chars().collect())).collect();
    let mut found: Vec<UserId> = Vec::new();
    for at in text.iter().enumerate().filter(|(_, sign)| **sign == '@').map(|(at, _)| at) {
        // `name@site.kz` is an address.
        if at > 0 && text[at - 1].is_alphanumeric() {
            continue;
        }
        found.extend(named(&text[at + 1..], &names));
    }
    team.iter().map(|(id, _)| *id).filter(|id| found.contains(id)).collect()
}

/// The longest whole name that stands there; else the one whose first name it is.
fn named(text: &[char], names: &[(UserId, Vec<char>)]) -> Vec<UserId> {
    let stands = |name: &[char]| {
        let ends = text.get(name.len()).is_none_or(|next| !next.is_alphanumeric());
        !name.is_empty() && text.starts_with(name) && ends
    };
    let longest = names.iter().filter(|(_, name)| stands(name)).map(|(_, name)| name.len()).max();
    if let Some(length) = longest {
        return names.iter().filter(|(_, name)| name.len() == length && stands(name)).map(|(id, _)| *id).collect();
    }
    let first = |name: &[char]| name.iter().copied().take_while(|c| !c.is_whitespace()).collect::<Vec<char>>();
    let called: Vec<UserId> = names.iter().filter(|(_, name)| stands(&first(name))).map(|(id, _)| *id).collect();
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
}
