//! What the Bot API's methods do when they behave.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::script::error;
use super::update::now;
use super::{Telegram, Webhook};

impl Telegram {
    pub(super) async fn perform(&self, token: &str, method: &str, params: &Value) -> (u16, Value) {
        if method == "getupdates" {
            return self.get_updates(token, params).await;
        }
        let result = {
            let mut state = self.state();
            let chat = chat_of(params);
            let bot = state.bots.get_mut(token).expect("checked on entry");
            match method {
                "getme" => bot.me(),
                "setwebhook" => {
                    let text = |key: &str| params[key].as_str().map(str::to_string);
                    let url = text("url").unwrap_or_default();
                    let most = params["max_connections"].as_u64().unwrap_or(40) as usize;
                    bot.webhook = (!url.is_empty()).then(|| Webhook {
                        url,
                        secret: text("secret_token"),
                        permits: Arc::new(Semaphore::new(most)),
                    });
                    json!(true)
                }
                "deletewebhook" => {
                    bot.webhook = None;
                    json!(true)
                }
                "getwebhookinfo" => {
                    let url = bot.webhook.as_ref().map(|w| w.url.clone()).unwrap_or_default();
                    let mut info = json!({"url": url, "has_custom_certificate": false,
                        "pending_update_count": bot.pending()});
                    if let Some(error) = &bot.last_error {
                        info["last_error_message"] = json!(error);
                        info["last_error_date"] = json!(now());
                    }
                    info
                }
                "getfile" => {
                    let id = params["file_id"].as_str().unwrap_or_default().to_string();
                    let folder = state.local.as_ref().map(|folder| format!("{folder}/{token}/")).unwrap_or_default();
                    match state.files.get(&id) {
                        Some(bytes) => json!({"file_id": id, "file_unique_id": format!("u{id}"),
                            "file_size": bytes.len(), "file_path": format!("{folder}files/{id}")}),
                        None => return (400, error(400, "Bad Request: wrong file_id")),
                    }
                }
                _ if method.starts_with("send") && method != "sendchataction" => {
                    let from = bot.me();
                    let id = state.next_message_id(chat);
                    json!({"message_id": id, "date": now(), "from": from,
                        "chat": {"id": chat, "type": "private", "first_name": "x"},
                        "text": params["text"].as_str().unwrap_or_default()})
                }
                _ => json!(true),
            }
        };
        self.dispatch(token);
        self.inner.changed.notify_waiters();
        (200, json!({"ok": true, "result": result}))
    }

    /// A long poll with Telegram's offset rule: asking for n confirms everything below n.
    async fn get_updates(&self, token: &str, params: &Value) -> (u16, Value) {
        let number = |key: &str| match &params[key] {
            Value::String(text) => text.parse().ok(),
            other => other.as_i64(),
        };
        let offset = number("offset").unwrap_or(0);
        let limit = number("limit").unwrap_or(100).clamp(1, 100) as usize;
        let wait = Duration::from_secs(number("timeout").unwrap_or(0).clamp(0, 50) as u64);
        let deadline = Instant::now() + wait;
        let mine = {
            let mut state = self.state();
            let state = &mut *state;
            let bot = state.bots.get_mut(token).expect("checked on entry");
            bot.poll += 1;
            let mut confirmed = Vec::new();
            for queue in bot.waiting.values_mut() {
                confirmed.extend(queue.iter().map(|(id, _)| *id).filter(|id| *id < offset));
                queue.retain(|(id, _)| *id >= offset);
            }
            bot.waiting.retain(|_, queue| !queue.is_empty());
            let mine = bot.poll;
            for delivery in &mut state.deliveries {
                delivery.acked |= confirmed.contains(&delivery.update_id);
            }
            mine
        };
        self.inner.changed.notify_waiters();
        loop {
            let rang = self.inner.changed.notified();
            {
                let state = self.state();
                let bot = &state.bots[token];
                if bot.webhook.is_some() {
                    let text = "Conflict: can't use getUpdates method while webhook is active; \
                        use deleteWebhook to delete the webhook first";
                    return (409, error(409, text));
                }
                if bot.poll != mine {
                    let text = "Conflict: terminated by other getUpdates request; \
                        make sure that only one bot instance is running";
                    return (409, error(409, text));
                }
                let mut ready: Vec<_> = bot.waiting.values().flatten().cloned().collect();
                ready.sort_by_key(|(id, _)| *id);
                ready.truncate(limit);
                if !ready.is_empty() || Instant::now() >= deadline {
                    let updates: Vec<&Value> = ready.iter().map(|(_, update)| &**update).collect();
                    return (200, json!({"ok": true, "result": updates}));
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let _ = tokio::time::timeout(left.min(Duration::from_millis(250)), rang).await;
        }
    }
}

fn chat_of(params: &Value) -> i64 {
    match &params["chat_id"] {
        Value::String(text) => text.parse().unwrap_or_default(),
        other => other.as_i64().unwrap_or_default(),
    }
}
