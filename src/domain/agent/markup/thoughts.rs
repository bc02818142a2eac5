//! What a model thinks aloud: many servers leave it in the answer, between `<think>` and `</think>` or the marks of another
//! family. It quotes the prompt and the customer, and is meant for nobody.
use super::tag::tag_at;

/// Marks that are no tags.
const PAIRS: &[(&str, &str)] = &[
    ("<|channel>", "<channel|>"),
    ("<unused94>", "<unused95>"),
    ("<|inner_prefix|>", "<|inner_suffix|>"),
    ("here is my thought process:", "here is my response:"),
];

/// How a thought begins where a server has taken the marks away.
pub(super) const BARE: &str = "thought\n";

struct Mark {
    begins: bool,
    at: usize,
    end: usize,
}

/// What is left to say. An end without a beginning ends what the prompt's template began, so all before it was thought;
/// what never ends is thought to the last letter.
pub(super) fn without_thoughts(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    let (mut rest, mut is_thinking) = (0, false);
    for mark in marks(text) {
        if mark.at < rest {
            continue;
        }
        match (mark.begins, is_thinking) {
            (true, false) => said.push_str(&text[rest..mark.at]),
            (true, true) => {}
            (false, true) => {}
            (false, false) => said.clear(),
        }
        (rest, is_thinking) = (mark.end, mark.begins);
    }
    if !is_thinking {
        said.push_str(&text[rest..]);
    }
    said
}

/// The answer begins in the middle of a thought, as only its end tells: the prompt's template began it.
pub fn begins_in_thought(text: &str) -> bool {
    marks(text).first().is_some_and(|mark| !mark.begins)
}

/// Where the thought begins that does not end.
pub(super) fn endless(text: &str) -> Option<usize> {
    marks(text).pop().filter(|mark| mark.begins).map(|mark| mark.end)
}

fn marks(text: &str) -> Vec<Mark> {
    // As long as the text: places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    let tags = text.match_indices(['<', '[', '◁']).filter_map(|(at, _)| {
        let tag = tag_at(text, at).filter(|tag| tag.is_thought())?;
        Some(Mark { begins: !tag.is_closing, at, end: tag.end })
    });
    let mut marks: Vec<Mark> = tags.collect();
    for (begin, end) in PAIRS {
        for (mark, begins) in [(begin, true), (end, false)] {
            marks.extend(lower.match_indices(mark).map(|(at, _)| Mark { begins, at, end: at + mark.len() }));
        }
    }
    marks.sort_by_key(|mark| mark.at);
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thoughts_are_not_said() {
        for (text, said) in [
            ("В каком городе?", "В каком городе?"),
            ("a < b, <thin ice>, </p>", "a < b, <thin ice>, </p>"),
            ("<think>Спросить город.</think>В каком городе?", "В каком городе?"),
            ("<THINK>\nShout.\n</Think>Hi", "Hi"),
            ("<think></think>Hi", "Hi"),
            ("Да. <think>Дом?</think>Дом? <think>Ещё</think>Где?", "Да. Дом? Где?"),
            // The template began it.
            ("Спросить город.\n</think>Где?", "Где?"),
            ("<think>a<think>b</think>c</think>Где?", "Где?"),
            // The tokens ran out.
            ("<think>Спросить", ""),
            ("Да. <think>Спросить", "Да. "),
            ("<think>a</think>b<think>c", "b"),
            ("", ""),
        ] {
            assert_eq!(without_thoughts(text), said, "{text:?}");
        }
    }
}
