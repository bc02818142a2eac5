//! Customers and what they send.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Call, Delivery, Telegram};

/// A person with a private chat to one bot.
#[derive(Clone)]
pub struct Person {
    pub(super) telegram: Telegram,
    pub(super) token: String,
    pub id: i64,
    pub name: String,
}

impl Person {
    /// Sends a text and answers its message id on Telegram.
    pub fn says(&self, text: &str) -> i64 {
        let mut body = json!({"text": text});
        if let Some(command) = text.split_whitespace().next().filter(|word| word.starts_with('/')) {
            body["entities"] = json!([{"type": "bot_command", "offset": 0, "length": command.len()}]);
        }
        self.sends(body)
    }

    /// Sends a message with these fields (`photo`, `voice`, `sticker`, …).
    pub fn sends(&self, fields: Value) -> i64 {
        let id = self.telegram.state().next_message_id(self.id);
        let mut message = self.frame(id);
        merge(&mut message, fields);
        self.telegram.push(&self.token, self.id, json!({"message": message}));
        id
    }

    pub fn edits(&self, message_id: i64, text: &str) {
        let mut message = self.frame(message_id);
        message["edit_date"] = json!(now());
        message["text"] = json!(text);
        self.telegram.push(&self.token, self.id, json!({"edited_message": message}));
    }

    /// Telegram brings a message, perhaps once more, perhaps late.
    pub fn repeats(&self, message_id: i64, text: &str) {
        let mut message = self.frame(message_id);
        message["text"] = json!(text);
        self.telegram.push(&self.token, self.id, json!({"message": message}));
    }

    /// The message is these fields now.
    pub fn edits_into(&self, message_id: i64, fields: Value) {
        let mut message = self.frame(message_id);
        message["edit_date"] = json!(now());
        merge(&mut message, fields);
        self.telegram.push(&self.token, self.id, json!({"edited_message": message}));
    }

    /// Any other kind of update.
    pub fn causes(&self, update: Value) -> i64 {
        self.telegram.push(&self.token, self.id, update)
    }

    pub fn voice(&self, file_id: &str, size: usize) -> i64 {
        self.sends(json!({"voice": {"file_id": file_id, "file_unique_id": format!("u{file_id}"),
            "duration": 3, "mime_type": "audio/ogg", "file_size": size}}))
    }

    pub fn photo(&self, file_id: &str, size: usize, caption: &str) -> i64 {
        let sizes = [(90, "small-thumb".to_string()), (1280, file_id.to_string())];
        let sizes: Vec<Value> = sizes
            .iter()
            .map(|(side, id)| {
                json!({"file_id": id, "file_unique_id": format!("u{id}"), "width": side, "height": side,
                    "file_size": if *side > 100 { size } else { 900 }})
            })
            .collect();
        self.sends(json!({"photo": sizes, "caption": caption}))
    }

    pub fn document(&self, file_id: &str, name: &str, mime: &str, size: usize) -> i64 {
        self.sends(json!({"document": {"file_id": file_id, "file_unique_id": format!("u{file_id}"),
            "file_name": name, "mime_type": mime, "file_size": size}}))
    }

    /// Writes in a group that the bot is in; answers the message's id.
    pub fn says_in(&self, group: &Group, text: &str) -> i64 {
        let id = self.telegram.state().next_message_id(group.id);
        let message = json!({"message_id": id, "date": now(), "chat": group.chat(), "from": self.from(), "text": text});
        self.telegram.push(&self.token, group.id, json!({"message": message}));
        id
    }

    /// Sends a message with these fields in a group; answers the message's id.
    pub fn sends_in(&self, group: &Group, fields: Value) -> i64 {
        let id = self.telegram.state().next_message_id(group.id);
        let mut message = json!({"message_id": id, "date": now(), "chat": group.chat(), "from": self.from()});
        merge(&mut message, fields);
        self.telegram.push(&self.token, group.id, json!({"message": message}));
        id
    }

    /// Presses a button with this data under something the bot has sent; answers the query's id.
    pub fn presses(&self, under: &Call, data: &str) -> String {
        let chat = match under.chat() {
            group if group < 0 => json!({"id": group, "type": "supergroup", "title": "x"}),
            _ => self.chat(),
        };
        let message = json!({"message_id": under.result["message_id"], "date": now(), "chat": chat, "text": under.text(),
            "from": under.result["from"], "reply_markup": under.params["reply_markup"]});
        let id = format!("press{}", self.telegram.state().next_message_id(0));
        let query = json!({"id": id, "from": self.from(), "chat_instance": "1", "message": message, "data": data});
        self.telegram.push(&self.token, under.chat(), json!({"callback_query": query}));
        id
    }

    pub fn chat(&self) -> Value {
        json!({"id": self.id, "type": "private", "first_name": self.name,
            "username": format!("user{}", self.id)})
    }

    pub fn from(&self) -> Value {
        json!({"id": self.id, "is_bot": false, "first_name": self.name,
            "username": format!("user{}", self.id), "language_code": "ru"})
    }

    fn frame(&self, message_id: i64) -> Value {
        json!({"message_id": message_id, "date": now(), "chat": self.chat(), "from": self.from()})
    }
}

/// A group that the bot was added to.
pub struct Group {
    pub id: i64,
    pub title: String,
}

impl Group {
    pub fn new(id: i64, title: &str) -> Group {
        assert!(id < 0, "groups have negative ids");
        Group { id, title: title.into() }
    }

    pub fn chat(&self) -> Value {
        json!({"id": self.id, "type": "supergroup", "title": self.title})
    }
}

impl Telegram {
    /// Queues an update for the bot; answers its update id. Numbers are given in order of arrival.
    pub fn push(&self, token: &str, chat: i64, mut update: Value) -> i64 {
        let update_id = {
            let mut state = self.state();
            let bot = state.bots.get_mut(token).expect("an update for an unknown bot");
            let update_id = bot.next_update;
            bot.next_update += 1;
            update["update_id"] = json!(update_id);
            bot.waiting.entry(chat).or_default().push_back((update_id, Arc::new(update)));
            let at = state.deliveries.len();
            state.delivery_of.insert(update_id, at);
            state.deliveries.push(Delivery { update_id, ..Default::default() });
            update_id
        };
        self.dispatch(token);
        self.inner.changed.notify_waiters();
        update_id
    }
}

fn merge(into: &mut Value, fields: Value) {
    if let (Value::Object(into), Value::Object(fields)) = (into, fields) {
        into.extend(fields);
    }
}

pub fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map(|d| d.as_secs() as i64).unwrap_or_default()
}
