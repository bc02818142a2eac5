//! What the double was asked, append-only.

use std::time::Instant;

use serde_json::Value;

/// One request, in order of arrival.
#[derive(Clone, Debug)]
pub struct Ask {
    pub at: Instant,
    pub path: String,
    pub headers: Vec<(String, String)>,
    /// The JSON body of a chat; the text fields of a transcription's form.
    pub body: Value,
    pub file: Option<Recording>,
    /// The status that was answered; `None` when no answer left (hung, held, dropped).
    pub answered: Option<u16>,
    /// The last byte of the answer is out.
    pub finished: bool,
    /// The client went away before that.
    pub gone: bool,
}

#[derive(Clone, Debug)]
pub struct Recording {
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

impl Ask {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Without `Bearer `.
    pub fn key(&self) -> &str {
        self.header("authorization").and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default()
    }

    pub fn model(&self) -> &str {
        self.body["model"].as_str().unwrap_or_default()
    }

    pub fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// The texts of one role, in order.
    pub fn said_by(&self, role: &str) -> Vec<&str> {
        let of_role = self.messages().iter().filter(|message| message["role"] == role);
        of_role.map(|message| message["content"].as_str().unwrap_or_default()).collect()
    }

    pub fn system(&self) -> String {
        self.said_by("system").join("\n")
    }

    /// The newest words of the customer.
    pub fn last_user(&self) -> &str {
        self.said_by("user").last().copied().unwrap_or_default()
    }

    /// The last line of the newest words, without the tags that mark them as foreign.
    pub fn last_line(&self) -> &str {
        let mut said = self.last_user().lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('<'));
        said.next_back().unwrap_or_default()
    }

    /// It brings the results of tool calls.
    pub fn after_tools(&self) -> bool {
        self.messages().last().is_some_and(|message| message["role"] == "tool")
    }

    pub fn tools(&self) -> Vec<&str> {
        let tools = self.body["tools"].as_array().map(Vec::as_slice).unwrap_or_default();
        tools.iter().filter_map(|tool| tool["function"]["name"].as_str()).collect()
    }

    pub fn is_chat(&self) -> bool {
        self.path.ends_with("/chat/completions")
    }

    /// The smallest call, by which the hub tries a key. It has answers of its own.
    pub fn is_check(&self) -> bool {
        self.is_chat() && self.messages().len() == 1 && self.last_user() == switchboard::clients::openai::CHECK_TEXT
    }
}
