//! One name, one thing: whoever reads a type's name anywhere in the crate knows which type is meant.

use std::collections::BTreeMap;

use super::source::{self, File};

/// May stand for two things, and why.
const MAY: [(&str, &str); 3] = [
    ("Conn", "each backend's connection; the queries are written once and compiled over either"),
    ("Db", "each backend's kind of database, likewise"),
    ("Engine", "each backend's threads or pools; `db::Store` picks one"),
];

struct Type<'a> {
    name: &'a str,
    is_public: bool,
    place: String,
}

/// The types that a file defines outside of functions and blocks.
fn types(file: &File) -> Vec<Type<'_>> {
    let mut found = vec![];
    let mut in_words = false;
    for (at, line) in file.text.lines().enumerate() {
        if line.starts_with("#[cfg(test)]") {
            break;
        }
        let words_begin = line.strip_prefix("word_enum! {").map(str::trim_start);
        let named = match words_begin {
            Some("") => {
                in_words = true;
                continue;
            }
            Some(rest) => Some((true, rest)),
            None if std::mem::take(&mut in_words) => {
                // Attributes come before the name.
                in_words = line.trim_start().starts_with("#[") || line.trim().is_empty();
                (!in_words).then(|| (true, line.trim_start()))
            }
            None => defined(line),
        };
        let Some((is_public, rest)) = named else { continue };
        let name = rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default();
        found.push(Type { name, is_public, place: format!("src/{}:{}", file.name, at + 1) });
    }
    found
}

/// `pub(super) struct Name…` → `(true, "Name…")`.
fn defined(line: &str) -> Option<(bool, &str)> {
    let (is_public, rest) = match line.strip_prefix("pub") {
        Some(rest) => (true, rest.strip_prefix('(').map_or(rest, |r| r.split_once(')').map_or("", |(_, rest)| rest))),
        None => (false, line),
    };
    // What is indented is an impl's or a function's own.
    let rest = if is_public { rest.trim_start() } else { rest };
    let rest = rest.strip_prefix("unsafe ").unwrap_or(rest);
    ["struct ", "enum ", "trait ", "type ", "union "]
        .iter()
        .find_map(|word| rest.strip_prefix(word))
        .map(|rest| (is_public, rest))
}

/// Each name of a public type that another type bears too. Private types may repeat each other's names (`Row`, `Inner`), but
/// not a public one's.
fn twice(files: &[File]) -> Vec<String> {
    let mut by_name: BTreeMap<&str, Vec<Type>> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.name.contains("tests")) {
        for found in types(file) {
            by_name.entry(found.name).or_default().push(found);
        }
    }
    by_name.retain(|name, types| types.len() > 1 && types.iter().any(|t| t.is_public) && !MAY.iter().any(|(may, _)| may == name));
    let line = |(name, types): (&str, Vec<Type>)| {
        format!("{name}: {}", types.iter().map(|t| t.place.as_str()).collect::<Vec<_>>().join(", "))
    };
    by_name.into_iter().map(line).collect()
}

#[test]
fn one_name_is_one_thing() {
    let files = source::all();
    let twice = twice(&files);
    assert!(twice.is_empty(), "\n{}", twice.join("\n"));
    let count = |name: &str| files.iter().flat_map(types).filter(|found| found.name == name).count();
    for (name, _) in MAY {
        assert!(count(name) > 1, "{name} is one thing now: take it from the list");
    }
}

/// The instrument itself.
#[test]
fn a_name_that_stands_twice_is_found() {
    let twice_in = |a: &str, b: &str| !twice(&[File::new("db/a.rs", a), File::new("hub/b.rs", b)]).is_empty();
    assert!(twice_in("pub struct Said;", "pub enum Said { A }"));
    assert!(twice_in("pub(super) struct Said;", "struct Said(i64);"));
    assert!(twice_in("pub trait Line: Send {}", "type Line<W> = Vec<W>;"));
    assert!(twice_in("word_enum! { Kind { A = \"a\" } }", "pub enum Kind {}"));
    assert!(twice_in("word_enum! {\n    /// Why.\n    Kind {\n        A = \"a\",\n    }\n}", "struct Kind;"));
    assert!(!twice_in("struct Row;", "struct Row;"), "private ones may repeat");
    assert!(!twice_in("pub struct A;\n    type Result = ();", "pub struct B;\n    type Result = ();"), "an impl's own");
    assert!(!twice_in("pub struct A;", "#[cfg(test)]\nmod tests {}\nstruct A;"), "a test's own");
}
