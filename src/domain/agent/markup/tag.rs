//! One mark: `<think>`, `</think>`, `<|im_end|>`, `<function=handoff>`, `[TOOL_CALLS]`, `◁think▷`.

/// No mark is longer, in bytes.
pub(super) const LONGEST: usize = 240;

/// A mark, its name in lower case and without namespace.
#[derive(Debug, PartialEq)]
pub(super) struct Tag<'a> {
    pub name: String,
    pub is_closing: bool,
    /// `<|…|>`: a token of a template, never a word.
    pub is_token: bool,
    pub is_bracket: bool,
    /// `handoff` in `<function=handoff>`, `<invoke name="handoff">`.
    pub value: Option<&'a str>,
    /// The byte after it.
    pub end: usize,
}

/// Words of marks that have to do with tools.
const TOOLS: &[&str] = &[
    "tool_call",
    "toolcall",
    "tool_use",
    "tool_request",
    "tool_sep",
    "tool_input",
    "tool_name",
    "function_call",
    "functioncall",
];
const TOOLS_ALONE: &[&str] = &[
    "tool",
    "tools",
    "invoke",
    "function",
    "functions",
    "function_name",
    "python_tag",
    "action",
    "plugin",
    "execute_tool",
    "tool_code",
    "arg_key",
    "arg_value",
    "call",
];
const TOOL_BRACKETS: &[&str] = &["args", "call_id", "tool_results", "available_tools"];
/// Between a tool's name and its arguments.
const INNER: &[&str] = &[
    "tool_sep",
    "args",
    "call_id",
    "tool_call_argument",
    "arguments",
    "parameters",
    "args",
    "input",
    "tool_input",
    "name",
    "tool_name",
    "function_name",
    "params",
];
const THOUGHTS: &[&str] = &[
    "think",
    "thinking",
    "thought",
    "thoughts",
    "reasoning",
    "reflection",
    "scratchpad",
    "inner_monologue",
    "antthinking",
    "longcat_think",
    "thought_process",
    "internal_thought",
    "chain_of_thought",
];

/// Marks of people's texts.
pub(super) const HTML: &[&str] = &[
    "a",
    "b",
    "i",
    "u",
    "s",
    "p",
    "br",
    "hr",
    "em",
    "li",
    "ol",
    "ul",
    "td",
    "th",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "del",
    "div",
    "img",
    "ins",
    "pre",
    "sub",
    "sup",
    "code",
    "span",
    "small",
    "table",
    "strike",
    "strong",
    "blockquote",
];

/// The mark that begins at this byte.
pub(super) fn tag_at(text: &str, at: usize) -> Option<Tag<'_>> {
    let rest = &text[at..];
    let (opening, closing) = [('<', '>'), ('[', ']'), ('◁', '▷')].into_iter().find(|(c, _)| rest.starts_with(*c))?;
    let inside = &rest[opening.len_utf8()..];
    let end = inside.char_indices().take_while(|(at, _)| *at < LONGEST).find(|(_, c)| *c == closing || *c == opening)?;
    if end.1 != closing {
        return None;
    }
    let length = opening.len_utf8() + end.0 + closing.len_utf8();
    let inside = &inside[..end.0];
    let mut tag = named(inside)?;
    tag.end = at + length;
    tag.is_bracket = opening == '[';
    // Words in square brackets are ordinary; marks are one word.
    let is_one_word = inside.bytes().all(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'/'));
    (!tag.is_bracket || is_one_word).then_some(tag)
}

fn named(inside: &str) -> Option<Tag<'_>> {
    let mut bare = inside.trim();
    let (mut leads_bar, ends_bar) = (bare.starts_with('|'), bare.ends_with('|'));
    let mut is_closing = false;
    loop {
        let next = bare.trim_start_matches('|').trim_start();
        // DeepSeek's own tags: `<|DSML|invoke name="handoff">`.
        let next = strip_word(next, "dsml|").inspect(|_| leads_bar = false).unwrap_or(next);
        let next = next.strip_prefix('/').inspect(|_| is_closing = true).unwrap_or(next);
        if next == bare {
            break;
        }
        bare = next;
    }
    let bare = bare.trim_end_matches(['|', '/']).trim_end();
    let end = bare.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(bare.len());
    let (head, rest) = bare.split_at(end);
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '.' | '-');
    if !head.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') || !head.chars().all(is_name) {
        return None;
    }
    let name = head.rsplit(':').next().unwrap_or_default().to_ascii_lowercase().replace('-', "_");
    let value = match rest.strip_prefix('=') {
        Some(value) => value.split_whitespace().next(),
        None => rest.split_once("name=").map(|(_, value)| quoted(value)),
    };
    let value = value.map(|value| value.trim_matches(['"', '\'', ' '])).filter(|value| !value.is_empty());
    // Gemma closes by `<tool_call|>` what it opens by `<|tool_call>`.
    let is_closing =
        is_closing || (ends_bar && !leads_bar) || name.starts_with("end_") || name.ends_with("_end") || name.ends_with("_suffix");
    Some(Tag { name, is_closing, is_token: leads_bar || ends_bar, is_bracket: false, value, end: 0 })
}

fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    text.get(..word.len()).filter(|head| head.eq_ignore_ascii_case(word)).map(|_| &text[word.len()..])
}

fn quoted(value: &str) -> &str {
    match value.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        Some(quote) => value[1..].split(quote).next().unwrap_or_default(),
        None => value.split_whitespace().next().unwrap_or_default(),
    }
}

impl Tag<'_> {
    /// `tool_calls_section_begin` is about `tool_calls_section`.
    fn kernel(&self) -> &str {
        let mut name = self.name.as_str();
        for start in ["start_of_", "begin_of_", "end_of_", "start_", "begin_", "end_"] {
            name = name.strip_prefix(start).unwrap_or(name);
        }
        for end in ["_start", "_begin", "_end", "_prefix", "_suffix"] {
            name = name.strip_suffix(end).unwrap_or(name);
        }
        name
    }

    pub fn is_thought(&self) -> bool {
        THOUGHTS.contains(&self.kernel())
    }

    /// It belongs to the call of some tool.
    pub fn is_tool(&self) -> bool {
        let kernel = self.kernel();
        let sounds_so = TOOLS.iter().any(|word| kernel.contains(word));
        sounds_so || if self.is_bracket { TOOL_BRACKETS.contains(&kernel) } else { TOOLS_ALONE.contains(&kernel) }
    }

    /// It stands inside of a call, and neither begins nor ends one.
    pub fn is_inner(&self) -> bool {
        INNER.contains(&self.kernel())
    }

    /// It brings an argument.
    pub fn is_parameter(&self) -> bool {
        matches!(self.name.as_str(), "parameter" | "param" | "arg" | "argument" | "arg_key")
    }
}
