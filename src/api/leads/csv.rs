//! Rows as CSV (RFC 4180) that a spreadsheet may open without running what customers wrote.
use super::table::{LeadCells, PHONES};

/// Says UTF-8 to Excel, which takes it for the machine's old code page otherwise.
pub const MARK: &str = "\u{feff}";

/// `separator` is what the reader's spreadsheet takes for one ([`super::table::TableReader::separator`]).
pub fn line(row: &LeadCells, separator: &str) -> String {
    let cells: Vec<String> = row.iter().enumerate().map(|(column, cell)| quoted(guarded(column, cell))).collect();
    cells.join(separator) + "\r\n"
}

/// A cell that a spreadsheet would take for a formula, or a phone for a number, begins with the sign that makes it text.
fn guarded(column: usize, cell: &str) -> String {
    let first = cell.trim_start_matches(' ').chars().next();
    let is_number = PHONES.contains(&column) && first.is_some_and(|c| c.is_ascii_digit());
    let cell = inner_guarded(cell);
    if first.is_some_and(begins_formula) || is_number { format!("'{cell}") } else { cell }
}

fn begins_formula(c: char) -> bool {
    // The wide forms are the same keys on an East Asian keyboard.
    "=+-@\t\r\n＝＋－＠".contains(c)
}

/// A spreadsheet set to the other separator splits inside our quotes too: no piece of a cell becomes a formula there either.
fn inner_guarded(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len());
    let mut begins = false;
    for c in cell.chars() {
        if begins && "=+-@".contains(c) {
            safe.push('\'');
        }
        begins = ",;\t\r\n".contains(c) || (begins && c == '"');
        safe.push(c);
    }
    safe
}

fn quoted(cell: String) -> String {
    if cell.contains([',', '"', '\r', '\n', ';', '\t']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(column: usize, text: &str) -> String {
        quoted(guarded(column, text))
    }

    #[test]
    fn nothing_a_customer_wrote_is_a_formula() {
        for wrong in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"] {
            assert!(cell(3, wrong).trim_start_matches('"').starts_with('\''), "{wrong:?}: {}", cell(3, wrong));
        }
        assert_eq!(cell(3, "=HYPERLINK(\"http://x\";\"y\")"), "\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\"");
        for (wrong, right) in [("a,=1", "a,'=1"), ("a;@x", "a;'@x"), ("a\",\"=1", "a\",\"'=1"), ("a\n-1", "a\n'-1")] {
            assert_eq!(guarded(3, wrong), right);
        }
        for harmless in ["дом, -5 градусов", "a=b", "из-за, кое-как; e-mail"] {
            assert_eq!(guarded(3, harmless), harmless);
        }
        assert_eq!((cell(3, "Канат"), cell(9, "")), ("Канат".into(), String::new()));
    }

    #[test]
    fn a_phone_stays_what_it_is() {
        assert_eq!(cell(4, "8 776 877 66 37"), "'8 776 877 66 37");
        assert_eq!(cell(5, "+77768776637"), "'+77768776637");
        assert_eq!(cell(8, "150"), "150");
    }

    #[test]
    fn separators_are_quoted() {
        assert_eq!(cell(9, "дом, гараж"), "\"дом, гараж\"");
        assert_eq!(cell(9, "он сказал \"да\""), "\"он сказал \"\"да\"\"\"");
        assert_eq!(cell(9, "раз\nдва"), "\"раз\nдва\"");
    }
}
