//! What a local model thinks aloud: many servers leave it in the answer, between `<think>` and `</think>`. It quotes the
//! prompt and the customer, and is meant for nobody.

const BEGIN: &str = "<think>";
const END: &str = "</think>";

/// What is left to say. An end without a beginning ends what the prompt's template began, so all before it was thought;
/// what never ends is thought to the last letter.
pub fn without_thoughts(text: &str) -> String {
    // As long as the text: places in one are places in the other.
    let lower = text.to_ascii_lowercase();
    let mut said = String::with_capacity(text.len());
    let mut at = 0;
    loop {
        let find = |mark: &str| lower[at..].find(mark).map(|found| at + found);
        match (find(BEGIN), find(END)) {
            (Some(begin), Some(end)) if begin < end => {
                said.push_str(&text[at..begin]);
                at = end + END.len();
            }
            (_, Some(end)) => {
                said.clear();
                at = end + END.len();
            }
            (begin, None) => {
                said.push_str(&text[at..begin.unwrap_or(text.len())]);
                return said;
            }
        }
    }
}

/// The same of a text that still grows: half a mark at its end is not shown either. Thoughts that the template began cannot be
/// told from words before their end is there.
pub fn said_so_far(text: &str) -> String {
    let half = |tail: &str| [BEGIN, END].iter().any(|mark| mark.len() > tail.len() && mark.starts_with(tail));
    let whole = text.rfind('<').filter(|at| half(&text[*at..].to_ascii_lowercase())).map_or(text, |at| &text[..at]);
    without_thoughts(whole).trim().to_owned()
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

    #[test]
    fn a_growing_text_never_shows_a_thought() {
        let text = "<think>Клиент хочет дом.</think>\n\nВ каком городе? <think>Или посёлке?</think>5 < 7";
        let whole = "В каком городе? 5 < 7";
        for end in (0..=text.len()).filter(|end| text.is_char_boundary(*end)) {
            let said = said_so_far(&text[..end]);
            assert!(whole.starts_with(&said), "{said:?}");
        }
        assert_eq!(said_so_far(text), whole);
        assert_eq!(said_so_far("a <"), "a");
    }
}
