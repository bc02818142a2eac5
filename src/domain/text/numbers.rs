//! Numbers in a text, however people write them: `8 (705) 111-22-33`, `+7.705.111.22.33`, `８７０５１１１２２３３`.

/// Fewer digits are a price or a house; more than a number of the world has are several numbers.
pub const LEAST_DIGITS: usize = 7;
pub const MOST_DIGITS: usize = 15;
/// A number of one country with its code: what a stretch of several is cut into.
const USUAL_DIGITS: usize = 12;
/// Signs between two groups of digits of one number: `) - `.
const MOST_BETWEEN: usize = 3;

/// Digits that stand together, with nothing but spaces, dashes, dots and brackets in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitRun {
    /// Where it stands in its text, in bytes.
    pub from: usize,
    pub to: usize,
    /// A plus stands before it: the country's code comes first.
    pub plus: bool,
    /// The digits as ASCII, as they are grouped, and where each group stands.
    pub groups: Vec<DigitGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitGroup {
    pub from: usize,
    pub to: usize,
    pub digits: String,
}

impl DigitRun {
    pub fn digits(&self) -> String {
        self.groups.iter().map(|group| group.digits.as_str()).collect()
    }

    /// Whole groups that may be a number by themselves: all of them, or where these are too many each stretch that is as
    /// long as a number, the longer before the shorter.
    pub fn stretches(&self, longest: usize) -> impl Iterator<Item = DigitRun> + '_ {
        (0..self.groups.len()).flat_map(move |first| self.beginning_at(first, longest))
    }

    fn beginning_at(&self, first: usize, longest: usize) -> Vec<DigitRun> {
        let mut length = 0;
        let mut found = Vec::new();
        for (at, group) in self.groups.iter().enumerate().skip(first) {
            length += group.digits.len();
            if length > longest {
                break;
            }
            if length >= LEAST_DIGITS {
                let from = if first == 0 { self.from } else { self.groups[first].from };
                let groups = self.groups[first..=at].to_vec();
                found.push(DigitRun { from, to: group.to, plus: self.plus && first == 0, groups });
            }
        }
        found.reverse();
        found
    }

    /// The numbers that it may be meant as.
    pub fn numbers(&self) -> Vec<String> {
        let digits = self.digits();
        if digits.len() <= MOST_DIGITS {
            return if digits.len() >= LEAST_DIGITS { vec![digits] } else { vec![] };
        }
        let mut found: Vec<String> = self.stretches(USUAL_DIGITS).map(|run| run.digits()).collect();
        found.retain(|number| number.len() >= LEAST_DIGITS + 3);
        found
    }
}

/// The runs of digits in a text, in its order.
pub fn runs(text: &str) -> Vec<DigitRun> {
    let mut runs: Vec<DigitRun> = Vec::new();
    let mut open: Option<DigitRun> = None;
    let (mut between, mut plus_at) = (0, None);
    for (at, c) in text.char_indices() {
        if let Some(digit) = digit(c) {
            let run = open.get_or_insert_with(|| DigitRun {
                from: plus_at.unwrap_or(at),
                to: at,
                plus: plus_at.is_some(),
                groups: vec![],
            });
            match run.groups.last_mut().filter(|_| between == 0) {
                Some(group) => group.digits.push(digit),
                None => run.groups.push(DigitGroup { from: at, to: at, digits: digit.to_string() }),
            }
            run.to = at + c.len_utf8();
            if let Some(group) = run.groups.last_mut() {
                group.to = run.to;
            }
            (between, plus_at) = (0, None);
            continue;
        }
        between += 1;
        if c == '+' || c == '＋' {
            runs.extend(open.take());
            plus_at = Some(at);
        } else if !is_between(c) || between > MOST_BETWEEN || begins_anew(c, &open, &text[..at], &text[at + c.len_utf8()..]) {
            runs.extend(open.take());
            plus_at = None;
        }
    }
    runs.extend(open);
    runs
}

/// Behind a whole number: `(24/7)`, ` - 2 подъезд`. A number's own bracket stands further in front.
fn begins_anew(c: char, open: &Option<DigitRun>, before: &str, after: &str) -> bool {
    let is_whole = || open.as_ref().is_some_and(|run| run.groups.iter().map(|group| group.digits.len()).sum::<usize>() >= 10);
    let stands_apart = || before.ends_with(char::is_whitespace) && after.starts_with(char::is_whitespace);
    match c {
        '(' => is_whole(),
        '-' | '–' | '—' => stands_apart() && is_whole(),
        _ => false,
    }
}

/// A digit of any keyboard as ASCII.
fn digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => '0',
        '０'..='９' => '０',
        '\u{660}'..='\u{669}' => '\u{660}',
        '\u{6f0}'..='\u{6f9}' => '\u{6f0}',
        _ => return None,
    };
    char::from_digit(c as u32 - zero as u32, 10)
}

fn is_between(c: char) -> bool {
    matches!(c, '-' | '.' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '（' | '）' | '．')
        || (c.is_whitespace() && !matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}'))
        || super::visible::is_invisible(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(text: &str) -> Vec<String> {
        runs(text).iter().map(DigitRun::digits).collect()
    }

    #[test]
    fn one_number_is_one_run_however_it_is_written() {
        for text in [
            "8 705 111 22 33",
            "8(705)111-22-33",
            "8 (705) 111 – 22 – 33",
            "8.705.111.22.33",
            "８７０５１１１２２３３",
            "тел.87051112233, Канат",
            "8\u{a0}705\u{a0}111\u{a0}22\u{a0}33",
            "8\u{2011}705\u{2011}111\u{2011}22\u{2011}33",
            "\u{202a}8705\u{200b}1112233\u{202c}",
            "٨٧٠٥١١١٢٢٣٣",
        ] {
            assert_eq!(digits(text), ["87051112233"], "{text}");
        }
        let run = &runs("звоните +7 705 111 22 33!")[0];
        assert_eq!((run.plus, run.digits().as_str()), (true, "77051112233"));
    }

    #[test]
    fn what_stands_between_numbers_parts_them() {
        for text in
            ["87051112233, 87071112233", "87051112233/87071112233", "87051112233 и 87071112233", "87051112233\n87071112233"]
        {
            assert_eq!(digits(text), ["87051112233", "87071112233"], "{text}");
        }
        assert_eq!(digits("+77051112233 +77071112233"), ["77051112233", "77071112233"]);
        assert_eq!(digits("дом 150 м²,   12 соток"), ["150", "12"]);
        // Nothing but a space: each may be meant.
        let numbers = runs("8 705 111 22 33 8 707 111 22 33")[0].numbers();
        assert!(numbers.contains(&"87051112233".into()) && numbers.contains(&"87071112233".into()), "{numbers:?}");
        assert_eq!(runs("12")[0].numbers(), Vec::<String>::new());
    }

    #[test]
    fn a_long_text_of_digits_ends() {
        let text = "8 705 111 22 33 ".repeat(2_000);
        assert!(runs(&text)[0].numbers().len() < 100_000);
    }
}
