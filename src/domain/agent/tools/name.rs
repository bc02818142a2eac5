//! A tool's name as models and servers write it: `functions.register_lead`, `register_lead:0`, `Register-Lead`,
//! `register_lead<|channel|>commentary`.

/// Which of the `names` is meant.
pub fn known_name<'a>(written: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let written = written.split("<|").next().unwrap_or_default();
    let written = written.trim_matches(|c: char| !c.is_alphanumeric() && c != '_');
    // `register_lead:0`, but `default_api:register_lead`.
    let written = match written.rsplit_once(':') {
        Some((head, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => head,
        _ => written,
    };
    let last = written.rsplit(['.', ':', '/', ' ']).next().unwrap_or_default();
    let (written, last) = (plain(written), plain(last));
    let mut meant = None;
    for name in names {
        if name == written {
            return Some(name);
        }
        if name == last {
            meant = Some(name);
        }
    }
    meant
}

fn plain(name: &str) -> String {
    name.chars().map(|c| if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_known_in_every_dress() {
        let names = ["register_lead", "handoff", "stock"];
        for (written, meant) in [
            ("register_lead", Some("register_lead")),
            (" functions.register_lead ", Some("register_lead")),
            ("functions.register_lead:0", Some("register_lead")),
            ("default_api:handoff", Some("handoff")),
            ("tools/handoff", Some("handoff")),
            ("Register-Lead", Some("register_lead")),
            ("Register lead", Some("register_lead")),
            ("handoff()", Some("handoff")),
            ("handoff<|channel|>commentary", Some("handoff")),
            ("handoff json", None),
            ("restock", None),
            ("stock_exchange", None),
            ("", None),
        ] {
            assert_eq!(known_name(written, names.into_iter()), meant, "{written:?}");
        }
    }
}
