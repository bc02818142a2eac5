//! Misbehaviour on request: a rule names a method (and perhaps a chat), how often it holds, and
//! what the double does instead of behaving.

use std::time::Duration;

use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub enum Deed {
    /// 429 with `retry_after`.
    TooMany(u64),
    /// Telegram's own error body with this status: the message was not sent.
    Refuse(u16, &'static str),
    /// The group has become a supergroup with this id: nothing was sent.
    Moved(i64),
    /// A 5xx from something in front of Telegram, without its error body: nobody knows.
    Gateway(u16),
    /// Carries it out, never answers, keeps the connection open.
    Hang,
    /// Carries it out, then closes without a byte of answer.
    AcceptThenDrop,
    /// Closes without a byte of answer and without doing anything.
    Drop,
    /// Behaves, late.
    Slow(Duration),
    /// 200 with something that is not JSON; carried out.
    Garbage,
}

impl Deed {
    pub const BLOCKED: Deed = Deed::Refuse(403, "Forbidden: bot was blocked by the user");
    pub const CHAT_NOT_FOUND: Deed = Deed::Refuse(400, "Bad Request: chat not found");
    pub const UNAUTHORIZED: Deed = Deed::Refuse(401, "Unauthorized");
    pub const OWN_500: Deed = Deed::Refuse(500, "Internal Server Error: restart");

    pub fn performs(&self) -> bool {
        matches!(self, Deed::Hang | Deed::AcceptThenDrop | Deed::Slow(_) | Deed::Garbage)
    }
}

#[derive(Clone, Debug)]
pub struct Rule {
    method: String,
    chat: Option<i64>,
    left: usize,
    deed: Deed,
}

#[derive(Default)]
pub struct Script {
    rules: Vec<Rule>,
}

impl Script {
    pub fn add(&mut self, method: &str, chat: Option<i64>, times: usize, deed: Deed) {
        self.rules.push(Rule { method: method.to_lowercase(), chat, left: times, deed });
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The first rule that fits is used up by one.
    pub fn take(&mut self, method: &str, chat: i64) -> Option<Deed> {
        let rule = self.rules.iter_mut().find(|rule| {
            rule.left > 0 && (rule.method == "*" || rule.method == method) && rule.chat.is_none_or(|wanted| wanted == chat)
        })?;
        rule.left -= 1;
        Some(rule.deed.clone())
    }
}

pub fn error(status: u16, description: &str) -> Value {
    json!({"ok": false, "error_code": status, "description": description})
}

pub fn moved(chat: i64) -> Value {
    let mut body = error(400, "Bad Request: group chat was upgraded to a supergroup chat");
    body["parameters"] = json!({"migrate_to_chat_id": chat});
    body
}

pub fn too_many(seconds: u64) -> Value {
    json!({"ok": false, "error_code": 429,
        "description": format!("Too Many Requests: retry after {seconds}"),
        "parameters": {"retry_after": seconds}})
}
