//! What the double saw, append-only: the side of the story that the hub cannot edit.

use std::time::Instant;

use serde_json::Value;

/// One request to the Bot API, in order of arrival.
#[derive(Clone, Debug)]
pub struct Call {
    pub at: Instant,
    /// In lower case: Telegram does not care, so neither do we.
    pub method: String,
    pub params: Value,
    pub files: Vec<SentFile>,
    /// The double carried it out: the customer has it, whatever the hub was told.
    pub performed: bool,
    /// The status the hub was answered with; `None` when no answer left (dropped, hung, not yet).
    pub answered: Option<u16>,
    /// What it gave, when it was carried out.
    pub result: Value,
}

#[derive(Clone, Debug)]
pub struct SentFile {
    pub field: String,
    pub name: String,
    pub mime: String,
    pub bytes: Vec<u8>,
}

impl Call {
    pub fn chat(&self) -> i64 {
        match &self.params["chat_id"] {
            Value::String(text) => text.parse().unwrap_or_default(),
            other => other.as_i64().unwrap_or_default(),
        }
    }

    pub fn text(&self) -> &str {
        self.params["text"].as_str().or(self.params["caption"].as_str()).unwrap_or_default()
    }

    /// The buttons under what was sent: label and data (or address).
    pub fn buttons(&self) -> Vec<(String, String)> {
        let rows = self.params["reply_markup"]["inline_keyboard"].as_array().cloned().unwrap_or_default();
        let keys = rows.iter().flat_map(|row| row.as_array().cloned().unwrap_or_default());
        let text = |value: &Value| value.as_str().map(str::to_string);
        keys.filter_map(|key| Some((text(&key["text"])?, text(&key["callback_data"]).or(text(&key["url"]))?))).collect()
    }

    /// A request that puts something on the customer's screen.
    pub fn is_send(&self) -> bool {
        self.method.starts_with("send") && self.method != "sendchataction"
    }
}

/// One update and every attempt to deliver it to the hub's webhook.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    pub update_id: i64,
    /// The answer to each attempt; 0 stands for "no answer".
    pub attempts: Vec<u16>,
    /// Answered 2xx at least once: from here on the hub alone is responsible.
    pub acked: bool,
}
