//! A kind of channel is known outside its folder only by what it can do, so that the next one is a folder and a line.

use super::source;

/// Where kinds are told apart, and the lines that the outside contract names them in.
const MAY: [&str; 4] = ["domain/channel/kind.rs", "app/ports.rs", "app/first_channel.rs", "api/mod.rs"];

/// The lines of a file before its tests, with their numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines().enumerate().take_while(|(_, line)| !line.starts_with("#[cfg(test)]"))
}

#[test]
fn nothing_outside_its_folder_names_telegram() {
    let mut named = vec![];
    for file in source::all() {
        if file.name.starts_with("connectors/telegram/") || file.name.contains("/tests") || MAY.contains(&file.name.as_str()) {
            continue;
        }
        let names = |line: &str| {
            ["ChannelKind::Telegram", "connectors::telegram", "super::telegram", "\"telegram\""]
                .iter()
                .any(|name| line.contains(name))
        };
        named.extend(
            lines(&file.text).filter(|(_, line)| names(line)).map(|(at, line)| format!("{}:{}: {line}", file.name, at + 1)),
        );
    }
    assert!(named.is_empty(), "{named:#?}");
    for name in MAY {
        let file = source::all().into_iter().find(|file| file.name == name).expect("a file");
        let is = lines(&file.text).any(|(_, line)| line.contains("Telegram"));
        assert!(is, "{name} names no kind any more: take it from the list");
    }
}
