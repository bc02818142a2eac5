//! What models write that is not meant for people: thoughts, the special tokens of their templates, and calls of tools as
//! text, in the ways of all families. A server that knows its model takes them out; many do not, or only sometimes.
//!
//! [`read`] tells what is said, what is called, and whether something remains that only a machine could mean. It reads
//! leniently, and it is strict in one thing: a call counts only when its tool was offered.
mod calls;
mod growing;
mod harmony;
mod lead;
mod offered;
mod scan;
mod shape;
mod site;
mod tag;
mod template;
mod thoughts;
mod xml;

pub use calls::{Spoken, WrittenCall, read};
pub use growing::said_so_far;
pub use offered::Offered;
pub use thoughts::begins_in_thought;

/// The model's own words: without thoughts, without its template's tokens, without the turns of others that it invents.
/// Calls written as text are still in it, those of harmony as `<tool_call>`.
pub fn said(text: &str) -> String {
    let text = harmony::unfolded(&template::plain(text));
    template::own_turn(&thoughts::without_thoughts(&text))
}

/// Takes away the special tokens of all templates, `<|…|>`.
pub fn without_tokens(text: &str) -> String {
    template::without(text, |tag| tag.is_token)
}

#[cfg(test)]
mod tests;
