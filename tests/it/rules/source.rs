//! Just enough of Rust to read which rooms a source file names.

use std::path::{Path, PathBuf};

pub struct File {
    /// Relative to `src/`.
    pub name: String,
    pub text: String,
}

impl File {
    pub fn new(name: &str, text: &str) -> File {
        File { name: name.into(), text: without_comments(text) }
    }

    /// `db/pg.rs` and `db.rs` are both in the room `db`.
    pub fn room(&self) -> &str {
        let head = self.name.split('/').next().unwrap_or_default();
        let head = head.strip_suffix(".rs").unwrap_or(head);
        if head == "commands" { "main" } else { head }
    }

    /// How many `super::` lead out of the file to the root of the crate.
    fn depth(&self) -> usize {
        let parts = self.name.trim_end_matches("/mod.rs").split('/').count();
        if matches!(self.name.as_str(), "lib.rs" | "main.rs") { 0 } else { parts }
    }

    /// `(line number, room, the line)` for each room of the crate that the file names.
    pub fn names(&self) -> Vec<(usize, String, String)> {
        let mut found = Vec::new();
        for start in ["crate::", "switchboard::"] {
            for (at, _) in self.text.match_indices(start) {
                let whole_word = !self.text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
                if whole_word {
                    self.heads(at + start.len(), &mut found);
                }
            }
        }
        // The way out by `super::super::…`; inside the file's own modules it leads less far, which a room's name tells.
        let climb = "super::".repeat(self.depth().max(1));
        for (at, _) in self.text.match_indices(&climb) {
            if !self.text[..at].ends_with("::") {
                self.heads(at + climb.len(), &mut found);
            }
        }
        found.sort();
        found
    }

    /// The first names of the path, or of each path between the braces, that begins here.
    fn heads(&self, at: usize, found: &mut Vec<(usize, String, String)>) {
        let number = self.text[..at].matches('\n').count();
        let line = self.text.lines().nth(number).unwrap_or_default().trim().to_owned();
        let rest = &self.text[at..];
        let Some(group) = rest.strip_prefix('{') else {
            found.push((number + 1, word(rest), line));
            return;
        };
        let (mut depth, mut fresh) = (0, true);
        for (at, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => fresh = true,
                c if fresh && !c.is_whitespace() => {
                    found.push((number + 1, word(&group[at..]), line.clone()));
                    fresh = false;
                }
                _ => {}
            }
        }
    }
}

fn word(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// Blank, not gone: line numbers stay.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| if line.trim_start().starts_with("//") { "" } else { line }).collect::<Vec<_>>().join("\n")
}

pub fn all() -> Vec<File> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    walk(&root, &mut paths);
    let files: Vec<File> = paths
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a source file");
            File::new(path.strip_prefix(&root).expect("inside src").to_str().expect("UTF-8"), &text)
        })
        .collect();
    assert!(files.len() > 50, "only {} files read", files.len());
    files
}

fn walk(dir: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            walk(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            into.push(path);
        }
    }
    into.sort();
}
