//! Notices: what the company's own people are told in a chat of theirs, and what they do with the buttons below it.
pub mod code;
pub mod press;
pub mod text;
pub mod words;

use super::text::word_enum;

word_enum! {
    /// What a code is for: the company's chat, or a user's own account.
    Purpose { Notices = "notices", Account = "account" }
}

/// One message to a chat that is no customer's.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    pub chat_id: String,
    /// Shown as it stands, never as markup.
    pub text: String,
    /// Row by row.
    pub buttons: Vec<Vec<NoticeButton>>,
}

impl Notice {
    pub fn plain(chat_id: impl Into<String>, text: impl Into<String>) -> Self {
        Notice { chat_id: chat_id.into(), text: text.into(), buttons: vec![] }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct NoticeButton {
    pub label: String,
    pub does: Does,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Does {
    /// Comes back to us, at most 64 bytes (Bot API, InlineKeyboardButton).
    Press(String),
    Open(String),
}
