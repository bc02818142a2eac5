//! `static/api/error-codes.json` is what the console's own test reads to have words for every refusal: it says what the server
//! can say.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use switchboard::domain::flaw::Flaw;

use super::source;

/// The `code` of a problem, wherever one is made: `Error::new(StatusCode::…, "code", …)`, and what its helpers pass on.
fn problem_codes() -> Vec<String> {
    let mut codes = Vec::new();
    for file in source::all() {
        for rest in file.text.split("StatusCode::").skip(1) {
            let after = rest.split_once(',').map(|(_, after)| after.trim_start()).unwrap_or_default();
            let code = after.strip_prefix('"').and_then(|text| text.split('"').next()).unwrap_or_default();
            if !code.is_empty() && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_') {
                codes.push(code.to_owned());
            }
        }
    }
    codes.sort_unstable();
    codes.dedup();
    codes
}

#[test]
fn the_console_knows_every_code() {
    let reasons: BTreeMap<&str, &[&str]> = Flaw::CODES.iter().copied().collect();
    let all = json!({ "problems": problem_codes(), "reasons": reasons });
    assert!(all["problems"].as_array().is_some_and(|codes| codes.len() > 12), "{all}");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/static/api/error-codes.json");
    if std::env::var_os("WRITE_ERROR_CODES").is_some() {
        std::fs::write(path, serde_json::to_string_pretty(&all).expect("JSON") + "\n").expect("the file is written");
    }
    let kept = std::fs::read_to_string(path).expect("static/api/error-codes.json");
    let kept: Value = serde_json::from_str(&kept).expect("JSON");
    assert!(
        kept == all,
        "the codes have changed: run this test with WRITE_ERROR_CODES=1 and word the new ones in static/src/i18n"
    );
}
