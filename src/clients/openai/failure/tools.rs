//! How servers say that they know no tools, or this model of theirs.

/// What it is about, in lower case.
const TOOLS: &[&str] = &[
    "tools",
    "tool use",
    "tool_use",
    "tool call",
    "tool_call",
    "tool-call",
    "tool choice",
    "tool_choice",
    "function call",
    "function_call",
    "function-call",
    "functions",
];
const NOT: &[&str] = &[
    "not support",
    "n't support",
    "unsupported",
    "not enabled",
    "not available",
    "not implemented",
    "not permitted",
    "not allowed",
    "extra_forbidden",
    "extra fields",
    "unrecognized",
    "unknown parameter",
    "unknown field",
    "unknown argument",
    "unknown name",
    "unexpected keyword",
    "unexpected field",
    "unexpected parameter",
    "no endpoints found that support",
    "requires --",
    "disabled",
    "without tool",
    "cannot use tool",
    "can't use tool",
];
/// Complaints about one call, one message or one schema, from servers that know tools well.
const KNOWS: &[&str] = &[
    "invalid schema",
    "thought_signature",
    "must be a response to",
    "must be followed by",
    "tool_call_id",
    "reasoning_content",
    "tools[",
    "tools.",
    "function.parameters",
    "tool name",
    "unknown tool",
    "parallel",
    "messages.",
    "messages[",
    "\"messages\"",
];

/// Is this the complaint (in lower case) of a server without tools?
pub fn is_about_tools(complaint: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| complaint.contains(word));
    has(TOOLS) && has(NOT) && !has(KNOWS)
}
