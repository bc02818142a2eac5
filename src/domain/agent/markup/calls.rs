//! From a model's answer to what it says and what it calls.
use serde_json::Value;

use super::scan::Scan;
use super::{Offered, said, thoughts};

/// What is looked at of an answer, in bytes: a model that raves costs no more work than this.
const LONGEST: usize = 64 * 1024;
/// More calls than this in one answer are a model that raves.
const MOST: usize = 16;

/// What an answer comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spoken {
    /// What is left to say.
    pub text: String,
    pub calls: Vec<WrittenCall>,
    /// Something in it is meant for a machine, and cannot be read: no person should get this.
    pub is_garbled: bool,
}

/// A call that stands in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct WrittenCall {
    pub name: String,
    /// JSON, or whatever the model wrote for it.
    pub arguments: String,
}

impl WrittenCall {
    pub(super) fn new(name: &str, arguments: &Value) -> Self {
        let arguments = match arguments {
            Value::Null => "{}".to_owned(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        WrittenCall { name: name.to_owned(), arguments }
    }
}

pub fn read(answer: &str, offered: &Offered) -> Spoken {
    let answer = &answer[..answer.floor_char_boundary(LONGEST)];
    let mut spoken = Scan::new(&said(answer), offered).run();
    // Some forget to end the thought before they call.
    if spoken == Spoken::default()
        && let Some(at) = thoughts::endless(answer)
        && let Some(open) = answer[at..].find("<tool_call>")
    {
        let late = Scan::new(&said(&answer[at + open..]), offered).run();
        if !late.is_garbled && late.text.trim().is_empty() {
            spoken = late;
        }
    }
    // Gemma's thought without its marks: nobody can tell where it ends.
    if spoken.text.starts_with(thoughts::BARE) {
        spoken.text.clear();
        spoken.is_garbled |= spoken.calls.is_empty();
    }
    spoken.calls.dedup();
    spoken.is_garbled |= spoken.calls.len() > MOST;
    spoken
}
